#include "node/service/certificate_request.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <memory>

#include "proto/base/bytes.h"
#include "proto/base/file.h"

namespace signpost::node {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509_REQ* request) const { X509_REQ_free(request); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

absl::Status Failed(const char* what) {
  return absl::InternalError(absl::StrCat("OpenSSL could not make the ", what));
}

std::string_view Contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);  // NOLINT(google-runtime-int): OpenSSL's type
  return {data, static_cast<size_t>(size)};
}

bool AddUri(X509_REQ* request, const std::string& uri) {
  const std::string value = absl::StrCat("URI:", uri);
  const Owned<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, value.c_str()));
  if (extension == nullptr) return false;
  STACK_OF(X509_EXTENSION)* extensions = sk_X509_EXTENSION_new_null();
  sk_X509_EXTENSION_push(extensions, extension.get());
  const bool added = X509_REQ_add_extensions(request, extensions) == 1;
  sk_X509_EXTENSION_free(extensions);
  return added;
}

std::string PinOf(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  std::string pin(SHA256_DIGEST_LENGTH, '\0');
  SHA256(der, static_cast<size_t>(size), AsUnsigned(pin));
  OPENSSL_free(der);
  return pin;
}

}  // namespace

absl::Status MakeTlsKey(const std::string& path) {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<BIO> bio(BIO_new(BIO_s_secmem()));
  if (key == nullptr || bio == nullptr ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1) {
    return Failed("TLS key");
  }
  return WriteNewSecretFile(path, Contents(bio.get()));
}

absl::StatusOr<CertificateRequest> MakeCertificateRequest(const std::string& key_path,
                                                          const std::string& name,
                                                          const std::string& uri) {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret pem, ReadSecretFile(key_path));
  const Owned<BIO> key_bio(BIO_new_mem_buf(pem.Expose().data(), static_cast<int>(pem.size())));
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (key == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(key_path, " is not a private key in PEM form"));
  }
  const Owned<X509_REQ> request(X509_REQ_new());
  if (request == nullptr || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_UTF8,
                                 AsUnsigned(std::string_view(name)), static_cast<int>(name.size()),
                                 -1, 0) != 1 ||
      X509_REQ_set_pubkey(request.get(), key.get()) != 1 || !AddUri(request.get(), uri) ||
      X509_REQ_sign(request.get(), key.get(), EVP_sha256()) <= 0) {
    return Failed("certificate request");
  }
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  if (out == nullptr || PEM_write_bio_X509_REQ(out.get(), request.get()) != 1) {
    return Failed("certificate request");
  }
  return CertificateRequest{std::string(Contents(out.get())), PinOf(key.get())};
}

}  // namespace signpost::node
