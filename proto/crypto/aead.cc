#include "proto/crypto/aead.h"

#include <openssl/evp.h>

#include <memory>

#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost {
namespace {

// EVP counts in int; nothing of ours comes near.
constexpr size_t kMaxLength = size_t{1} << 30;
constexpr char kZeroNonce[kAeadNonceSize] = {};

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

// Fetching walks OpenSSL's providers under a lock, so it is done once. Never
// freed: it must outlive every thread.
const EVP_CIPHER* Aes256Gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

absl::Status Failed() { return absl::InternalError("OpenSSL cannot run AES-256-GCM"); }

absl::Status CheckSizes(const Secret& key, std::string_view nonce, std::string_view aad,
                        std::string_view text) {
  if (key.size() != kAeadKeySize) return absl::InvalidArgumentError("AEAD key: not 32 bytes");
  if (nonce.size() != kAeadNonceSize) return absl::InvalidArgumentError("AEAD nonce: not 12 bytes");
  if (aad.size() > kMaxLength || text.size() > kMaxLength) {
    return absl::InvalidArgumentError("AEAD input: above 1 GiB");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> SealWithNonce(const Secret& key, std::string_view nonce,
                                          std::string_view aad, std::string_view plaintext) {
  SIGNPOST_RETURN_IF_ERROR(CheckSizes(key, nonce, aad, plaintext));
  const Context context(EVP_CIPHER_CTX_new());
  std::string out(plaintext.size() + kAeadTagSize, '\0');
  int size = 0;
  if (context == nullptr || Aes256Gcm() == nullptr ||
      EVP_EncryptInit_ex2(context.get(), Aes256Gcm(), key.data(), AsUnsigned(nonce), nullptr) !=
          1 ||
      EVP_EncryptUpdate(context.get(), nullptr, &size, AsUnsigned(aad),
                        static_cast<int>(aad.size())) != 1 ||
      (!plaintext.empty() &&
       EVP_EncryptUpdate(context.get(), AsUnsigned(out), &size, AsUnsigned(plaintext),
                         static_cast<int>(plaintext.size())) != 1) ||
      EVP_EncryptFinal_ex(context.get(), AsUnsigned(out) + plaintext.size(), &size) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kAeadTagSize),
                          AsUnsigned(out) + plaintext.size()) != 1) {
    return Failed();
  }
  return out;
}

absl::StatusOr<Secret> OpenWithNonce(const Secret& key, std::string_view nonce,
                                     std::string_view aad, std::string_view ciphertext) {
  SIGNPOST_RETURN_IF_ERROR(CheckSizes(key, nonce, aad, ciphertext));
  if (ciphertext.size() < kAeadTagSize) {
    return absl::InvalidArgumentError("AEAD ciphertext: shorter than its tag");
  }
  const size_t text_size = ciphertext.size() - kAeadTagSize;
  std::string tag(ciphertext.substr(text_size));
  const Context context(EVP_CIPHER_CTX_new());
  Secret out(text_size);
  int size = 0;
  if (context == nullptr || Aes256Gcm() == nullptr ||
      EVP_DecryptInit_ex2(context.get(), Aes256Gcm(), key.data(), AsUnsigned(nonce), nullptr) !=
          1 ||
      EVP_DecryptUpdate(context.get(), nullptr, &size, AsUnsigned(aad),
                        static_cast<int>(aad.size())) != 1 ||
      (text_size > 0 && EVP_DecryptUpdate(context.get(), out.data(), &size, AsUnsigned(ciphertext),
                                          static_cast<int>(text_size)) != 1) ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kAeadTagSize),
                          tag.data()) != 1) {
    return Failed();
  }
  unsigned char rest[kAeadTagSize];
  if (EVP_DecryptFinal_ex(context.get(), rest, &size) != 1) {
    return absl::UnauthenticatedError("AEAD: it does not open");
  }
  return out;
}

absl::StatusOr<std::string> SealOnce(Secret key, std::string_view aad, std::string_view plaintext) {
  return SealWithNonce(key, {kZeroNonce, kAeadNonceSize}, aad, plaintext);
}

absl::StatusOr<Secret> OpenOnce(const Secret& key, std::string_view aad,
                                std::string_view ciphertext) {
  return OpenWithNonce(key, {kZeroNonce, kAeadNonceSize}, aad, ciphertext);
}

}  // namespace signpost
