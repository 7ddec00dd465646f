# The demo's scenes: what is asked, what comes back, and the check that it is what it must be.
# Sourced by deploy/demo.
# shellcheck shell=bash

SCENE=0

title() {
  SCENE=$((SCENE + 1))
  printf '\n-- Scene %d: %s\n' "$SCENE" "$*"
}

# show COMMAND...: the command as one would type it, its output, its exit code; kept in OUTPUT, CODE.
show() {
  printf '$'
  printf ' %s' "$@" | sed "s|$DEMO/||g"
  printf '\n'
  CODE_SEEN=0
  OUTPUT=$("$@" 2>&1) || CODE_SEEN=$?
  printf '%s\n(exit %d)\n' "$OUTPUT" "$CODE_SEEN"
}

# expect EXIT-CODE TEXT...: the last command ended so, and its output has every text.
expect() {
  local code=$1 text
  shift
  [ "$CODE_SEEN" = "$code" ] || fail "scene $SCENE: exit $CODE_SEEN, expected $code"
  for text in "$@"; do
    case $OUTPUT in
      *"$text"*) ;;
      *) fail "scene $SCENE: the answer does not say '$text'" ;;
    esac
  done
}

expect_not() {
  local text
  for text in "$@"; do
    case $OUTPUT in
      *"$text"*) fail "scene $SCENE: the answer says '$text'" ;;
    esac
  done
}

why() { printf 'Why: %s\n' "$*"; }

ask() { show signpost --profile "$1-alex" ask --case "$2" --purpose s47-enquiry; }

# Asks until the answer is as a scene needs it: a record is searched for from the next index on.
settled() {
  local output
  output=$(signpost --profile leeds-alex ask --case L-1001 --purpose s47-enquiry 2>&1) || return 1
  case $output in *"Two other authorities"*) return 0 ;; esac
  return 1
}

known_to_two() {
  title "a child known to two other authorities"
  ask leeds L-1001
  expect 0 "Two other authorities are working with this child" "Kent" "A. Example" "01632 960001" \
    "Bexley" "B. Example" "01632 960107" "COMPLETE: 5 of 5"
  why "Kent and Bexley hold the child under their own references; the hub saw neither name nor match."
}

known_before() {
  title "a child another authority worked with before"
  ask leeds L-1002
  expect 0 "One other authority worked with this child before" "Birmingham" "D. Example" "COMPLETE"
  why "Birmingham's early help ended two months ago, within the look-back of the policy."
}

typed_by_hand() {
  title "a child whom the asker has no record of, from a question file"
  cat >"$DEMO/question.json" <<'END'
{"child": {"names": [{"kind": "current", "given": "Zara", "family": "Okonjo"}],
           "date_of_birth": "2019-11-05",
           "addresses": [{"kind": "current", "postcode": "EX2 4FS"}]},
 "purpose": "mash-triage"}
END
  show signpost --profile bexley-alex ask --question-file "$DEMO/question.json"
  expect 0 "One other authority is working with this child" "Devon" "C. Example" "01632 960201"
  why "Bexley typed name, birth date and postcode; both custodians blinded them without seeing them."
}

sensitive() {
  title "a child known only to a sensitive service, without consent"
  show signpost --profile leeds-alex ask --case L-1003 --purpose s17-assessment
  expect 0 "None of the 5 that answered has anything to report" "COMPLETE: 5 of 5"
  expect_not "Camden  " "E. Example" "01632 960401"
  why "Camden's clinic holds her without recorded consent: for an assessment it does not even claim."
  ask leeds L-1003
  expect 0 "Camden" "01632 960400" "COMPLETE: 5 of 5"
  expect_not "E. Example" "01632 960401" "exual"
  why "for a section 47 enquiry the policy says: ring the desk; neither service nor person is named."
}

sensitive_with_consent() {
  title "a child known to a sensitive service that may be mentioned"
  ask leeds L-1005
  expect 0 "Camden" "sensitive service" "01632 960400"
  expect_not "F. Example" "01632 960401" "ental"
  why "with her consent Camden says that a sensitive service knows her, and which desk to ring."
  show signpost --profile camden-dana involvement consent --case C-6002 --reference C-6002-a \
    --withdrawn-on "$(date -u +%F)"
  expect 0
  show signpost --profile leeds-alex ask --case L-1005 --purpose s17-assessment
  expect 0 "None of the 5 that answered has anything to report"
  why "withdrawing it takes effect with the next question."
}

shielded() {
  title "a shielded child, from both sides"
  ask leeds L-1004
  expect 0 "None of the 5 that answered has anything to report" "COMPLETE: 5 of 5"
  expect_not "Devon  " "C. Example" "01632 960201"
  why "Devon protects him; its answer has the size and the timing of one from an authority without him."
  wait_until 10 "Devon's desk told" desk_alerted
  show signpost --profile devon-dee desk alerts
  expect 0 "RING BACK" "${DESK[leeds]}" "alex of Leeds" "D-4001"
  why "Devon's desk knows who asked, why and how to reach them; a person there decides."
  show signpost --profile devon-priya audit show
  expect_not "D-4001"
  why "nobody else in Devon sees it, not in the audit either."
}

desk_alerted() { signpost --profile devon-dee desk alerts | grep -q D-4001; }

second_record() {
  title "a second record of that child arrives without the shield"
  cat >"$DEMO/second.csv" <<'END'
case_reference,given_name,family_name,date_of_birth,sex,house,street,town,postcode,nhs_number
D-4900,Daniel,Whitlock,2018-06-19,M,24,Orchard Close,Exeter,EX2 4EP,9990001049
END
  show signpost --profile devon-dana import children "$DEMO/second.csv" --rejects "$DEMO/second.rejects"
  expect 0
  show signpost --profile devon-dana child duplicates
  expect 0 "D-4001" "D-4900"
  ask leeds L-1004
  expect 0 "None of the 5 that answered has anything to report"
  why "it waits, in no answer, until the data manager decides. ContactPoint leaked like this in 2009."
}

glass_broken() {
  title "the glass is broken, for one question"
  cat >"$DEMO/emergency.json" <<'END'
{"case": "L-1004", "purpose": "s47-enquiry",
 "break_glass_reason": "Seriously injured, in theatre; who may consent?"}
END
  show signpost --profile leeds-alex ask --question-file "$DEMO/emergency.json"
  [ "$CODE_SEEN" = 7 ] || [ "$CODE_SEEN" = 2 ] || fail "scene $SCENE: no warning came first"
  show signpost --profile leeds-alex ask --question-file "$DEMO/emergency.json" \
    --break-glass-understood
  expect 0 "Devon" "${DESK[devon]}" "COMPLETE: 5 of 5"
  expect_not "C. Example" "01632 960201"
  show signpost --profile leeds-priya desk reviews
  expect 0 "GLASS BROKEN" "L-1004"
  show signpost --profile devon-priya desk reviews
  expect 0 "GLASS BROKEN" "D-4001"
  why "Devon says only: ring us, day or night; both privacy officers have a review with a due date."
}

withheld() {
  title "an authority judges that telling would harm the child"
  show signpost --profile birmingham-dee desk withhold --case B-5002 --reason risk-of-harm
  expect 0
  ask leeds L-1006
  expect 0 "Birmingham" "${DESK[birmingham]}"
  expect_not "G. Example" "01632 960301"
  show signpost --profile birmingham-rob desk reviews
  expect 0 "B-5002" "another person must decide"
  why "section 16LA(3): the asker learns whom to ring; a second person at Birmingham reviews it."
}

separated() {
  title "two identities that must never be linked"
  show signpost --profile devon-dana child separate --case D-4003 --other-case D-4004 --yes
  expect 0
  ask leeds L-1007
  expect 0 "Devon" "J. Example" "01632 960203"
  expect_not "H. Example" "01632 960202"
  why "she was adopted: a question about Ruby Pendle never yields who worked with the other identity."
}

one_is_down() {
  title "an authority whose node is down"
  stop "${CODE[devon]}"
  ask leeds L-1001
  expect 3 "NO ANSWER from 1" "Devon" "${DESK[devon]}" "INCOMPLETE: 4 of 5" "Kent" "Bexley"
  why "silence is never shown as 'no': exit 3, and the telephone number of the desk to ring."
  start "${CODE[devon]}" signpost-node "$DEMO/${CODE[devon]}/node.txtpb"
  wait_until 60 "Devon connected again" all_connected
}

refused_as_suspended() {
  signpost --profile kent-alex ask --case K-2001 --purpose s47-enquiry >"$DEMO/last" 2>&1
  [ $? -ne 0 ] && grep -qi suspended "$DEMO/last"
}

suspended() {
  title "an officer suspends an authority"
  show signpost --profile officer federation suspend --member "${CODE[kent]}" \
    --reason UNDER_REVIEW --key "$DEMO/officers/carol.key" --anchor "$DEMO/anchor" --send
  expect 0 "Suspends Kent" "In force"
  local began=$SECONDS
  wait_until 60 "Kent's questions refused" refused_as_suspended
  echo "Kent's node refuses questions $((SECONDS - began)) s later; nobody did anything in Kent."
  ask kent K-2001
  [ "$CODE_SEEN" != 0 ] || fail "scene $SCENE: a suspended authority was answered"
  case ${OUTPUT,,} in *suspended*) ;; *) fail "scene $SCENE: the refusal has no reason" ;; esac
  why "one officer's signature is enough to take rights away, for at most 24 hours."
  ask leeds L-1001
  expect 3 "NOT JOINED, so not asked: 1" "Kent" "${DESK[kent]}" "Bexley"
  expect_not "A. Example"
  why "others are told that Kent was not asked, and whom to ring instead."
}

reinstated() {
  title "two officers reinstate it by a new directory"
  quietly signpost federation directory draft --from "$DEMO/directory-1" --out "$DEMO/draft-2.txtpb"
  show signpost federation directory edit --draft "$DEMO/draft-2.txtpb" \
    --previous "$DEMO/directory-1" --anchor "$DEMO/anchor" --out "$DEMO/directory-2"
  expect 0 "Directory 2"
  sign_directory "$DEMO/directory-2" --previous "$DEMO/directory-1"
  show signpost --profile officer federation publish "$DEMO/directory-2"
  expect 0 "Published"
  wait_until 60 "Kent connected again" all_connected
  wait_until 60 "Kent answering again" settled
  ask kent K-2001
  expect 0 "Leeds" "Bexley" "COMPLETE: 5 of 5"
  why "a directory newer than the order ends it; giving rights back takes two signatures."
}

policy_explained() {
  title "what a role may be told for a purpose"
  show signpost federation policy check --role early-help-worker --purpose s17-assessment \
    --directory "$DEMO/directory-1"
  expect 0 "sensitive"
  why "the policy is a table in the signed directory; every node evaluates it for itself."
}

members_health() {
  title "what the officers see"
  show signpost --profile officer federation health
  expect 0 "6 members in directory 2" "0 silent" "Leeds" "Camden"
  why "who is connected, how fast, how current; nothing about children, questions or pairs of members."
}

run_scenes() {
  wait_until 60 "the first index" settled
  known_to_two
  known_before
  typed_by_hand
  sensitive
  sensitive_with_consent
  shielded
  second_record
  glass_broken
  withheld
  separated
  policy_explained
  one_is_down
  suspended
  reinstated
  members_health
  say "Every scene ended as it must ($SCENE scenes)"
}

print_how_to_use() {
  cat <<END

It is running. In this shell:

  export PATH=$BUILD/bin:\$PATH XDG_CONFIG_HOME=$DEMO/config

Profiles: PLACE-alex (asks), PLACE-dana (imports), PLACE-priya (reads the audit), PLACE-dee and
PLACE-rob (the desk), officer;
places: ${PLACES[*]}. For example:

  signpost --profile camden-alex ask --case C-6101 --purpose mash-triage
  signpost --profile leeds-priya audit show
  signpost --profile devon-dee desk alerts
  signpost --profile leeds-alex doctor
  signpost --profile officer federation health

Your own CSV (invented children only: the nodes are in training and take only NHS numbers of the
999 range; the columns are in README.md and in signpost import --help):

  signpost --profile leeds-dana import children mine.csv --rejects mine.rejects
  signpost --profile leeds-dana import involvements theirs.csv --rejects theirs.rejects

Logs: $DEMO/*/log        Stop: deploy/demo --stop $DEMO
END
}
