"""A source file has at most 600 lines, so that it has one purpose."""

import house

LIMIT = 600


def findings(root):
    for relative, content in house.text_files(root):
        vectors = relative.parts[:2] == ("tests", "vectors")
        data = relative.suffix in (".csv", ".json") or relative.name.startswith("LICENSE")
        lines = content.count("\n")
        if lines > LIMIT and not vectors and not data:
            yield f"{relative}: {lines} lines, more than {LIMIT}"


if __name__ == "__main__":
    house.main(findings)
