"""The TEST_CASEs of the sources: read by test_names.py and ctest_count.py."""

import re

import house

CASE = re.compile(
    r'^(?:TEST_CASE|SCENARIO|TEST_CASE_METHOD|TEMPLATE_TEST_CASE)\(\s*(?:\w+\s*,\s*)?'
    r'((?:"(?:[^"\\]|\\.)*"\s*)+)(?:,\s*"((?:[^"\\]|\\.)*)")?',
    re.MULTILINE)
PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"')


def cases(root):
    """Yields (path, name, tags) of every case under tests/."""
    for relative, content in house.cxx_files(root):
        if relative.parts[0] != "tests":
            continue
        for match in CASE.finditer(content):
            name = "".join(PIECE.findall(match.group(1)))
            yield relative, name, match.group(2) or ""
