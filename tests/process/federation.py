"""A federation of three authorities on loopback, made and run by the commands that its people
would type: deploy/pki, signpost federation, signpost-node --init, signpost. One a test, in a folder
of its own, on a loopback address of its own; `with Federation() as federation` stops every process
that it started and deletes the folder, unless the test failed: then the logs stay.
"""

import datetime
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
DOMAIN = "signpost.example"
CODES = {"leeds": "E08000035", "kent": "E10000016", "devon": "E10000008"}
NAMES = {"leeds": "Leeds", "kent": "Kent", "devon": "Devon"}
DESKS = {"leeds": "01632 960019", "kent": "01632 960009", "devon": "01632 960200"}
PEOPLE = {"alex": "SOCIAL_WORKER", "dana": "DATA_MANAGER", "priya": "PRIVACY_OFFICER",
          "dee": "DESK_WORKER"}
HUB_PORT, A_PORT, B_PORT = 7443, 7444, 7445
NODE_PORTS = {"leeds": 7501, "kent": 7502, "devon": 7503}

_began = time.monotonic()
_steps = 0


def step(sentence):
    """Says what comes next, and when; ctest shows it when the test fails."""
    global _steps
    _steps += 1
    print(f"{time.monotonic() - _began:5.1f} s  {_steps}. {sentence}", flush=True)


def check(holds, sentence, *shown):
    """Ends the test unless `holds`."""
    if not holds:
        for thing in shown:
            print(thing)
        raise AssertionError(sentence)


def day(offset):
    return (datetime.date.today() + datetime.timedelta(days=offset)).isoformat()


def wait_until(seconds, what, condition):
    end = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < end, f"waited {seconds} s for: {what}")
        time.sleep(0.1)


class Result:
    """What a command gave: its exit code, standard output, standard error."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"exit {self.code}\n{self.out}{self.err}"


class Federation:
    def __init__(self, environment=None):
        self.bin = pathlib.Path(os.environ["SIGNPOST_BIN"])
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="signpost-process."))
        number = os.getpid()
        self.host = f"127.{number >> 14 & 127 | 128}.{number >> 7 & 127}.{number % 127 + 1}"
        self.environment = dict(os.environ, XDG_CONFIG_HOME=str(self.dir / "config"),
                                **(environment or {}))
        self.processes = {}
        self.standard_errors = ""

    def __enter__(self):
        return self

    def __exit__(self, kind, _value, _trace):
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        if kind is None:
            shutil.rmtree(self.dir)
        else:
            print(f"The folder of this run, with every log, is left: {self.dir}")

    # Commands.

    def try_run(self, *command, stdin="", environment=None, timeout=90):
        done = subprocess.run([str(word) for word in command], input=stdin, text=True,
                              capture_output=True, timeout=timeout,
                              env=dict(self.environment, **(environment or {})), check=False)
        self.standard_errors += done.stderr
        return Result(done.returncode, done.stdout, done.stderr)

    def run(self, *command, **options):
        result = self.try_run(*command, **options)
        check(result.code == 0, f"{' '.join(map(str, command))} failed", result)
        return result

    def signpost(self, profile, *words, **options):
        return self.try_run(self.bin / "signpost", "--profile", profile, *words, **options)

    def officer_tool(self, *words):
        return self.run(self.bin / "signpost", "federation", *words)

    def ask(self, place, case, *words, **options):
        return self.signpost(f"{place}-alex", "ask", "--case", case, "--purpose", "s47-enquiry",
                             *words, **options)

    # Making: what the officers, the operators and the authorities each do once.

    def folder(self, who):
        path = self.dir / CODES.get(who, who)
        path.mkdir(exist_ok=True)
        return path

    def pki(self, *words):
        return self.run(SOURCE / "deploy" / "pki", *words)

    def certify(self, who, kind, name):
        folder = self.folder(who)
        identity = f"spiffe://{DOMAIN}/{kind}/{name}"
        self.pki("request", "--id", identity, "--out", folder / "tls")
        self.pki("sign", "--ca", self.dir / "federation-ca", "--csr", folder / "tls.csr", "--id",
                 identity, "--out", folder / "tls.pem")

    def make(self):
        self.pki("ca", "--out", self.dir / "federation-ca", "--name", "Test federation")
        self.make_officers()
        self.make_hub()
        for role in "ab":
            self.make_custodian(role)
        for place in CODES:
            self.make_authority(place)
        self.make_directory()
        return self

    def make_officers(self):
        keys = self.folder("officers")
        words = []
        for officer in ("anna", "ben", "carol"):
            self.officer_tool("officer-key", "--officer", officer, "--out", keys)
            words += ["--officer", keys / f"{officer}.pub"]
        self.officer_tool("anchor", "--trust-domain", DOMAIN, "--threshold", "2", *words, "--out",
                          self.dir / "anchor")
        self.certify("officer", "officer", "anna")
        self.write_profile("officer", f"""
            certificate: "{self.dir}/officer/tls.pem"
            private_key: "{self.dir}/officer/tls.key"
            ca: "{self.dir}/federation-ca/ca.pem"
            trust_domain: "{DOMAIN}"
            hub_address: "{self.host}:{HUB_PORT}"
            hub_name: "hub"
            """)

    def write_profile(self, name, text):
        path = self.dir / "config" / "signpost" / f"{name}.txtpb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def server_config(self, who, port):
        folder = self.folder(who)
        return f"""
            name: "{who}"
            listen: "{self.host}:{port}"
            tls {{
              certificate: "{folder}/tls.pem"
              private_key: "{folder}/tls.key"
              federation_ca: "{self.dir}/federation-ca/ca.pem"
            }}
            anchor: "{self.dir}/anchor"
            directory_cache: "{folder}/directory"
            """

    def make_hub(self):
        self.certify("hub", "hub", "hub")
        self.config("hub").write_text(self.server_config("hub", HUB_PORT) + f"""
            initial_directory: "{self.dir}/directory-1"
            """)

    def make_custodian(self, role):
        who = f"custodian-{role}"
        self.certify(who, "custodian", who)
        self.officer_tool("custodian-share", "--role", role, "--epoch", "1", "--out",
                          self.folder(who))
        port = A_PORT if role == "a" else B_PORT
        self.config(who).write_text(self.server_config(who, port) + f"""
            custodian {{
              role: "{role}"
              key_files: "{self.folder(who)}/custodian-{role}-epoch-1.key"
              meter_file: "{self.folder(who)}/meter"
              hub_address: "{self.host}:{HUB_PORT}"
              hub_name: "hub"
            }}
            """)

    def node_config(self, place):
        folder = self.folder(place)
        users = "".join(f"""
            users {{
              id: "practitioner/{person}" name: "{person} of {NAMES[place]}"
              organisation: "{NAMES[place]} Council" roles: "{role}" telephone: "{DESKS[place]}"
            }}""" for person, role in PEOPLE.items())
        return f"""
            authority: "{CODES[place]}"
            listen: "{self.host}:{NODE_PORTS[place]}"
            tls {{
              certificate: "{folder}/tls.pem"
              private_key: "{folder}/tls.key"
              federation_ca: "{self.dir}/federation-ca/ca.pem"
            }}
            practitioner_ca: "{folder}/people-ca/ca.pem"
            anchor: "{self.dir}/anchor"
            database: "{folder}/data/node.db"
            column_key: "{folder}/keys/column.key"
            signing_key: "{folder}/keys/signing.key"
            sealing_keys {{ id: 1 path: "{folder}/keys/sealing-1.key" }}
            directory_cache: "{folder}/directory"
            hub_address: "{self.host}:{HUB_PORT}"
            hub_name: "hub"
            training: true
            {users}
            """

    def make_authority(self, place):
        folder, code = self.folder(place), CODES[place]
        for name in ("data", "keys", "people"):
            (folder / name).mkdir()
        self.pki("ca", "--out", folder / "people-ca", "--name", f"{place} people")
        self.config(place).write_text(self.node_config(place))
        self.run(self.bin / "signpost-node", "--init", "--config", self.config(place), "--name",
                 NAMES[place], "--telephone", DESKS[place], "--children", "5000", "--out", folder)
        self.pki("sign", "--ca", self.dir / "federation-ca", "--csr", folder / f"{code}.csr",
                 "--id", f"spiffe://{DOMAIN}/authority/{code}", "--out", folder / "tls.pem")
        for person in PEOPLE:
            identity = f"spiffe://{DOMAIN}/authority/{code}/practitioner/{person}"
            stem = folder / "people" / person
            self.pki("request", "--id", identity, "--out", stem)
            self.pki("sign", "--ca", folder / "people-ca", "--csr", f"{stem}.csr", "--id",
                     identity, "--out", f"{stem}.pem")
            self.write_profile(f"{place}-{person}", f"""
                node_address: "{self.host}:{NODE_PORTS[place]}"
                authority: "{code}"
                certificate: "{stem}.pem"
                private_key: "{stem}.key"
                ca: "{self.dir}/federation-ca/ca.pem"
                trust_domain: "{DOMAIN}"
                training: true
                """)

    def draft(self):
        members = "".join(f'members {{ code: "{code}" state: ACTIVE }}\n' for code in
                          CODES.values())
        return f"""
            trust_domain: "{DOMAIN}"
            children: 15000
            policy {{ version: 1 }}
            {members}
            custodians {{ name: "custodian-a" role: "a" address: "{self.host}:{A_PORT}" }}
            custodians {{ name: "custodian-b" role: "b" address: "{self.host}:{B_PORT}" }}
            hubs {{ name: "hub" address: "{self.host}:{HUB_PORT}" }}
            officers {{ name: "anna" }}
            epochs {{ epoch: 1 }}
            """

    def make_directory(self):
        (self.dir / "draft-1").write_text(self.draft())
        golden = self.run(self.bin / "signpost-node", "--config", self.config("leeds"),
                          "--golden-hash")
        (self.dir / "golden").write_text(golden.out)
        words = []
        for place, code in CODES.items():
            words += ["--entry", self.folder(place) / f"{code}.entry"]
        for role in "ab":
            words += ["--share",
                      self.dir / f"custodian-{role}" / f"custodian-{role}-epoch-1.share"]
        for who in ("hub", "custodian-a", "custodian-b", "officer"):
            words += ["--certificate", self.dir / who / "tls.pem"]
        self.officer_tool("directory", "new", "--draft", self.dir / "draft-1", "--golden",
                          self.dir / "golden", *words, "--out", self.dir / "directory-1")
        self.sign_directory(1)

    def sign_directory(self, version):
        previous = ["--previous", self.dir / f"directory-{version - 1}"] if version > 1 else []
        for officer in ("anna", "ben"):
            self.officer_tool("directory", "sign", self.dir / f"directory-{version}", "--key",
                              self.dir / "officers" / f"{officer}.key", "--anchor",
                              self.dir / "anchor", "--yes", *previous)

    def publish_directory(self, version, extra=""):
        """The next directory: the last one's members, and `extra` in text format."""
        draft = self.dir / f"draft-{version}"
        self.officer_tool("directory", "draft", "--from", self.dir / f"directory-{version - 1}",
                          "--out", draft)
        draft.write_text(draft.read_text() + extra)
        self.officer_tool("directory", "edit", "--draft", draft, "--previous",
                          self.dir / f"directory-{version - 1}", "--anchor", self.dir / "anchor",
                          "--out", self.dir / f"directory-{version}")
        self.sign_directory(version)
        result = self.signpost("officer", "federation", "publish",
                               self.dir / f"directory-{version}")
        check(result.code == 0, "the directory was not published", result)

    # Running.

    def config(self, who):
        return self.folder(who) / "config.txtpb"

    def log(self, who):
        return self.folder(who) / "log"

    def program(self, who):
        return self.bin / ("signpost-node" if who in CODES else "signpost-hub")

    def start(self, *names, environment=None):
        # restore_signals: a write beyond a limit on file sizes fails, and does not end the program.
        for who in names:
            with open(self.log(who), "ab") as log:
                self.processes[who] = subprocess.Popen(
                    [self.program(who), "--config", self.config(who)], stdin=subprocess.DEVNULL,
                    stdout=log, stderr=log, restore_signals=False,
                    env=dict(self.environment, **(environment or {})))

    def start_all(self):
        self.start("hub", "custodian-a", "custodian-b", *CODES)
        self.wait_connected()

    def stop(self, who, how=signal.SIGTERM, seconds=20):
        """Sends a signal and waits; the exit code, negative when a signal ended it."""
        process = self.processes.pop(who)
        process.send_signal(how)
        try:
            return process.wait(seconds)
        finally:
            process.kill()

    def kill(self, who):
        return self.stop(who, signal.SIGKILL)

    def connected(self):
        result = self.signpost("officer", "--output", "json", "federation", "members")
        return result.out.count('"connected": true') if result.code == 0 else 0

    def wait_connected(self, count=len(CODES)):
        wait_until(75, f"{count} nodes connected to the hub", lambda: self.connected() == count)

    # Records.

    def import_rows(self, place, kind, header, rows, name="rows", **options):
        path = self.folder(place) / f"{name}.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        return self.signpost(f"{place}-dana", "--output", "json", "import", kind, path, "--rejects",
                             f"{path}.rejects", **options)

    def import_child(self, place, case, given, family, born, nhs, postcode="LS6 2AQ"):
        result = self.import_rows(place, "children", CHILDREN, [
            f"{case},{given},{family},{born},F,{postcode},{nhs}"], f"child-{case}")
        check(result.code == 0, f"{place} could not import a child", result)

    def import_involvement(self, place, case, practitioner, telephone, start=-40, end=None):
        ended = "" if end is None else day(end)
        result = self.import_rows(place, "involvements", INVOLVEMENTS, [
            f"{case},{case}-a,EARLY_HELP,{NAMES[place]} Council,North team,{practitioner},"
            f"family worker,{telephone},{day(start)},{ended},no"], f"involvement-{case}")
        check(result.code == 0, f"{place} could not import an involvement", result)

    def findable(self, place, case):
        result = self.signpost(f"{place}-alex", "--output", "json", "child", "show", "--case", case)
        return '"enrolment": "findable"' in result.out

    def wait_findable(self, place, *cases):
        for case in cases:
            wait_until(60, f"{case} enrolled at {NAMES[place]}",
                       lambda case=case: self.findable(place, case))

    def outcomes(self, place, case, seconds=75, **expected):
        """Asks until every named authority's row says what is expected; the last answer's rows.
        A node whose hub went away several times comes back within a minute."""
        rows = {}

        def settled():
            result = self.ask(place, case, "--output", "json")
            if not result.out:
                return False
            rows.clear()
            rows.update({row["member"]: row for row in result.json()["rows"]
                         if row["relation"] == "other"})
            return all(rows.get(CODES[who], {}).get("outcome") == outcome
                       for who, outcome in expected.items())

        wait_until(seconds, f"{expected} about {case}", settled)
        return rows

    def verify_audit(self, place):
        result = self.signpost(f"{place}-priya", "--output", "json", "audit", "verify")
        check(result.code == 0 and result.json()["chain"] == "intact",
              f"the audit of {place} is not intact", result)
        return result.json()["rows"]


CHILDREN = "case_reference,given_name,family_name,date_of_birth,sex,postcode,nhs_number"
INVOLVEMENTS = ("case_reference,involvement_reference,service,organisation,team,practitioner,"
                "practitioner_role,telephone,start_on,end_on,sensitive")


def main(test, environment=None, kind=Federation):
    """Runs test(federation) with a federation made, not started."""
    with kind(environment) as federation:
        federation.make()
        test(federation)
    print(f"{time.monotonic() - _began:5.1f} s  Every step held.")
