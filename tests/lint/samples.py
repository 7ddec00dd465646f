"""The sample configurations parse against the schema, and each full one shows every option."""

import pathlib
import re
import subprocess

import house

MESSAGES = {"hub": "HubConfig", "custodian": "HubConfig", "node": "NodeConfig",
            "profile": "Profile"}
SCHEMA = "signpost/v1/config.proto"
MESSAGE = re.compile(r"^message (\w+) \{(.*?)^\}", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^\s*(?:repeated )?(\w+) (\w+) = \d+;", re.MULTILINE)
KEY = re.compile(r"(?:^|[{\s])([a-z_0-9]+)\s*[:{]", re.MULTILINE)
# A custodian has no relay limits; a hub is no custodian.
ABSENT = {"hub": {"custodian"}, "custodian": {"limits"}}


def options(schema, message, absent):
    """Every field name of a message, of the messages inside it too."""
    bodies = dict(MESSAGE.findall(schema))
    names = set()
    for kind, name in FIELD.findall(bodies[message]):
        if name in absent:
            continue
        names.add(name)
        if kind in bodies:
            names |= options(schema, kind, absent)
    return names


def without_comments(text):
    return re.sub(r"#.*", "", text)


def findings(root, protoc):
    samples = pathlib.Path(root) / "deploy" / "samples"
    schema = house.text(root, "proto/" + SCHEMA)
    for program, message in MESSAGES.items():
        for size in ("minimal", "full"):
            text = (samples / f"{program}_{size}.txtpb").read_text(encoding="utf-8")
            parsed = subprocess.run(
                [protoc, "-I", f"{root}/proto", f"--encode=signpost.v1.{message}", SCHEMA],
                input=text.encode(), capture_output=True)
            if parsed.returncode != 0:
                yield f"{program}_{size}.txtpb: {parsed.stderr.decode().strip()}"
            if size == "full":
                shown = set(KEY.findall(without_comments(text)))
                for name in sorted(options(schema, message, ABSENT.get(program, set())) - shown):
                    yield f"{program}_full.txtpb: does not show {name}"


if __name__ == "__main__":
    house.main(findings)
