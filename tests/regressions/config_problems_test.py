"""--check-config named only the first problem of a file.

What went wrong: the reader of protobuf's text format stops at the first line that it cannot read,
so an operator mended a file line by line, a start each.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

PROBLEMS = {2: "Expected string", 3: "no_such_field", 5: "perhaps", 6: "no_such_message"}
TEXT = """# A node's.
listen: 7
no_such_field: 1
authority: "E08000035"
training: perhaps
no_such_message
"""

with tempfile.TemporaryDirectory() as folder:
    broken = pathlib.Path(folder) / "broken.txtpb"
    broken.write_text(TEXT)
    done = subprocess.run([pathlib.Path(os.environ["SIGNPOST_BIN"]) / "signpost-node", "--config",
                           broken, "--check-config"], capture_output=True, text=True, check=False)
    print(done.stderr)
    missing = [line for line, what in PROBLEMS.items()
               if not any(f"{broken}:{line}:" in said and what in said
                          for said in done.stderr.splitlines())]
    wrong = missing or done.returncode != 8
    sys.exit(f"exit {done.returncode}, not named: {missing}" if wrong else 0)
