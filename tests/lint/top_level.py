"""The visible top level is exactly the given one."""

import pathlib

import house

EXPECTED = {"CMakeLists.txt", "LICENSE", "README.md", "cli", "deploy", "hub", "node", "proto",
            "tests"}


def findings(root):
    present = {
        path.name for path in pathlib.Path(root).iterdir()
        if not path.name.startswith((".", "build"))
    }
    for name in sorted(present - EXPECTED):
        yield f"{name}: not part of the given top level"
    for name in sorted(EXPECTED - present):
        yield f"{name}: missing from the top level"


if __name__ == "__main__":
    house.main(findings)
