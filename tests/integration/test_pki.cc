#include "tests/integration/test_pki.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace signpost::testing {
namespace {

void Need(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(what);
}

void WritePem(const std::string& path, X509* certificate) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  Need(file != nullptr && PEM_write_X509(file, certificate) == 1, "certificate file");
  std::fclose(file);
}

void WriteKey(const std::string& path, EVP_PKEY* key) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  Need(file != nullptr, "key file");
  Need(chmod(path.c_str(), 0600) == 0, "mode of the key file");
  Need(PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "key file");
  std::fclose(file);
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  Need(extension != nullptr, "extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* NewCertificate(EVP_PKEY* key, const std::string& name, long serial, long valid_seconds) {
  X509* certificate = X509_new();
  Need(certificate != nullptr, "certificate");
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), valid_seconds);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_pubkey(certificate, key);
  return certificate;
}

std::string PinOf(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  Need(size > 0, "public key");
  std::string pin(SHA256_DIGEST_LENGTH, '\0');
  SHA256(der, static_cast<size_t>(size), reinterpret_cast<unsigned char*>(pin.data()));
  OPENSSL_free(der);
  return pin;
}

}  // namespace

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "signpost-test-XXXXXX").string();
  Need(mkdtemp(name.data()) != nullptr, "temporary folder");
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::File(const std::string& name) const { return path_ + "/" + name; }

TestCa::TestCa(const TempFolder& folder, const std::string& name)
    : folder_(folder), path_(folder.File(name + "-ca.pem")), key_(EVP_EC_gen("P-256")) {
  Need(key_ != nullptr, "CA key");
  certificate_ = NewCertificate(key_, name, serial_++, 10 * 86400);
  X509_set_issuer_name(certificate_, X509_get_subject_name(certificate_));
  AddExtension(certificate_, certificate_, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate_, certificate_, NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(certificate_, certificate_, NID_subject_key_identifier, "hash");
  Need(X509_sign(certificate_, key_, EVP_sha256()) > 0, "CA signature");
  WritePem(path_, certificate_);
}

TestCa::~TestCa() {
  X509_free(certificate_);
  EVP_PKEY_free(key_);
}

TestLeaf TestCa::Issue(const std::string& file, const std::string& uri, long valid_seconds) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  Need(key != nullptr, "leaf key");
  X509* leaf = NewCertificate(key, file, serial_++, valid_seconds);
  X509_set_issuer_name(leaf, X509_get_subject_name(certificate_));
  AddExtension(leaf, certificate_, NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(leaf, certificate_, NID_key_usage, "critical,digitalSignature");
  AddExtension(leaf, certificate_, NID_ext_key_usage, "serverAuth,clientAuth");
  AddExtension(leaf, certificate_, NID_subject_alt_name, "URI:" + uri);
  Need(X509_sign(leaf, key_, EVP_sha256()) > 0, "leaf signature");
  TestLeaf out = {folder_.File(file + ".pem"), folder_.File(file + ".key"), PinOf(key)};
  WritePem(out.certificate, leaf);
  WriteKey(out.private_key, key);
  X509_free(leaf);
  EVP_PKEY_free(key);
  return out;
}

}  // namespace signpost::testing
