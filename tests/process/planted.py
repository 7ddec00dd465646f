"""Searching for planted strings: in memory images, files, command lines and environments, in the
forms in which text travels (UTF-8, UTF-16, hex, base64)."""

import base64
import pathlib
import subprocess
import tempfile

PAGE = 4096
EMPTY = bytes(PAGE)


def forms(text):
    """Every form of `text` that is searched for."""
    raw = text.encode()
    yield raw
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    # Base64 of the text at each of the three offsets it can have in what was encoded, without the
    # characters that also depend on the neighbours.
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        first = (offset * 8 + 5) // 6
        last = (offset + len(raw)) * 8 // 6
        yield encoded[first:last]
        yield encoded[first:last].replace(b"+", b"-").replace(b"/", b"_")


class Search:
    """Finds any of the planted strings in bytes, letters' case aside. grep does the looking: it has
    all strings in one automaton."""

    def __init__(self, planted):
        self.planted = {form.lower(): text for text in planted for form in forms(text)}
        self.forms = b"\n".join(self.planted)

    def in_bytes(self, data):
        with tempfile.NamedTemporaryFile() as wanted:
            wanted.write(self.forms)
            wanted.flush()
            done = subprocess.run(["grep", "-aoiF", "-f", wanted.name], input=data,
                                  capture_output=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
                                  check=False)
        if done.returncode > 1:
            raise OSError(done.stderr)
        return sorted({self.planted[found.lower()] for found in done.stdout.split(b"\n") if found})

    def in_file(self, path):
        return self.in_bytes(pathlib.Path(path).read_bytes())

    def in_folder(self, folder, leave_out=()):
        """Every file below, as {path: what was found in it}; only those with something."""
        found = {}
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file() and path.name not in leave_out:
                planted = self.in_file(path)
                if planted:
                    found[str(path)] = planted
        return found

    def in_memory(self, pid):
        """Every readable page of a running process; what was found, and how much was read."""
        image, size = bytearray(), 0
        with open(f"/proc/{pid}/maps", encoding="ascii") as maps, \
                open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for line in maps:
                span, rights = line.split()[:2]
                if not rights.startswith("r") or "[vvar" in line or "[vsyscall]" in line:
                    continue
                begin, end = (int(word, 16) for word in span.split("-"))
                span = self.read_all(memory, begin, end)
                size += len(span)
                for at in range(0, len(span), PAGE):
                    page = span[at:at + PAGE]
                    if page != EMPTY:  # Most of a stack was never touched.
                        image += page
        return self.in_bytes(image), size

    @staticmethod
    def read_all(memory, begin, end):
        image = bytearray()
        memory.seek(begin)
        while begin + len(image) < end:
            try:
                piece = memory.read(end - begin - len(image))
            except OSError:  # A page that nothing stands behind.
                break
            if not piece:
                break
            image += piece
        return bytes(image)


def arguments_and_environment(pid):
    """What another user's `ps` or `ps e` would show of a process; empty when it has gone."""
    shown = b""
    for name in ("cmdline", "environ"):
        try:
            shown += pathlib.Path(f"/proc/{pid}/{name}").read_bytes() + b"\0"
        except OSError:
            pass
    return shown
