"""An include may only point down: between floors, and between the rooms of a floor."""

import re

import house

BASE = {"proto/base", "proto"}
CRYPTO = BASE | {"proto/crypto"}
DIRECTORY = CRYPTO | {"proto/directory", "signpost/v1"}
QUESTION = DIRECTORY | {"proto/question"}
TRANSPORT = DIRECTORY | {"proto/transport"}
PROTO = QUESTION | TRANSPORT
HUB = {"hub/routing", "hub/custody", "hub/service"}
NODE = {"node/record", "node/matching", "node/rules", "node/store", "node/importer", "node/lookup",
        "node/service"}

# What a file of each room may include besides its own room; the house in one table.
ROOMS = {
    "proto": set(),
    "proto/base": {"proto", "signpost/v1"},
    "proto/crypto": BASE,
    "proto/directory": DIRECTORY,
    "proto/question": QUESTION,
    "proto/transport": TRANSPORT,
    "hub/routing": QUESTION,
    "hub/custody": DIRECTORY,
    "hub/service": PROTO | {"hub/routing", "hub/custody"},
    "hub": PROTO | HUB,
    "node/matching": CRYPTO | {"signpost/v1"},
    "node/record": BASE | {"signpost/v1"},
    "node/rules": QUESTION | {"node/record", "node/matching"},
    "node/store": CRYPTO | {"signpost/v1", "node/record", "node/store/migrations"},
    "node/store/migrations": set(),
    "node/importer": CRYPTO | {"signpost/v1", "node/record", "node/rules", "node/store",
                               "node/matching"},
    "node/lookup": QUESTION | {"node/record", "node/rules", "node/store", "node/matching"},
    "node/service": PROTO | NODE,
    "node": PROTO | NODE,
    "cli": PROTO,
}
# Rooms that may see gRPC: the adapters. Everything else is pure and tested without a network.
GRPC_ROOMS = {"proto/transport", "hub/service", "hub", "node/service", "node", "cli"}
SQLITE_ROOMS = {"node/store"}

QUOTED = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
ANGLED = re.compile(r"^\s*#\s*include\s+<([^>]+)>", re.MULTILINE)


def room_of(path):
    return path.rsplit("/", 1)[0] if "/" in path else ""


def findings(root):
    for relative, content in house.cxx_files(root):
        room = room_of(relative.as_posix())
        if room.split("/")[0] == "tests":
            continue
        if room not in ROOMS:
            yield f"{relative}: no room of that name; add it to tests/lint/floors.py"
            continue
        for included in QUOTED.findall(content):
            target = room_of(included)
            if target != room and target not in ROOMS[room]:
                yield f"{relative}: includes {included}, which {room} may not see"
            if included.endswith(".grpc.pb.h") and room not in GRPC_ROOMS:
                yield f"{relative}: includes {included}; only adapters see gRPC"
        for included in ANGLED.findall(content):
            if included.startswith(("grpc/", "grpcpp/")) and room not in GRPC_ROOMS:
                yield f"{relative}: includes <{included}>; only adapters see gRPC"
            if included == "sqlite3.h" and room not in SQLITE_ROOMS:
                yield f"{relative}: includes <sqlite3.h>; only node/store may"


if __name__ == "__main__":
    house.main(findings)
