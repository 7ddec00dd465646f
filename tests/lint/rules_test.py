"""Each rule finds a planted fault, and is silent on a clean tree."""

import pathlib
import tempfile
import unittest

import experimental
import file_length
import floors
import no_personal_flags
import run_bits
import test_names
import top_level
import words


class RulesTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def found(self, rule):
        return list(rule.findings(self.root))

    def test_an_include_that_points_down_is_fine(self):
        self.write("hub/service/a.cc", '#include "hub/routing/b.h"\n#include <grpcpp/grpcpp.h>\n')
        self.write("tests/unit/x_test.cc", '#include "node/store/s.h"\n#include "hub/main.h"\n')
        self.assertEqual(self.found(floors), [])

    def test_an_include_that_points_up_or_across_is_found(self):
        for path, included in [
            ("proto/base/a.cc", '"proto/crypto/b.h"'),
            ("proto/crypto/a.cc", '"signpost/v1/child.pb.h"'),
            ("hub/service/a.cc", '"node/store/b.h"'),
            ("node/lookup/a.cc", '"hub/routing/b.h"'),
            ("cli/a.cc", '"node/store/b.h"'),
            ("proto/question/a.cc", '"proto/transport/b.h"'),
            ("proto/question/b.cc", "<grpcpp/grpcpp.h>"),
            ("hub/routing/a.cc", '"signpost/v1/relay.grpc.pb.h"'),
            ("hub/service/b.cc", "<sqlite3.h>"),
            ("attic/a.cc", "<vector>"),
        ]:
            with self.subTest(path=path, included=included):
                file = self.write(path, f"#include {included}\n")
                self.assertEqual(len(self.found(floors)), 1)
                file.unlink()

    def test_unfinished_business_and_machine_paths_are_found(self):
        self.write("hub/a.cc", "// TO" + "DO: later\n// /wo" + "rk/x\n// network/ and homework\n")
        self.assertEqual(len(self.found(words)), 2)

    def test_a_long_file_is_found(self):
        self.write("hub/a.cc", "\n" * 601)
        self.write("hub/b.cc", "\n" * 600)
        self.assertEqual(len(self.found(file_length)), 1)

    def test_names_that_ctest_cannot_run_are_found(self):
        self.write("tests/unit/a/a_test.cc", "\n".join([
            'TEST_CASE("a sentence that is fine") {}',
            'TEST_CASE("two; halves here") {}',
            'TEST_CASE("a sentence " \n    "in two pieces, with a comma") {}',
            'TEST_CASE("a hidden one", "[.slow]") {}',
            'TEST_CASE("a sentence that is fine") {}',
            'TEST_CASE("oneword") {}',
        ]))
        self.assertEqual(len(self.found(test_names)), 5)

    def test_run_bits_that_do_not_fit_are_found(self):
        self.write("deploy/a", "#!/bin/sh\n")
        self.write("deploy/b.txt", "text\n").chmod(0o755)
        self.assertEqual(len(self.found(run_bits)), 2)

    def test_experimental_interfaces_outside_transport_are_found(self):
        self.write("proto/transport/tls.cc", "grpc::" + "experimental::X x;\n")
        self.write("hub/service/a.cc", "grpc::" + "experimental::X x;\n")
        self.assertEqual(len(self.found(experimental)), 1)

    def test_a_strange_or_missing_top_level_entry_is_found(self):
        for name in top_level.EXPECTED - {"README.md"}:
            self.write(name, "")
        self.write("notes.txt", "")
        self.write(".gitignore", "")
        self.assertEqual(len(self.found(top_level)), 2)

    def test_personal_flags_in_a_help_text_are_found(self):
        program = self.write("fake", "\n".join([
            "#!/bin/sh",
            'if [ "$1" = --help ]; then',
            '  printf "Subcommands:\\n  a  x\\n  b  x\\n  c  x\\n  d  x\\n"',
            "else",
            '  [ "$1" = b ] && printf "  --dob TEXT  a date\\n  --address-file F\\n"',
            "fi",
            "exit 0",
        ]))
        program.chmod(0o755)
        self.assertEqual(list(no_personal_flags.findings(str(program))), ["b: --dob"])


if __name__ == "__main__":
    unittest.main()
