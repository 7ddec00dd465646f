"""Only proto/transport names gRPC's experimental interfaces."""

import house

NAME = "grpc::" + "experimental"


def findings(root):
    for relative, content in house.cxx_files(root):
        if NAME in content and relative.parts[:2] != ("proto", "transport"):
            yield f"{relative}: names {NAME}"


if __name__ == "__main__":
    house.main(findings)
