"""What the lint scripts share: where the sources are, and how a finding is told.

Each script of this folder has one function `findings(root)` that yields sentences; run as a
program with the source folder as argument it prints them and fails if there is one.
"""

import pathlib
import sys

TEXT_SUFFIXES = {
    ".cc", ".h", ".proto", ".cmake", ".txt", ".md", ".py", ".sh", ".sql", ".csv", ".txtpb",
    ".service", ".cnf", ".json", "",
}


def files(root):
    """Every file of the project below `root`, as paths relative to it, sorted."""
    root = pathlib.Path(root)
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        top = relative.parts[0]
        hidden = top.startswith(".") and top not in (".ci", ".clang-format", ".clang-tidy")
        if hidden or top.startswith("build") or "__pycache__" in relative.parts:
            continue
        if path.is_file():
            yield relative


def text(root, relative):
    return (pathlib.Path(root) / relative).read_text(encoding="utf-8")


def text_files(root):
    for relative in files(root):
        if relative.suffix in TEXT_SUFFIXES:
            yield relative, text(root, relative)


def cxx_files(root):
    for relative in files(root):
        if relative.suffix in (".cc", ".h"):
            yield relative, text(root, relative)


def main(findings):
    """Prints what `findings` yields for the arguments of the command line; exits 1 if anything."""
    found = list(findings(*sys.argv[1:]))
    for line in found:
        print(line)
    sys.exit(1 if found else 0)
