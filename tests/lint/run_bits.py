"""A script with a first line that names its interpreter can be run; nothing else claims to."""

import os
import pathlib

import house


def findings(root):
    for relative in house.files(root):
        path = pathlib.Path(root) / relative
        with path.open("rb") as stream:
            script = stream.read(3) == b"#!/"
        executable = os.access(path, os.X_OK)
        if script and not executable:
            yield f"{relative}: starts with #! and cannot be run"
        if executable and not script:
            yield f"{relative}: has a run bit and no interpreter line"


if __name__ == "__main__":
    house.main(findings)
