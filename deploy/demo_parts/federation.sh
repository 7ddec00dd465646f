# The demo's federation: keys, certificates, configuration, the signed directory. Sourced by
# deploy/demo. What runs here on one machine is done in life by different people in different
# places: each comment says by whom.
# shellcheck shell=bash

DOMAIN=signpost.example
PLACES=(leeds kent bexley devon birmingham camden)
declare -A CODE=([leeds]=E08000035 [kent]=E10000016 [bexley]=E09000004 [devon]=E10000008
  [birmingham]=E08000025 [camden]=E09000007)
declare -A NAME=([leeds]=Leeds [kent]=Kent [bexley]=Bexley [devon]=Devon
  [birmingham]=Birmingham [camden]=Camden)
declare -A DESK=([leeds]='01632 960019' [kent]='01632 960009' [bexley]='01632 960100'
  [devon]='01632 960200' [birmingham]='01632 960300' [camden]='01632 960400')
declare -A PORT
# Who asks, who keeps the records, who reviews, two at the desk, and who keeps the list of people.
PEOPLE=(alex:SOCIAL_WORKER dana:DATA_MANAGER priya:PRIVACY_OFFICER dee:DESK_WORKER rob:DESK_WORKER
  nora:NODE_ADMIN)

quietly() {
  local output
  output=$("$@" 2>&1) || fail "$*: $output"
}

assign_ports() {
  local ports
  read -r -a ports <<<"$(free_ports 9)"
  PORT[hub]=${ports[0]}
  PORT[a]=${ports[1]}
  PORT[b]=${ports[2]}
  local i
  for i in "${!PLACES[@]}"; do PORT[${PLACES[$i]}]=${ports[$((i + 3))]}; done
}

# certify WHO KIND NAME: a key and its certificate of the federation, in DEMO/WHO.
certify() {
  local folder=$DEMO/$1 id=spiffe://$DOMAIN/$2/$3
  mkdir -p "$folder"
  quietly "$SOURCE/deploy/pki" request --id "$id" --out "$folder/tls"
  quietly "$SOURCE/deploy/pki" sign --ca "$DEMO/federation-ca" --csr "$folder/tls.csr" --id "$id" \
    --out "$folder/tls.pem"
  cp "$DEMO/federation-ca/ca.pem" "$folder/federation-ca.pem"
}

# By the officers: their keys, made one each on computers of their own, and the anchor.
make_officers() {
  local officer
  mkdir -p "$DEMO/officers"
  for officer in anna ben carol; do
    quietly signpost federation officer-key --officer "$officer" --out "$DEMO/officers"
  done
  quietly signpost federation anchor --trust-domain "$DOMAIN" --threshold 2 \
    --officer "$DEMO/officers/anna.pub" --officer "$DEMO/officers/ben.pub" \
    --officer "$DEMO/officers/carol.pub" --out "$DEMO/anchor"
  certify officer officer anna
}

# By the body that runs the hub.
make_hub() {
  certify hub hub hub
  cat >"$DEMO/hub/hub.txtpb" <<END
name: "hub"
listen: "127.0.0.1:${PORT[hub]}"
tls {
  certificate: "$DEMO/hub/tls.pem"
  private_key: "$DEMO/hub/tls.key"
  federation_ca: "$DEMO/hub/federation-ca.pem"
}
anchor: "$DEMO/anchor"
directory_cache: "$DEMO/hub/directory"
initial_directory: "$DEMO/directory-1"
END
}

# By each of the two bodies that hold half of the blinding key.
make_custodian() {
  local role=$1 name=custodian-$1
  certify "$name" custodian "$name"
  quietly signpost federation custodian-share --role "$role" --epoch 1 --out "$DEMO/$name"
  quietly signpost federation custodian-share --role "$role" --epoch 2 --out "$DEMO/$name"
  cat >"$DEMO/$name/hub.txtpb" <<END
name: "$name"
listen: "127.0.0.1:${PORT[$role]}"
tls {
  certificate: "$DEMO/$name/tls.pem"
  private_key: "$DEMO/$name/tls.key"
  federation_ca: "$DEMO/$name/federation-ca.pem"
}
anchor: "$DEMO/anchor"
directory_cache: "$DEMO/$name/directory"
custodian {
  role: "$role"
  key_files: "$DEMO/$name/custodian-$role-epoch-1.key"
  key_files: "$DEMO/$name/custodian-$role-epoch-2.key"
  meter_file: "$DEMO/$name/meter"
  hub_address: "127.0.0.1:${PORT[hub]}"
  hub_name: "hub"
}
END
}

node_config() {
  local place=$1 folder=$2 person
  cat <<END
authority: "${CODE[$place]}"
listen: "127.0.0.1:${PORT[$place]}"
tls {
  certificate: "$folder/tls.pem"
  private_key: "$folder/tls.key"
  federation_ca: "$folder/federation-ca.pem"
}
practitioner_ca: "$folder/people-ca/ca.pem"
anchor: "$DEMO/anchor"
database: "$folder/data/node.db"
column_key: "$folder/keys/column.key"
signing_key: "$folder/keys/signing.key"
sealing_keys { id: 1 path: "$folder/keys/sealing-1.key" }
directory_cache: "$folder/directory"
hub_address: "127.0.0.1:${PORT[hub]}"
hub_name: "hub"
training: true
END
  for person in "${PEOPLE[@]}"; do
    cat <<END
users {
  id: "practitioner/${person%%:*}"
  name: "${person%%:*} of ${NAME[$place]}"
  organisation: "${NAME[$place]}, children's services"
  roles: "${person##*:}"
  telephone: "${DESK[$place]}"
}
END
  done
}

# By each authority: its node's keys in place, its own CA, its people's certificates and profiles.
make_authority() {
  local place=$1 folder=$DEMO/${CODE[$1]} id
  mkdir -p "$folder/data" "$folder/keys"
  cp "$DEMO/federation-ca/ca.pem" "$folder/federation-ca.pem"
  quietly "$SOURCE/deploy/pki" ca --out "$folder/people-ca" --name "${NAME[$place]} people"
  node_config "$place" "$folder" >"$folder/node.txtpb"
  quietly signpost-node --init --config "$folder/node.txtpb" --telephone "${DESK[$place]}" \
    --name "${NAME[$place]}" --children 5000 --out "$folder"
  id=spiffe://$DOMAIN/authority/${CODE[$place]}
  quietly "$SOURCE/deploy/pki" sign --ca "$DEMO/federation-ca" \
    --csr "$folder/${CODE[$place]}.csr" --id "$id" --out "$folder/tls.pem"
  make_people "$place" "$folder"
}

make_people() {
  local place=$1 folder=$2 person name id
  mkdir -p "$folder/people" "$DEMO/config/signpost"
  for person in "${PEOPLE[@]}"; do
    name=${person%%:*}
    id=spiffe://$DOMAIN/authority/${CODE[$place]}/practitioner/$name
    quietly "$SOURCE/deploy/pki" request --id "$id" --out "$folder/people/$name"
    quietly "$SOURCE/deploy/pki" sign --ca "$folder/people-ca" --csr "$folder/people/$name.csr" \
      --id "$id" --out "$folder/people/$name.pem"
    cat >"$DEMO/config/signpost/$place-$name.txtpb" <<END
node_address: "127.0.0.1:${PORT[$place]}"
authority: "${CODE[$place]}"
certificate: "$folder/people/$name.pem"
private_key: "$folder/people/$name.key"
ca: "$folder/federation-ca.pem"
trust_domain: "$DOMAIN"
training: true
END
  done
}

make_officer_profile() {
  cat >"$DEMO/config/signpost/officer.txtpb" <<END
certificate: "$DEMO/officer/tls.pem"
private_key: "$DEMO/officer/tls.key"
ca: "$DEMO/officer/federation-ca.pem"
trust_domain: "$DOMAIN"
hub_address: "127.0.0.1:${PORT[hub]}"
hub_name: "hub"
END
}

write_draft() {
  local place
  {
    echo "trust_domain: \"$DOMAIN\""
    echo "children: 30000"
    echo "policy { version: 1 }"
    for place in "${PLACES[@]}"; do
      echo "members { code: \"${CODE[$place]}\" state: ACTIVE }"
    done
    echo "custodians { name: \"custodian-a\" role: \"a\" address: \"127.0.0.1:${PORT[a]}\" }"
    echo "custodians { name: \"custodian-b\" role: \"b\" address: \"127.0.0.1:${PORT[b]}\" }"
    echo "hubs { name: \"hub\" address: \"127.0.0.1:${PORT[hub]}\" }"
    echo "officers { name: \"anna\" }"
    echo "epochs { epoch: 1 }"
    echo "epochs { epoch: 2 }"
  } >"$DEMO/draft.txtpb"
}

# By two of the three officers: reads what changes, signs.
sign_directory() {
  local file=$1 officer
  shift
  for officer in anna ben; do
    quietly signpost federation directory sign "$file" --key "$DEMO/officers/$officer.key" \
      --anchor "$DEMO/anchor" --yes "$@"
  done
  quietly signpost federation directory verify "$file" --anchor "$DEMO/anchor"
}

make_directory() {
  local place arguments=()
  write_draft
  signpost-node --config "$DEMO/${CODE[leeds]}/node.txtpb" --golden-hash >"$DEMO/golden"
  for place in "${PLACES[@]}"; do
    quietly signpost federation member-entry check "$DEMO/${CODE[$place]}/${CODE[$place]}.entry"
    arguments+=(--entry "$DEMO/${CODE[$place]}/${CODE[$place]}.entry")
  done
  local role epoch who
  for role in a b; do
    for epoch in 1 2; do
      arguments+=(--share "$DEMO/custodian-$role/custodian-$role-epoch-$epoch.share")
    done
  done
  for who in hub custodian-a custodian-b officer; do
    arguments+=(--certificate "$DEMO/$who/tls.pem")
  done
  signpost federation directory new --draft "$DEMO/draft.txtpb" --golden "$DEMO/golden" \
    "${arguments[@]}" --out "$DEMO/directory-1"
  sign_directory "$DEMO/directory-1"
}

make_federation() {
  say "A federation on loopback, in $DEMO"
  assign_ports
  quietly "$SOURCE/deploy/pki" ca --out "$DEMO/federation-ca" --name "Signpost demo federation"
  make_officers
  make_hub
  make_custodian a
  make_custodian b
  local place
  for place in "${PLACES[@]}"; do make_authority "$place"; done
  make_officer_profile
  export XDG_CONFIG_HOME=$DEMO/config
  make_directory
}

all_connected() {
  [ "$(signpost --profile officer --output json federation members |
    grep -c '"connected": true')" = ${#PLACES[@]} ]
}

start_federation() {
  say "Starting one hub, two custodians, six nodes"
  start hub signpost-hub "$DEMO/hub/hub.txtpb"
  start custodian-a signpost-hub "$DEMO/custodian-a/hub.txtpb"
  start custodian-b signpost-hub "$DEMO/custodian-b/hub.txtpb"
  local place
  for place in "${PLACES[@]}"; do
    start "${CODE[$place]}" signpost-node "$DEMO/${CODE[$place]}/node.txtpb"
  done
  wait_until 60 "six nodes connected to the hub" all_connected
  echo "Six nodes are connected to the hub."
}

# The files' dates count from today, so that what is current stays current.
dated_copy() {
  python3 - "$1" "$2" <<'END'
import datetime
import re
import sys
today = datetime.date.today()
def date(match):
    return (today + datetime.timedelta(days=int(match.group(1)))).isoformat()
with open(sys.argv[1], encoding="utf-8") as source:
    text = re.sub(r"TODAY([+-]\d+)", date, source.read())
with open(sys.argv[2], "w", encoding="utf-8") as copy:
    copy.write(text)
END
}

# Every record but the shielded ones, which are not enrolled.
all_findable() {
  local place=$1 reference
  for reference in $(tail -n +2 "$SOURCE/deploy/demo_data/${place}_children.csv" |
    grep -v ',yes,' | cut -d, -f1); do
    signpost --profile "$place-alex" --output json child show --case "$reference" |
      grep -q '"enrolment": "findable"' || return 1
  done
}

import_children() {
  say "Importing invented children (deploy/demo_data/*.csv), each authority into its own node"
  local place kind file
  for place in "${PLACES[@]}"; do
    for kind in children involvements; do
      file=$DEMO/${CODE[$place]}/$kind.csv
      dated_copy "$SOURCE/deploy/demo_data/${place}_$kind.csv" "$file"
      quietly signpost --profile "$place-dana" import "$kind" "$file" \
        --rejects "$file.rejects"
    done
    echo "  ${NAME[$place]}: $(($(wc -l <"$DEMO/${CODE[$place]}/children.csv") - 1)) children"
  done
  echo "Waiting until every record is enrolled with both custodians."
  for place in "${PLACES[@]}"; do
    wait_until 120 "enrolment at ${NAME[$place]}" all_findable "$place"
  done
}
