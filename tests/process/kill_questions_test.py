"""kill -9 of the asker's node, a holder, the hub and a custodian in the middle of questions: no
answer without its audit row, silence read as silence, no suspension forgotten, no allowance
refilled."""

import json
import subprocess
import time

from federation import CODES, Federation, check, main, step, wait_until

MOMENTS = (0.0, 0.03, 0.08, 0.15, 0.25, 0.4)
ALLOWANCE = 3


class Allowed(Federation):
    """Devon may ask few questions a day; a custodian refuses above twice the allowance."""

    def draft(self):
        code = CODES["devon"]
        return super().draft().replace(
            f'members {{ code: "{code}" state: ACTIVE }}',
            f'members {{ code: "{code}" state: ACTIVE allowances '
            f"{{ questions_per_day: {ALLOWANCE} }} }}")


def start_ask(federation):
    return subprocess.Popen(
        [federation.bin / "signpost", "--profile", "leeds-alex", "--output", "json", "ask",
         "--case", "L-1", "--purpose", "s47-enquiry"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=federation.environment)


def ask_while_killing(federation, who, moment):
    """The question's exit code and ledger; the killed program is started again."""
    asking = start_ask(federation)
    time.sleep(moment + 0.05)
    federation.kill(who)
    out, _ = asking.communicate(timeout=60)
    federation.start(who)
    ledger = json.loads(out) if out.startswith(b"{") else {}
    return asking.returncode, ledger if "rows" in ledger else None


def audited(federation):
    """The references of the questions that Leeds' audit says were asked."""
    result = federation.signpost("leeds-priya", "--output", "json", "audit", "show", "--limit",
                                 "1000")
    check(result.code == 0, "the audit can be shown", result)
    return {row.get("question_reference") for row in result.json()["rows"]
            if row["kind"] == "QUESTION_ASKED"}


def never_silence_as_no(code, ledger):
    if ledger is None:
        check(code in (3, 6), "without a ledger the command says that it is incomplete", code)
        return
    others = {row["member"]: row["outcome"] for row in ledger["rows"] if row["relation"] == "other"}
    whole = (len(others) == 2 and "NO_ANSWER" not in others.values() and
             ledger["summary"] == "received")
    check((code == 0) == whole, "exit 0 exactly when every other authority answered", code, ledger)
    check(code in (0, 3), "else exit 3", code)


def asker_killed(federation):
    step("The asker's node is killed at many moments of a question")
    shown = set()
    for moment in MOMENTS:
        code, ledger = ask_while_killing(federation, "leeds", moment)
        never_silence_as_no(code, ledger)
        if ledger is not None and ledger["question_reference"]:
            shown.add(ledger["question_reference"])
    wait_until(30, "Leeds back", lambda: federation.ask("leeds", "L-1").code in (0, 3))
    federation.verify_audit("leeds")
    check(shown <= audited(federation), "no question went out without its audit row", shown)
    federation.outcomes("leeds", "L-1", kent="INVOLVED_NOW", devon="NOTHING_TO_REPORT")


def holder_killed(federation):
    step("The holder's node is killed at many moments of a question")
    for moment in MOMENTS[::2]:
        code, ledger = ask_while_killing(federation, "kent", moment)
        check(ledger is not None, "the asker's node stands", code)
        never_silence_as_no(code, ledger)
        federation.outcomes("leeds", "L-1", kent="INVOLVED_NOW", devon="NOTHING_TO_REPORT")
    federation.verify_audit("kent")


def hub_killed(federation):
    step("The hub is killed at many moments of a question; the nodes come back to it by themselves")
    for moment in MOMENTS[1::3]:
        code, ledger = ask_while_killing(federation, "hub", moment)
        check(ledger is not None, "the asker's node stands, and says what is missing", code)
        never_silence_as_no(code, ledger)
        federation.outcomes("leeds", "L-1", kent="INVOLVED_NOW", devon="NOTHING_TO_REPORT")


def suspension_kept(federation):
    step("An officer suspends Kent; the hub is killed as soon as it has said that this is in force")
    result = federation.signpost(
        "officer", "federation", "suspend", "--member", CODES["kent"], "--reason", "UNDER_REVIEW",
        "--key", federation.dir / "officers" / "carol.key", "--anchor", federation.dir / "anchor",
        "--send")
    check(result.code == 0, "the order is in force", result)
    federation.kill("hub")
    federation.start("hub")

    step("The hub has not forgotten: Kent is refused with a reason, and Leeds reads NOT JOINED")
    wait_until(75, "the hub back", lambda: federation.connected() >= 2)
    members = federation.signpost("officer", "--output", "json", "federation", "members").json()
    kent = next(one for one in members["members"] if one["code"] == CODES["kent"])
    check(kent["suspended_by_order"] is True, "the officers see it", kent)
    check(kent["suspension_reason"], "with the reason", kent)
    federation.outcomes("leeds", "L-1", kent="NOT_JOINED", devon="NOTHING_TO_REPORT")
    result = federation.ask("kent", "K-1")
    check(result.code == 5 and "suspended" in result.err, "Kent's question is refused", result)

    step("Neither have the nodes: Leeds and Kent are killed, and both still know")
    for place in ("leeds", "kent"):
        federation.kill(place)
        federation.start(place)
    federation.outcomes("leeds", "L-1", kent="NOT_JOINED", devon="NOTHING_TO_REPORT")
    wait_until(20, "Kent's node back", lambda: federation.ask("kent", "K-1").code == 5)


def typed_ask(federation):
    """Whether both custodians evaluated a typed child's keys for Devon."""
    question = {"child": {"names": [{"kind": "current", "given": "Ida", "family": "Typed"}],
                          "date_of_birth": "2012-01-09"}, "purpose": "mash-triage"}
    result = federation.signpost("devon-alex", "--output", "json", "ask", "--question-file", "-",
                                 stdin=json.dumps(question))
    check(result.code in (0, 3), "the question was put", result)
    put = result.json()["details_put"] == "in full"
    if not put:
        check(result.code == 3, "without keys nobody can have answered", result)
    return put


def meter_kept(federation):
    step("Devon asks until the custodians refuse: at most twice its allowance")
    put = 0
    while typed_ask(federation):
        put += 1
        check(put <= 2 * ALLOWANCE, "the custodians refuse above twice the allowance", put)
    check(put > ALLOWANCE, "and not below the allowance", put)

    step("Both custodians are killed: the start refills nothing")
    for who in ("custodian-a", "custodian-b"):
        federation.kill(who)
    federation.start("custodian-a", "custodian-b")
    time.sleep(1.5)
    check(not typed_ask(federation), "refused as before")
    federation.import_child("leeds", "L-2", "Oliver", "Nwosu", "2016-09-02", "9990001022")
    federation.wait_findable("leeds", "L-2")
    check(not typed_ask(federation), "refused also when they evaluate for others again")


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
    asker_killed(federation)
    holder_killed(federation)
    hub_killed(federation)
    meter_kept(federation)
    suspension_kept(federation)


if __name__ == "__main__":
    main(test, kind=Allowed)
