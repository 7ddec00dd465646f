"""A full disk, a backup, a restore: a node that cannot write its audit asks and tells nothing, and
is itself again when there is room; a backup in place of a lost database answers the same; a damaged
one is refused.
"""

import os
import resource
import subprocess

from federation import CHILDREN, CODES, check, main, step, wait_until


class SmallDisk:
    """A node's database folder on a tmpfs of its own, gone at the end. Where mounting is not
    allowed, a limit on the size of the node's files, which fails its writes in the same places."""

    def __init__(self, federation, who, size):
        self.federation, self.who = federation, who
        self.folder = federation.folder(who) / "data"
        mounting = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", self.folder],
            capture_output=True, check=False)
        self.mounted = mounting.returncode == 0
        print(f"{who}: {'a tmpfs' if self.mounted else 'a limit on file sizes'}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.mounted:
            subprocess.run(["umount", "-l", self.folder], check=True)

    def limit(self, size):
        resource.prlimit(self.federation.processes[self.who].pid, resource.RLIMIT_FSIZE,
                         (size, resource.RLIM_INFINITY))

    def fill(self):
        """Takes every last byte."""
        if not self.mounted:
            self.limit(1)
            return
        with open(self.folder / "filler", "wb", buffering=0) as filler:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        filler.write(b"x" * size)
                except OSError:
                    pass

    def free(self):
        if not self.mounted:
            self.limit(resource.RLIM_INFINITY)
            return
        os.remove(self.folder / "filler")


def known_child(federation):
    federation.import_child("leeds", "L-1", "Amelia", "Hartley", "2017-03-14", "9990001014")
    # A node that holds nobody has no answer yet.
    federation.import_child("devon", "D-1", "Filbert", "Quince", "2011-01-02", "9990001030")
    federation.import_child("kent", "K-1", "Amelia", "Hartley", "2017-03-14", "9990001014")
    federation.import_involvement("kent", "K-1", "A. Example", "01632 960001")
    federation.wait_findable("leeds", "L-1")
    federation.wait_findable("kent", "K-1")
    federation.outcomes("leeds", "L-1", kent="INVOLVED_NOW", devon="NOTHING_TO_REPORT")


def asker_full(federation, disk):
    step("The asker's disk is full: nothing is asked, and the message says what to do")
    before = federation.verify_audit("leeds")
    disk.fill()

    def refused():
        return "cannot write its audit" in federation.ask("leeds", "L-1").err

    # What the log file already holds may take some more rows.
    wait_until(60, "a question refused", refused)
    result = federation.ask("leeds", "L-1")
    check(result.code not in (0, 1, 3), "no code that could be read as an answer", result)
    check(result.out == "" and "A. Example" not in result.err, "nothing is shown", result)
    check("tell your administrator" in result.err and "telephone" in result.err, "what to do",
          result)
    result = federation.import_rows("leeds", "children", CHILDREN, [
        f"FULL-{number},Given,Family,2012-01-01,F,LS1 1AA," for number in range(2000)], "full")
    check(result.code not in (0, 3), "an import that was not stored does not say it was", result)

    step("There is room again: it asks again by itself, nothing acknowledged is lost")
    disk.free()
    federation.outcomes("leeds", "L-1", kent="INVOLVED_NOW", devon="NOTHING_TO_REPORT")
    check(federation.verify_audit("leeds") > before, "the audit went on")


def holder_full(federation, disk):
    step("The holder's disk is full: it tells nothing, and reads NO ANSWER, not 'nothing'")
    disk.fill()
    federation.outcomes("leeds", "L-1", kent="NO_ANSWER", devon="NOTHING_TO_REPORT")
    result = federation.ask("leeds", "L-1")
    check(result.code == 3 and "A. Example" not in result.out, "exit 3 and nothing told", result)
    result = federation.ask("leeds", "L-2")
    check(result.code == 3, "also about a child that it does not hold", result)
    disk.free()
    federation.outcomes("leeds", "L-1", kent="INVOLVED_NOW", devon="NOTHING_TO_REPORT")
    federation.verify_audit("kent")


def backup_and_restore(federation):
    node = [federation.bin / "signpost-node", "--config", federation.config("kent")]
    data = federation.folder("kent") / "data"
    copy = federation.folder("kent") / "backup.db"

    step("A backup of the running node is verified, private, and never overwrites")
    result = federation.run(*node, "backup", "--to", copy)
    check("audit rows verified" in result.out, "it says so", result)
    check(copy.stat().st_mode & 0o077 == 0, "nobody else may read it")
    result = federation.try_run(*node, "backup", "--to", copy)
    check(result.code == 8 and "not overwritten" in result.err, "never over a file", result)
    result = federation.try_run(*node, "restore", "--from", copy)
    check(result.code == 8 and "not overwritten" in result.err, "nor over a database", result)

    step("The database is lost; a damaged backup is refused and leaves nothing behind")
    federation.kill("kent")
    for path in data.iterdir():
        path.unlink()
    good = copy.read_bytes()
    pages = len(good) // 4096
    refused = 0
    for page in range(1, pages, max(1, pages // 40)):
        bad = bytearray(good)
        for at in range(page * 4096 + 1000, page * 4096 + 4096, 500):
            bad[at] ^= 1
        copy.write_bytes(bad)
        result = federation.try_run(*node, "restore", "--from", copy)
        check(result.code in (0, 8), "restored or refused", result)
        refused += result.code == 8
        check(bool(list(data.iterdir())) == (result.code == 0), "nothing half done", result)
        for path in data.iterdir():
            path.unlink()
    check(refused >= 5, "tampering with the pages in use is noticed", refused)
    copy.write_bytes(good[:len(good) // 2])
    result = federation.try_run(*node, "restore", "--from", copy)
    check(result.code == 8, "half a backup", result)

    step("The good backup is put in its place")
    copy.write_bytes(good)
    result = federation.run(*node, "restore", "--from", copy)
    check("audit rows verified" in result.out, "it says so", result)
    federation.start("kent")

    step("It answers nobody until somebody has compared its shields with the authority's own list")
    federation.outcomes("leeds", "L-1", kent="NO_ANSWER", devon="NOTHING_TO_REPORT")
    result = federation.signpost("kent-dana", "child", "confirm-shields", "--yes")
    check(result.code == 0 and "answers again" in result.out, "it says so", result)
    rows = federation.outcomes("leeds", "L-1", kent="INVOLVED_NOW", devon="NOTHING_TO_REPORT")
    check(rows[CODES["kent"]]["signposts"][0]["telephone"] == "01632 960001", "the same answer",
          rows)
    federation.verify_audit("kent")


def test(federation):
    step("Leeds' and Kent's databases lie on small disks of their own")
    with SmallDisk(federation, "leeds", "24m") as leeds, \
            SmallDisk(federation, "kent", "24m") as kent:
        federation.start_all()
        federation.import_child("leeds", "L-2", "Oliver", "Nwosu", "2016-09-02", "9990001022")
        known_child(federation)
        asker_full(federation, leeds)
        holder_full(federation, kent)
        backup_and_restore(federation)
        federation.stop("leeds")
        federation.stop("kent")


if __name__ == "__main__":
    main(test)
