"""--help of the two daemons, and of everything below `signpost federation`, is what
tests/lint/golden/ says. SIGNPOST_UPDATE_GOLDEN=1 writes the files anew. (The other texts of
`signpost` are compared by its own unit tests.)"""

import os
import pathlib

import house
import no_personal_flags

GOLDEN = "tests/lint/golden"
COMMANDS = {
    "help_hub.txt": ("hub",),
    "help_node.txt": ("node",),
    "help_node_backup.txt": ("node", "backup"),
    "help_node_restore.txt": ("node", "restore"),
}


def texts(hub, node, signpost):
    """Yields (name of the golden file, what the program prints)."""
    programs = {"hub": hub, "node": node}
    for name, (program, *words) in COMMANDS.items():
        yield name, no_personal_flags.help_text([programs[program], *words])
    federation = no_personal_flags.walk([signpost, "federation"])
    yield "help_federation.txt", "\n".join(text for _, text in federation)


def findings(root, hub, node, signpost):
    for name, text in texts(hub, node, signpost):
        path = pathlib.Path(root) / GOLDEN / name
        if os.environ.get("SIGNPOST_UPDATE_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        elif text != path.read_text(encoding="utf-8"):
            yield f"{GOLDEN}/{name}: --help now says:\n{text}"


if __name__ == "__main__":
    house.main(findings)
