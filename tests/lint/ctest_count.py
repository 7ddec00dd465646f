"""ctest runs every TEST_CASE of the sources: none is lost between a file and its program."""

import collections
import json
import subprocess

import cases
import house


def findings(root, build):
    listed = subprocess.run(
        ["ctest", "--test-dir", build, "--show-only=json-v1"],
        check=True, capture_output=True, text=True)
    run = collections.Counter(
        test["name"].split(":")[0] for test in json.loads(listed.stdout)["tests"])
    written = collections.Counter(
        relative.parent.relative_to("tests").as_posix() for relative, _, _ in cases.cases(root))
    for room in sorted(written):
        if written[room] != run[room]:
            yield f"tests/{room}: {written[room]} cases written, {run[room]} run by ctest"


if __name__ == "__main__":
    house.main(findings)
