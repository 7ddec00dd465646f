"""No option of `signpost`, at any depth, takes a detail of a child: another user's `ps` shows
arguments, and shells keep history."""

import re
import subprocess

import house

PERSONAL = re.compile(
    r"--(?:name|given|given-name|family|family-name|surname|forename|dob|date-of-birth|birth-date"
    r"|nhs|nhs-number|upn|address|postcode|street|child|details)\b(?!-)")
SUBCOMMAND = re.compile(r"^  ([a-z][a-z-]*)\s", re.MULTILINE)


def help_text(command):
    ran = subprocess.run([*command, "--help"], capture_output=True, text=True, timeout=30)
    if ran.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} --help ends with {ran.returncode}")
    return ran.stdout


def verbs(text):
    """The subcommands that a help text lists."""
    _, heading, rest = text.partition("Subcommands:")
    return SUBCOMMAND.findall(rest) if heading else []


def walk(command):
    """Yields (command, help text) of a command and of everything below it."""
    text = help_text(command)
    yield command, text
    for verb in verbs(text):
        yield from walk([*command, verb])


def findings(program):
    seen = 0
    for command, text in walk([program]):
        seen += 1
        for flag in PERSONAL.findall(text):
            yield f"{' '.join(command[1:])}: {flag}"
    if seen < 5:
        yield f"only {seen} help texts found: the command tree is not read"


if __name__ == "__main__":
    house.main(findings)
