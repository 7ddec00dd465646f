"""kill -9 of a node while it imports and while it enrols: what was acknowledged is there, the
audit is whole, and the next start goes on by itself."""

import json
import subprocess
import threading
import time

from federation import CHILDREN, INVOLVEMENTS, check, day, main, step, wait_until

ROWS = 6000
FAMILIES = ("Abernethy", "Blackwood", "Cartwright", "Dunmore", "Eastgate", "Fairclough", "Gallo")
KILLS_DURING_IMPORT = (0.02, 0.15, 0.4, 0.8, 1.3)
KILLS_DURING_ENROLMENT = (0.1, 0.5, 1.0, 1.6)


def rows(count, prefix="L"):
    for number in range(count):
        born = f"{2008 + number % 16}-{number // 16 % 12 + 1:02}-{number // 192 % 28 + 1:02}"
        yield (f"{prefix}-{number},Child{number},{FAMILIES[number % 7]},{born},F,"
               f"LS{number % 28 + 1} {number % 9 + 1}AB,")


def children(federation):
    """How many records the node says it holds, and how many of them are enrolled."""
    result = federation.signpost("leeds-dana", "--output", "json", "doctor")
    if not result.out.startswith("{"):
        return None
    for finding in result.json()["findings"]:
        if finding["subject"] == "enrolment" and "epoch 1: " in finding["says"]:
            said = finding["says"].split("epoch 1: ")[1].replace(",", "").split(";")[0].split()
            return int(said[2]), int(said[0])
    return None


def import_while_killing(federation, kills):
    """One import, as a person would type it, while the node dies at each of these moments."""
    result = {}

    def run():
        result["of"] = federation.import_rows("leeds", "children", CHILDREN, rows(ROWS), "children")

    importing = threading.Thread(target=run)
    importing.start()
    for moment in kills:
        time.sleep(moment)
        federation.kill("leeds")
        federation.start("leeds")
    importing.join()
    return result["of"]


def test(federation):
    federation.start_all()

    step(f"{ROWS} children are imported while the node is killed {len(KILLS_DURING_IMPORT)} times")
    result = import_while_killing(federation, KILLS_DURING_IMPORT)
    check(result.code == 0, "the same import goes on by itself after every kill", result)
    totals = result.json()
    check(totals["accepted"] + totals["unchanged"] == ROWS and totals["rejected"] == 0,
          "every row was acknowledged", totals)

    step("Every acknowledged row is there: repeating the import changes nothing")
    federation.kill("leeds")
    federation.start("leeds")
    wait_until(20, "the node back", lambda: children(federation) is not None)
    check(children(federation)[0] == ROWS, "as many records as rows", children(federation))
    result = federation.import_rows("leeds", "children", CHILDREN, rows(ROWS), "children")
    check(result.code == 0 and result.json()["unchanged"] == ROWS, "all are unchanged", result)
    federation.verify_audit("leeds")

    step("An import whose node stays away says so; what it acknowledged before is there")
    federation.import_child("leeds", "LATE-1", "Mary", "Late", "2011-02-03", "")
    path = federation.folder("leeds") / "more.csv"
    path.write_text("\n".join([CHILDREN, *rows(4 * ROWS, "M")]) + "\n")
    importing = subprocess.Popen(
        [federation.bin / "signpost", "--profile", "leeds-dana", "--output", "json", "import",
         "children", path, "--rejects", f"{path}.rejects"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=federation.environment)
    time.sleep(0.7)
    federation.kill("leeds")
    out, err = importing.communicate(timeout=60)
    stopped = json.loads(out)
    check(stopped["state"] == "stopped" and importing.returncode not in (0, 3),
          "the import says that it stopped", stopped, err, importing.returncode)
    check(b"repeat" in out + err or stopped["rows"] < 4 * ROWS, "and how far it came", stopped)
    federation.start("leeds")
    wait_until(20, "the node back", lambda: children(federation) is not None)
    held = children(federation)[0]
    check(held >= ROWS + 1 + stopped["accepted"], "no acknowledged row is lost", held, stopped)
    federation.verify_audit("leeds")

    step("Enrolment goes on where it was after every kill, and never loses a finished batch")
    before = children(federation)[1]
    for moment in KILLS_DURING_ENROLMENT:
        time.sleep(moment)
        reached = children(federation)[1]
        federation.kill("leeds")
        federation.start("leeds")
        wait_until(20, "the node back", lambda: children(federation) is not None)
        check(children(federation)[1] >= reached, "a stored batch stays stored", reached)
    wait_until(60, "more enrolled than before the kills",
               lambda: (children(federation) or (0, 0))[1] > before)

    step("A custodian is killed in the middle of enrolment: it waits, and goes on when it is back")
    federation.kill("custodian-b")
    time.sleep(0.5)
    held = children(federation)[1]
    time.sleep(1)
    check(children(federation)[1] == held, "nothing is enrolled with one custodian")
    federation.start("custodian-b")
    wait_until(60, "enrolment going on", lambda: (children(federation) or (0, 0))[1] > held)

    step("A record added after all that is findable by itself")
    federation.import_child("leeds", "NEW-1", "Nadia", "Newcomer", "2012-03-04", "")
    result = federation.import_rows("leeds", "involvements", INVOLVEMENTS, [
        f"NEW-1,NEW-1-a,EARLY_HELP,Leeds,North,A. Example,worker,01632 960010,{day(-3)},,no"])
    check(result.code == 0, "an involvement is stored", result)
    federation.verify_audit("leeds")


if __name__ == "__main__":
    main(test)
