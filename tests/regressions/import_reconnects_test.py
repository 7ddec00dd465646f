"""An import that met its node while it was down never came back to it.

What went wrong: between its tries the command slept, and gRPC's blocking client moves a connection
on only inside a call or a wait of its own. Each try failed at once on the connection that nobody
had driven, and after 16 seconds the import ended with exit 6, its node running and listening all
along.
"""

import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "process"))

from federation import CHILDREN, check, main, step


def test(federation):
    step("An import begins while the own node is down")
    path = federation.folder("leeds") / "children.csv"
    path.write_text(f"{CHILDREN}\nL-1,Amelia,Hartley,2017-03-14,F,LS6 2AQ,9990001014\n")
    importing = subprocess.Popen(
        [federation.bin / "signpost", "--profile", "leeds-dana", "import", "children", path,
         "--rejects", f"{path}.rejects"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=federation.environment)

    step("The node starts a moment later; the import finds it and ends well")
    time.sleep(0.4)
    federation.start("leeds")
    out, err = importing.communicate(timeout=60)
    check(importing.returncode == 0 and "1 stored" in out, "the import went on", out, err)


main(test)
