// Certificates for tests, made in the process: a CA of P-256, and leaves with
// one URI SAN each, written as PEM files to a folder that is removed at the end.
//
// Thread safety: none needed.
#ifndef SIGNPOST_TESTS_INTEGRATION_TEST_PKI_H_
#define SIGNPOST_TESTS_INTEGRATION_TEST_PKI_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace signpost::testing {

// A folder of its own below the system's temporary folder.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  // "<folder>/<name>".
  std::string File(const std::string& name) const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Where a leaf's files lie, and the pin of its key (SHA-256 of the SubjectPublicKeyInfo, 32 bytes).
struct TestLeaf {
  std::string certificate;
  std::string private_key;
  std::string pin;
};

class TestCa {
 public:
  // Writes "<folder>/<name>-ca.pem".
  TestCa(const TempFolder& folder, const std::string& name);
  ~TestCa();
  TestCa(const TestCa&) = delete;
  TestCa& operator=(const TestCa&) = delete;

  const std::string& certificate() const { return path_; }
  // A leaf for client and server use with `uri` as its only SAN, valid from an hour ago for
  // `valid_seconds` from now (negative: it has ended). Files "<folder>/<file>.pem" and ".key".
  TestLeaf Issue(const std::string& file, const std::string& uri, long valid_seconds = 86400);

 private:
  const TempFolder& folder_;
  std::string path_;
  EVP_PKEY* key_;
  X509* certificate_;
  long serial_ = 1;
};

}  // namespace signpost::testing

#endif  // SIGNPOST_TESTS_INTEGRATION_TEST_PKI_H_
