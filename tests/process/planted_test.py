"""Nothing of a child, of who asks or of why reaches what stands in the middle: planted names,
dates, numbers, people and case references are searched for and not found in the memory and on the
disk of the hub and of the custodians, in any log, command line or environment, or in any byte that
the hub received or sent. Each search is shown to find what is there.
"""

import base64
import json
import os
import subprocess

import planted
from federation import CODES, check, main, step

MIDDLE = ("hub", "custodian-a", "custodian-b")
# With these gRPC prints what it sends and receives; the programs must not let it.
TRACING = {"GRPC_TRACE": "all", "GRPC_VERBOSITY": "debug"}

CHILD = {"given": "Xanthippe", "family": "Quillfeather", "born": "2014-07-23", "nhs": "9992340511",
         "postcode": "LS9 7ZX"}
TYPED = {"given": "Ptolemina", "family": "Wraxworthy", "born": "2013-05-17", "nhs": "9993450623",
         "postcode": "TN25 9QZ"}
CASES = ("LCASE-77190", "KCASE-88231", "DCASE-66407")
HOLDER, HOLDER_NUMBER = "Zebedee Farquharson-Ng", "01632 960777"
BEHALF, REASON = "Thorvald Umbergast", "grandmother telephoned about bruises"


def nhs_number(first_nine):
    rest = 11 - sum(int(digit) * (10 - at) for at, digit in enumerate(first_nine)) % 11
    check(rest != 10, "no NHS number begins with these nine digits")
    return first_nine + str(rest % 11)


def planted_strings():
    for child in (CHILD, TYPED):
        child["nhs"] = nhs_number(child["nhs"][:9])
        yield from child.values()
        yield child["born"].replace("-", "")
        yield child["postcode"].replace(" ", "")
    yield from (*CASES, HOLDER, HOLDER_NUMBER, HOLDER_NUMBER.replace(" ", ""), BEHALF, REASON)


def must_find(found, what, *texts):
    missing = [text for text in texts if text not in found]
    check(not missing, f"the search does not find what is in {what}", missing, found)


def must_not_find(found, what):
    check(not found, f"found in {what}", found)


def check_search(search):
    for text in (CHILD["family"], HOLDER, CASES[0]):
        must_find(search.in_bytes(b"\xff\n" + text.upper().encode()), "capitals", text)
        must_find(search.in_bytes(b"ab" + text.encode("utf-16-le")), "UTF-16", text)
        must_find(search.in_bytes(text.encode().hex().encode()), "hex", text)
        for before in (b"", b"x", b"xy"):
            encoded = base64.b64encode(before + text.encode() + b"afterwards")
            must_find(search.in_bytes(encoded), "base64", text)
    must_not_find(search.in_bytes(b"Xanthipp Quillfeathe"), "what only begins like it")


def fill(federation):
    federation.import_child("leeds", CASES[0], CHILD["given"], CHILD["family"], CHILD["born"],
                            CHILD["nhs"], CHILD["postcode"])
    federation.import_child("kent", CASES[1], CHILD["given"], CHILD["family"], CHILD["born"],
                            CHILD["nhs"], CHILD["postcode"])
    federation.import_involvement("kent", CASES[1], HOLDER, HOLDER_NUMBER)
    federation.import_child("devon", CASES[2], TYPED["given"], TYPED["family"], TYPED["born"],
                            TYPED["nhs"], TYPED["postcode"])
    federation.import_involvement("devon", CASES[2], HOLDER, HOLDER_NUMBER)
    for place, case in zip(("leeds", "kent", "devon"), CASES):
        federation.wait_findable(place, case)
    federation.outcomes("leeds", CASES[0], kent="INVOLVED_NOW")


def question_file():
    return json.dumps({
        "child": {"names": [{"kind": "current", "given": TYPED["given"],
                             "family": TYPED["family"]}],
                  "date_of_birth": TYPED["born"],
                  "nhs_number": TYPED["nhs"],
                  "addresses": [{"kind": "current", "postcode": TYPED["postcode"]}]},
        "purpose": "other", "purpose_text": REASON, "on_behalf_of": BEHALF})


def watched_ask(federation, person, *words, stdin=""):
    """Asks, and looks at every process's arguments and environment until the answer is there."""
    asking = subprocess.Popen(
        [federation.bin / "signpost", "--profile", f"leeds-{person}", "ask", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=federation.environment)
    asking.stdin.write(stdin)
    asking.stdin.close()
    shown, samples = b"", 0
    while asking.poll() is None:
        samples += 1
        for pid in (asking.pid, *(one.pid for one in federation.processes.values())):
            shown += planted.arguments_and_environment(pid)
    answer, errors = asking.stdout.read(), asking.stderr.read()
    check(samples > 3, "the processes were looked at while the question was under way")
    return asking.returncode, answer, errors, shown


def test(federation):
    search = planted.Search(list(planted_strings()))
    check_search(search)
    recordings = federation.folder("recordings")
    recorder = {"LD_PRELOAD": os.environ["RECORD_TLS_SO"], "RECORD_TLS_TO": str(recordings)}
    for name in ("LD_PRELOAD", "RECORD_TLS_TO"):
        check(name not in federation.environment, "only the recorded programs are recorded")

    step("Hub, custodians and the asker's node start recording, all with gRPC's tracing set")
    federation.start("hub", "custodian-a", "custodian-b", "leeds", environment=recorder)
    federation.start("kent", "devon")
    federation.wait_connected()
    fill(federation)

    step("Leeds asks about its recorded child; its desk about a typed one, with reason and behalf")
    code, answer, errors, shown = watched_ask(
        federation, "alex", "--case", CASES[0], "--purpose", "s47-enquiry", "--output", "json")
    check(code == 0, "the first question was answered", code, answer, errors)
    must_find(search.in_bytes(answer.encode()), "Kent's answer", HOLDER, HOLDER_NUMBER)
    must_not_find(search.in_bytes(errors.encode()), "the command's standard error")
    # The practitioner's own command line may carry the own case reference, and nothing else.
    must_not_find([text for text in search.in_bytes(shown) if text != CASES[0]],
                  "arguments or environment")
    must_find(search.in_bytes(shown), "the command line", CASES[0])
    code, answer, errors, shown = watched_ask(
        federation, "dee", "--question-file", "-", "--output", "json", stdin=question_file())
    check(code == 0, "the second question was answered", code, answer, errors)
    must_find(search.in_bytes(answer.encode()), "Devon's answer", HOLDER, HOLDER_NUMBER)
    must_not_find(search.in_bytes(errors.encode()), "the command's standard error")
    must_not_find(search.in_bytes(shown), "arguments or environment")

    step("The memory of the hub and of the custodians, page by page")
    for who in MIDDLE:
        found, size = search.in_memory(federation.processes[who].pid)
        check(size > 10_000_000, f"only {size} bytes of {who} could be read")
        must_not_find(found, f"the memory of {who}")
    own_name = planted.Search(["spiffe://signpost.example/hub/hub"])
    found, _ = own_name.in_memory(federation.processes["hub"].pid)
    check(found, "the same search finds the hub's own name in its memory")
    found, _ = search.in_memory(federation.processes["leeds"].pid)
    must_find(found, "the memory of the asker's node", CHILD["family"])

    step("Every byte that the hub and the custodians received or sent, opened")
    for who in MIDDLE:
        record = recordings / f"{federation.processes[who].pid}.tls"
        check(record.stat().st_size > 5_000, f"{who} was recorded")
        must_not_find(search.in_file(record), f"what {who} received and sent")
    record = recordings / f"{federation.processes['hub'].pid}.tls"
    members = planted.Search([*CODES.values(), "/signpost.v1.RelayService/Ask"])
    must_find(members.in_file(record), "what the hub received", *CODES.values(),
              "/signpost.v1.RelayService/Ask")
    check(record.stat().st_size > 2 * 2 * (4096 + 512 + 2048 + 4096), "whole questions are in it")
    record = recordings / f"{federation.processes['leeds'].pid}.tls"
    must_find(search.in_file(record), "what the asker's node received from the practitioner",
              TYPED["given"], TYPED["family"], TYPED["born"], BEHALF, REASON)
    record.unlink()

    step("Every file of the hub and of the custodians, and every log of every process")
    for who in MIDDLE:
        must_not_find(search.in_folder(federation.folder(who)), f"the folder of {who}")
    for who in (*MIDDLE, *CODES):
        log = federation.log(who)
        must_not_find(search.in_file(log), f"the log of {who}")
        check(b'"event"' in log.read_bytes(), f"{who} has a log")
    must_find(sum(search.in_folder(federation.folder("leeds")).values(), []),
              "the folder of Leeds, where the imported file lies", CHILD["family"], CASES[0])

    must_not_find(search.in_bytes(federation.standard_errors.encode()),
                  "what the commands said on standard error")

    step("The nodes' databases, where everything personal is sealed")
    for place in CODES:
        found = search.in_folder(federation.folder(place) / "data")
        must_not_find(found, f"the database of {place}")

    step("After the hub has stopped, its disk once more; and the records that were the hub's")
    for who in MIDDLE:
        check(federation.stop(who) == 0, f"{who} stopped in good order")
        must_not_find(search.in_folder(federation.folder(who)), f"the folder of {who}")
        must_not_find(search.in_folder(recordings), "the recordings")


if __name__ == "__main__":
    main(test, TRACING)
