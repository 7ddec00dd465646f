"""Names of test cases: sentences that ctest can run one by one, unique in their room, no hidden
tags (a hidden case is a test nobody runs)."""

import re

import cases
import house

FORBIDDEN = re.compile(r"[;\\,\[\]\"*]")
HIDDEN = re.compile(r"\[\.|\[!")


def findings(root):
    seen = set()
    for relative, name, tags in cases.cases(root):
        if FORBIDDEN.search(name):
            yield f"{relative}: '{name}' has a character that ctest or Catch2 reads otherwise"
        if name.strip() != name or " " not in name:
            yield f"{relative}: '{name}' is not a sentence"
        if HIDDEN.search(tags):
            yield f"{relative}: '{name}' is hidden by its tag {tags}"
        key = (relative.parent, name)
        if key in seen:
            yield f"{relative}: '{name}' twice in one room"
        seen.add(key)


if __name__ == "__main__":
    house.main(findings)
