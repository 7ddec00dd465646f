"""SIGTERM ends every program in good order, also in the middle of a question; SIGHUP ends none."""

import json
import signal
import subprocess
import time

from federation import check, main, step, wait_until


def ask_while_stopping(federation, who, moment):
    asking = subprocess.Popen(
        [federation.bin / "signpost", "--profile", "leeds-alex", "--output", "json", "ask",
         "--case", "L-1", "--purpose", "s47-enquiry"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=federation.environment)
    time.sleep(moment)
    began = time.monotonic()
    code = federation.stop(who)
    check(code == 0, f"{who} ended with {code}")
    check(time.monotonic() - began < 15, f"{who} takes no longer than its drain")
    out, err = asking.communicate(timeout=60)
    federation.start(who)
    ledger = json.loads(out) if out else {}
    if "rows" not in ledger:
        check(asking.returncode in (3, 5, 6), "not put, and says so", asking.returncode, out, err)
        return
    others = {row["member"]: row["outcome"] for row in ledger["rows"] if row["relation"] == "other"}
    whole = len(others) == 2 and "NO_ANSWER" not in others.values()
    check(asking.returncode == (0 if whole else 3), "complete, or NO ANSWER and exit 3",
          asking.returncode, ledger)


def test(federation):
    step("Leeds and Kent know one child")
    federation.start_all()
    federation.import_child("leeds", "L-1", "Amelia", "Hartley", "2017-03-14", "9990001014")
    # A node that holds nobody has no answer yet.
    federation.import_child("devon", "D-1", "Filbert", "Quince", "2011-01-02", "9990001030")
    federation.import_child("kent", "K-1", "Amelia", "Hartley", "2017-03-14", "9990001014")
    federation.import_involvement("kent", "K-1", "A. Example", "01632 960001")
    federation.wait_findable("leeds", "L-1")
    federation.wait_findable("kent", "K-1")
    federation.outcomes("leeds", "L-1", kent="INVOLVED_NOW", devon="NOTHING_TO_REPORT")

    step("SIGHUP is said in the log and ends nobody")
    for who, process in federation.processes.items():
        before = federation.log(who).read_text().count("reload")
        process.send_signal(signal.SIGHUP)
        wait_until(10, f"{who} saying so",
                   lambda who=who, before=before:
                   federation.log(who).read_text().count("reload") > before)
    time.sleep(0.5)
    for who, process in federation.processes.items():
        check(process.poll() is None, f"{who} runs on")
    check(federation.ask("leeds", "L-1").code == 0, "and all of them answer")

    for who in ("hub", "leeds", "kent"):
        step(f"SIGTERM to {who} in the middle of questions: exit 0, each whole or incomplete")
        for moment in (0.1, 0.25, 0.4):
            ask_while_stopping(federation, who, moment)
            federation.outcomes("leeds", "L-1", kent="INVOLVED_NOW", devon="NOTHING_TO_REPORT")

    step("Everything stops in any order, with exit 0")
    for who in ("custodian-a", "hub", "leeds", "custodian-b", "kent", "devon"):
        check(federation.stop(who) == 0, f"{who} ends with 0")


if __name__ == "__main__":
    main(test)
