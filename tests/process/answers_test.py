"""The four kinds of answer, as a practitioner and as a program see them."""

from federation import CODES, DESKS, check, main, step


def text_of(federation, case, code, *texts):
    result = federation.ask("leeds", case)
    check(result.code == code, f"exit {result.code}, expected {code}", result)
    lines = result.out.splitlines()
    check(lines[0].startswith("TRAINING, invented children only. Asking 2 other authorities as "
                              "Leeds (E08000035)"), "the first line says who asks", result)
    for text in texts:
        check(text in result.out, f"the answer does not say '{text}'", result)
    return lines


def json_of(federation, case, code, completeness):
    result = federation.ask("leeds", case, "--output", "json")
    check(result.code == code, f"exit {result.code}, expected {code}", result)
    answer = result.json()
    check(answer["schema"] == "signpost.ask/v1", "the schema is named", result)
    check(answer["completeness"] == completeness, f"completeness is {completeness}", result)
    check("true" not in result.out and "false" not in result.out,
          "no boolean that reads as 'nobody'", result)
    return {row["member"]: row for row in answer["rows"] if row["relation"] == "other"}


def test(federation):
    step("Three authorities start; Leeds knows two children, Kent and Devon each know some")
    federation.start_all()
    federation.import_child("leeds", "L-1", "Amelia", "Hartley", "2017-03-14", "9990001014")
    federation.import_child("leeds", "L-2", "Oliver", "Nwosu", "2016-09-02", "9990001022")
    federation.import_child("kent", "K-1", "Amelia", "Hartley", "2017-03-14", "9990001014")
    federation.import_involvement("kent", "K-1", "A. Example", "01632 960001")
    federation.import_child("devon", "D-1", "Amelia", "Hartley", "2017-03-14", "9990001014")
    federation.import_involvement("devon", "D-1", "B. Example", "01632 960201", -200, -60)
    federation.wait_findable("leeds", "L-1", "L-2")
    federation.wait_findable("kent", "K-1")
    federation.wait_findable("devon", "D-1")
    federation.outcomes("leeds", "L-1", kent="INVOLVED_NOW", devon="INVOLVED_BEFORE")

    step("Involved now and involved before: text begins with whom to ring, ends with completeness")
    lines = text_of(federation, "L-1", 0, "A. Example", "01632 960001", "B. Example")
    check(lines[1] == "One other authority is working with this child:", "whom to ring", lines)
    check("Kent" in lines[2] and "01632 960001" in lines[2], "the telephone number stands there",
          lines)
    check("worked with this child before" in lines[4] and "01632 960201" in lines[5],
          "then who worked with the child before", lines)
    check(lines[-1].startswith("COMPLETE: 2 of 2 other authorities answered"),
          "the completeness line is last", lines)

    step("The same in JSON")
    rows = json_of(federation, "L-1", 0, "complete")
    now, before = rows[CODES["kent"]], rows[CODES["devon"]]
    check(now["outcome"] == "INVOLVED_NOW" and before["outcome"] == "INVOLVED_BEFORE",
          "both outcomes", rows)
    check(now["signposts"][0]["telephone"] == "01632 960001", "Kent's number", now)
    check(before["signposts"][0]["until"], "Devon's says until when", before)

    step("Nothing to report: complete, exit 0, and 1 only when asked for")
    lines = text_of(federation, "L-2", 0, "None of the 2 that answered has anything to report.",
                    "does not prove that nobody works with the child")
    check(lines[-1].startswith("COMPLETE: 2 of 2"), "complete", lines)
    rows = json_of(federation, "L-2", 0, "complete")
    check({row["outcome"] for row in rows.values()} == {"NOTHING_TO_REPORT"}, "both say so", rows)
    check(federation.ask("leeds", "L-2", "--exit-status").code == 1, "--exit-status says 1")

    step("Devon's node is killed: its silence is shown as silence, exit 3, with its desk's number")
    federation.kill("devon")
    lines = text_of(federation, "L-2", 3, 'NO ANSWER from 1: treat as unknown, not as "no".',
                    DESKS["devon"], "None of the 1 that answered")
    order = [line.split()[0] for line in lines if line.startswith(("NO ANSWER", "None of"))]
    check(order == ["NO", "None"], "the silence comes before who has nothing to report", lines)
    check(lines[-1].startswith("INCOMPLETE: 1 of 2 other authorities answered"), "so", lines)
    check(federation.ask("leeds", "L-2", "--exit-status").code == 3, "--exit-status hides nothing")
    lines = text_of(federation, "L-1", 3, "01632 960001", DESKS["devon"])
    check(lines[1] == "One other authority is working with this child:", "whom to ring", lines)
    row = json_of(federation, "L-2", 3, "incomplete")[CODES["devon"]]
    check(row["outcome"] == "NO_ANSWER" and row["cause"], "with its cause", row)
    check(row["desk"]["telephone"] == DESKS["devon"], "and the desk", row)

    step("The hub is killed: every other authority reads NO ANSWER with its number")
    federation.kill("hub")
    text_of(federation, "L-1", 3, "NO ANSWER from 2", DESKS["kent"], DESKS["devon"],
            "INCOMPLETE: 0 of 2")

    step("The own node is killed: exit 6, nothing that could be read as an answer")
    federation.kill("leeds")
    result = federation.ask("leeds", "L-1")
    check(result.code == 6 and result.out == "", "exit 6 and no answer", result)


main(test)
