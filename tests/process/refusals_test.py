"""What the programs refuse at the door, and that each refusal says what to do: open files, wrong
and expired certificates, a stale directory, broken configuration; and how the processes shield
themselves.
"""

import os
import pathlib
import shutil
import stat
import subprocess
import time

from federation import CODES, DOMAIN, check, main, step, wait_until

SIGNING = "keys/signing.key"
COLUMN = "keys/column.key"


def refused(federation, who, *texts, code=8):
    """The program does not start, with this exit code and all of these texts."""
    result = federation.try_run(federation.program(who), "--config", federation.config(who),
                                timeout=20)
    check(result.code == code, f"{who} ended with {result.code}, not {code}", result)
    for text in texts:
        check(str(text) in result.err + result.out, f"{who} does not say '{text}'", result)


def open_to_others(federation, who, path, *texts):
    path = federation.folder(who) / path
    check(stat.S_IMODE(path.stat().st_mode) == 0o600, f"{path} was made 0600")
    path.chmod(0o644)
    refused(federation, who, path, "chmod 600", *texts)
    path.chmod(0o600)


def with_certificate(federation, who, identity, days, ca="federation-ca"):
    """The same key under another certificate; the good one is kept beside it."""
    folder = federation.folder(who)
    if not (folder / "good.pem").exists():
        (folder / "tls.pem").rename(folder / "good.pem")
    federation.run("openssl", "req", "-new", "-key", folder / "tls.key", "-subj", "/CN=x",
                   "-addext", f"subjectAltName=URI:{identity}", "-out", folder / "other.csr")
    federation.pki("sign", "--ca", federation.dir / ca, "--csr", folder / "other.csr", "--id",
                   identity, "--days", str(days), "--out", folder / "tls.pem")


def good_certificate(federation, who):
    (federation.folder(who) / "good.pem").rename(federation.folder(who) / "tls.pem")


def files(federation):
    step("Keys and database are 0600; opened to others, they stop their program with exit 8")
    open_to_others(federation, "leeds", SIGNING)
    open_to_others(federation, "leeds", COLUMN)
    open_to_others(federation, "leeds", "keys/sealing-1.key")
    open_to_others(federation, "leeds", "tls.key")
    open_to_others(federation, "leeds", "data/node.db", "children's records")
    open_to_others(federation, "hub", "tls.key")
    open_to_others(federation, "custodian-a", "custodian-a-epoch-1.key")
    key = federation.folder("leeds") / "people" / "alex.key"
    key.chmod(0o640)
    result = federation.ask("leeds", "L-1")
    check(result.code in (4, 8) and "chmod 600" in result.err, "the practitioner's key too", result)
    key.chmod(0o600)


def configuration(federation):
    step("--check-config names every problem of a broken file at once, with its line; exit 8")
    broken = federation.dir / "broken.txtpb"
    broken.write_text('authority: "Leeds"\nlisten: 7\nno_such_field: 1\ntraining: perhaps\n')
    for program in ("signpost-node", "signpost-hub"):
        result = federation.try_run(federation.bin / program, "--config", broken, "--check-config")
        check(result.code == 8, f"{program} finds problems", result)
        check(f"{broken}:2:" in result.err or program == "signpost-hub", "line 2", result)
        check(f"{broken}:3:" in result.err and "no_such_field" in result.err, "line 3", result)
    broken.write_text('authority: "Leeds"\n')
    result = federation.try_run(federation.bin / "signpost-node", "--config", broken,
                                "--check-config")
    for field in ("authority", "listen", "tls.certificate", "anchor", "database", "column_key"):
        check(result.code == 8 and f"{field}: " in result.err, f"{field} is named", result)
    broken.write_text('name: "hub"\n')
    result = federation.try_run(federation.bin / "signpost-hub", "--config", broken,
                                "--check-config")
    for field in ("listen", "tls.certificate", "anchor", "directory_cache"):
        check(result.code == 8 and field in result.err, f"{field} is named", result)
    for who in ("leeds", "hub", "custodian-a"):
        result = federation.try_run(federation.program(who), "--config", federation.config(who),
                                    "--check-config")
        check(result.code == 0 and "no problem found" in result.out, f"{who}'s is good", result)


def certificates(federation):
    step("A certificate of somebody else stops the program with exit 8 and says whose it must be")
    with_certificate(federation, "leeds", f"spiffe://{DOMAIN}/authority/{CODES['kent']}", 30)
    refused(federation, "leeds", "not the certificate of authority E08000035")
    good_certificate(federation, "leeds")
    with_certificate(federation, "hub", f"spiffe://{DOMAIN}/hub/other", 30)
    refused(federation, "hub", f"spiffe://{DOMAIN}/hub/hub")
    good_certificate(federation, "hub")

    step("An expired certificate: the program says so, and what to do")
    for who, kind, name in (("hub", "hub", "hub"), ("leeds", "authority", CODES["leeds"])):
        with_certificate(federation, who, f"spiffe://{DOMAIN}/{kind}/{name}", 0)
        time.sleep(1.1)
        refused(federation, who, "has expired", "renew")
        good_certificate(federation, who)


def callers(federation):
    step("A practitioner of another authority, or without a certificate of this one, is refused")
    federation.start("hub", "custodian-a", "custodian-b", "leeds")
    wait_until(20, "Leeds answering", lambda: "no record with that case reference" in
               federation.ask("leeds", "L-1").err)
    profile = federation.dir / "config" / "signpost" / "leeds-alex.txtpb"
    good = profile.read_text()
    profile.write_text(good.replace(f"{CODES['leeds']}/people", f"{CODES['kent']}/people"))
    result = federation.ask("leeds", "L-1")
    check(result.code in (4, 6) and result.out == "", "Kent's Alex is nobody in Leeds", result)
    profile.write_text(good.replace(
        f'authority: "{CODES["leeds"]}"', f'authority: "{CODES["kent"]}"'))
    result = federation.ask("leeds", "L-1")
    check(result.code in (4, 6) and result.out == "", "a node must prove to be the own one", result)
    profile.write_text(good)


def stale_directory(federation):
    step("A directory that runs out: nobody is asked, and the message says whom to ring")
    until_ms = int((time.time() + 6) * 1000)
    federation.publish_directory(2, f"\nissued_ms: {until_ms - 10000}\nnot_after_ms: {until_ms}\n")
    wait_until(20, "the directory's end", lambda:
               federation.ask("leeds", "L-1").code not in (0, 3) and
               "directory has expired" in federation.ask("leeds", "L-1").err)
    result = federation.ask("leeds", "L-1")
    check("telephone" in result.err and result.out == "", "what to do instead", result)
    result = federation.signpost("leeds-alex", "doctor")
    check("has expired" in result.out and "officers" in result.out, "doctor says so too", result)


def processes(federation):
    step("No core dumps, no ptrace by the same user, private new files")
    for who in ("hub", "custodian-a", "leeds"):
        pid = federation.processes[who].pid
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
        check(core.split()[4:6] == ["0", "0"], f"{who} may not dump core", core)
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        check("Umask:\t0077" in status, f"{who} makes private files", status)


def as_ordinary_user(federation):
    """What makes a process of the hub's files run as nobody; nothing to do for who is not root."""
    if os.getuid() != 0:
        return {}
    user, group = 65534, 65534
    for path in (federation.dir, federation.dir / "federation-ca"):
        path.chmod(0o755)
    for path in ("anchor", "directory-1", "federation-ca/ca.pem"):
        (federation.dir / path).chmod(0o644)
    folder = federation.folder("hub")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, group)
    return {"user": user, "group": group, "extra_groups": []}


def not_dumpable_to_its_own_user(federation):
    step("Not even its own user can look into a program's memory")
    ordinary = as_ordinary_user(federation)
    copy = federation.dir / "signpost-hub"
    shutil.copy(federation.program("hub"), copy)
    copy.chmod(0o755)
    program = subprocess.Popen(
        [copy, "--config", federation.config("hub")], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **ordinary)
    federation.processes["hub"] = program
    time.sleep(1)
    check(program.poll() is None, "the hub runs as an ordinary user")

    def look(pid):
        return subprocess.run(["head", "-c", "1", f"/proc/{pid}/maps"], capture_output=True,
                              check=False, cwd="/", **ordinary)

    seen = look(program.pid)
    check(seen.returncode != 0 and b"ermission denied" in seen.stderr, "it is refused", seen)
    with subprocess.Popen(["sleep", "20"], cwd="/", **ordinary) as sleeping:
        seen = look(sleeping.pid)
        sleeping.kill()
    check(seen.returncode == 0, "an ordinary program's it can open", seen)
    federation.stop("hub")


def test(federation):
    federation.start("leeds")  # Makes its database.
    wait_until(20, "the database", (federation.folder("leeds") / "data" / "node.db").exists)
    time.sleep(0.5)
    federation.stop("leeds")
    files(federation)
    configuration(federation)
    certificates(federation)
    callers(federation)
    processes(federation)
    stale_directory(federation)
    federation.stop("hub")
    not_dumpable_to_its_own_user(federation)


if __name__ == "__main__":
    main(test)
