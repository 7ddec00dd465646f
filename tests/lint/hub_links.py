"""The hub stores no case data: ldd shows no database, not even through another library."""

import re
import subprocess

import house

DATABASE = re.compile(r"sqlite|libpq|mysql|libdb-", re.IGNORECASE)


def findings(program):
    listed = subprocess.run(["ldd", program], check=True, capture_output=True, text=True)
    for line in listed.stdout.splitlines():
        if DATABASE.search(line):
            yield f"{program} links {line.strip()}"


if __name__ == "__main__":
    house.main(findings)
