"""--check-config of the programs takes the sample configurations: it finds nothing wrong with them
but that the files they name under /etc/signpost are not on this machine."""

import pathlib
import subprocess

import house

ABSENT_FILE = "/etc/signpost/"


def findings(root, hub, node):
    samples = pathlib.Path(root) / "deploy" / "samples"
    for program, kinds in ((hub, ("hub", "custodian")), (node, ("node",))):
        for kind in kinds:
            for size in ("minimal", "full"):
                sample = samples / f"{kind}_{size}.txtpb"
                ran = subprocess.run([program, "--config", str(sample), "--check-config"],
                                     capture_output=True, text=True, timeout=30)
                if ran.returncode not in (0, 8):
                    yield f"{sample.name}: --check-config ends with {ran.returncode}"
                for line in ran.stderr.splitlines():
                    if ABSENT_FILE not in line:
                        yield f"{sample.name}: {line}"


if __name__ == "__main__":
    house.main(findings)
