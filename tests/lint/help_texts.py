"""--help of the two daemons is what tests/lint/golden/ says. SIGNPOST_UPDATE_GOLDEN=1 writes the
files anew. (The texts of `signpost` are compared by its own unit tests.)"""

import os
import pathlib
import subprocess

import house

GOLDEN = "tests/lint/golden"
COMMANDS = {
    "help_hub.txt": ("hub",),
    "help_node.txt": ("node",),
    "help_node_backup.txt": ("node", "backup"),
    "help_node_restore.txt": ("node", "restore"),
}


def findings(root, hub, node):
    programs = {"hub": hub, "node": node}
    for name, (program, *words) in COMMANDS.items():
        ran = subprocess.run([programs[program], *words, "--help"], capture_output=True, text=True,
                             timeout=30)
        if ran.returncode != 0 or ran.stderr:
            yield f"{name}: --help ends with {ran.returncode} and says on stderr: {ran.stderr}"
        path = pathlib.Path(root) / GOLDEN / name
        if os.environ.get("SIGNPOST_UPDATE_GOLDEN"):
            path.write_text(ran.stdout, encoding="utf-8")
        elif ran.stdout != path.read_text(encoding="utf-8"):
            yield f"{GOLDEN}/{name}: --help now says:\n{ran.stdout}"


if __name__ == "__main__":
    house.main(findings)
