#include "proto/transport/certificate.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <memory>

#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/secret.h"

namespace signpost {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIO> BioOf(std::string_view bytes) {
  return Owned<BIO>(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

absl::StatusOr<std::string> SingleUri(X509* certificate) {
  const Owned<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string uri;
  int found = 0;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    ++found;
    uri.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.ia5)),
               static_cast<size_t>(ASN1_STRING_length(name->d.ia5)));
  }
  if (found != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("the certificate has ", found,
                     " URI subject alternative names and must have exactly one (its SPIFFE id)"));
  }
  return uri;
}

absl::StatusOr<int64_t> TimeMs(const ASN1_TIME* time) {
  struct tm parts = {};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
    return absl::InvalidArgumentError("the certificate has a date that cannot be read");
  }
  return static_cast<int64_t>(timegm(&parts)) * 1000;
}

absl::StatusOr<std::string> Pin(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return absl::InvalidArgumentError("the certificate's public key cannot be read");
  std::string pin(SHA256_DIGEST_LENGTH, '\0');
  SHA256(der, static_cast<size_t>(size), AsUnsigned(pin));
  OPENSSL_free(der);
  return pin;
}

absl::Status Named(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
}

}  // namespace

absl::StatusOr<CertificateInfo> InspectCertificate(std::string_view pem) {
  const Owned<BIO> bio = BioOf(pem);
  const Owned<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) {
    return absl::InvalidArgumentError("this is not a certificate in PEM form");
  }
  CertificateInfo info;
  SIGNPOST_ASSIGN_OR_RETURN(info.uri, SingleUri(certificate.get()));
  SIGNPOST_ASSIGN_OR_RETURN(info.pin, Pin(certificate.get()));
  SIGNPOST_ASSIGN_OR_RETURN(info.not_before_ms, TimeMs(X509_get0_notBefore(certificate.get())));
  SIGNPOST_ASSIGN_OR_RETURN(info.not_after_ms, TimeMs(X509_get0_notAfter(certificate.get())));
  return info;
}

absl::StatusOr<CertificateInfo> ReadCertificate(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string pem, ReadFile(path, 1 << 20));
  auto info = InspectCertificate(pem);
  if (!info.ok()) return Named(path, info.status());
  return info;
}

absl::Status CheckKeyPair(const std::string& certificate_path, const std::string& key_path) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string pem, ReadFile(certificate_path, 1 << 20));
  SIGNPOST_ASSIGN_OR_RETURN(const Secret key_pem, ReadSecretFile(key_path));
  const Owned<BIO> certificate_bio = BioOf(pem);
  const Owned<X509> certificate(
      PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
  const Owned<BIO> key_bio = BioOf(key_pem.Expose());
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr || key == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(certificate == nullptr ? certificate_path : key_path, " is not in PEM form"));
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return absl::FailedPreconditionError(
        absl::StrCat(key_path, " is not the key of ", certificate_path,
                     ": put the pair that belongs together in place"));
  }
  return absl::OkStatus();
}

}  // namespace signpost
