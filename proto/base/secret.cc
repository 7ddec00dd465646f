#include "proto/base/secret.h"

#include <sodium.h>

#include <cstring>

namespace signpost {

Secret::Secret(size_t size) : bytes_(new unsigned char[size]()), size_(size) {}

Secret::~Secret() { Wipe(); }

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Wipe();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Secret Secret::CopyOf(std::string_view bytes) {
  Secret secret(bytes.size());
  if (!bytes.empty()) std::memcpy(secret.bytes_.get(), bytes.data(), bytes.size());
  return secret;
}

Secret Secret::RandomBytes(size_t size) {
  Secret secret(size);
  randombytes_buf(secret.bytes_.get(), size);
  return secret;
}

bool Secret::operator==(const Secret& other) const {
  return EqualConstantTime(Expose(), other.Expose());
}

void Secret::Wipe() {
  if (bytes_ != nullptr) sodium_memzero(bytes_.get(), size_);
}

bool EqualConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

void WipeString(std::string& text) {
  if (!text.empty()) sodium_memzero(text.data(), text.size());
  text.clear();
}

}  // namespace signpost
