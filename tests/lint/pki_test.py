"""deploy/pki signs what it should and refuses everything else."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

PKI = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "pki"
HUB = "spiffe://signpost.example/hub/hub-1"


def run(*arguments):
    return subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True)


class PkiTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.must(PKI, "ca", "--out", self.root / "ca", "--name", "Test CA")

    def must(self, *arguments):
        ran = run(*arguments)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout

    def request(self, *extra):
        self.must("openssl", "req", "-new", "-nodes", "-keyout", self.root / "key.pem", "-out",
                  self.root / "x.csr", "-subj", "/CN=x", *extra)

    def sign(self, identity=HUB):
        return run(PKI, "sign", "--ca", self.root / "ca", "--csr", self.root / "x.csr", "--id",
                   identity, "--out", self.root / "x.pem")

    def refused(self, said, identity=HUB):
        ran = self.sign(identity)
        self.assertEqual(ran.returncode, 1)
        self.assertIn(said, ran.stderr)
        self.assertFalse((self.root / "x.pem").exists())

    def test_a_certificate_has_exactly_its_one_name(self):
        self.must(PKI, "request", "--id", HUB, "--out", self.root / "x")
        self.assertEqual(self.sign().returncode, 0)
        text = self.must("openssl", "x509", "-in", self.root / "x.pem", "-noout", "-text")
        self.assertIn("URI:" + HUB + "\n", text)
        self.assertIn("TLS Web Server Authentication, TLS Web Client Authentication", text)
        self.assertIn("CA:FALSE", text)
        self.must("openssl", "verify", "-CAfile", self.root / "ca" / "ca.pem", self.root / "x.pem")
        self.assertEqual((self.root / "x.key").stat().st_mode & 0o777, 0o600)

    def test_a_request_for_another_name_is_refused(self):
        self.must(PKI, "request", "--id", HUB, "--out", self.root / "x")
        self.refused("not for URI:", "spiffe://signpost.example/hub/hub-2")

    def test_a_request_with_a_second_name_is_refused(self):
        self.request("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-addext",
                     f"subjectAltName=URI:{HUB},DNS:hub.example")
        self.refused("not for URI:")

    def test_a_request_without_a_name_is_refused(self):
        self.request("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
        self.refused("not for URI:")

    def test_a_request_with_another_kind_of_key_is_refused(self):
        self.request("-newkey", "rsa:2048", "-addext", f"subjectAltName=URI:{HUB}")
        self.refused("not P-256")

    def test_an_identity_that_could_smuggle_another_name_is_refused(self):
        self.must(PKI, "request", "--id", HUB, "--out", self.root / "x")
        for identity in (HUB + ",DNS:evil", "https://signpost.example/hub/x", HUB + "\nx"):
            self.refused("not a SPIFFE id", identity)

    def test_a_key_is_never_overwritten(self):
        before = (self.root / "ca" / "ca.key").read_bytes()
        self.assertEqual(run(PKI, "ca", "--out", self.root / "ca", "--name", "X").returncode, 1)
        self.assertEqual((self.root / "ca" / "ca.key").read_bytes(), before)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
