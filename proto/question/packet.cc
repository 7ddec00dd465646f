#include "proto/question/packet.h"

#include <algorithm>
#include <cstring>

#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost {
namespace {

constexpr size_t kLengthSize = 2;

}  // namespace

absl::StatusOr<Secret> Pack(std::string_view message, std::string_view signature, size_t size) {
  if (signature.size() != kSignatureSize || message.empty() ||
      kLengthSize + message.size() + kSignatureSize > size) {
    return absl::InvalidArgumentError("TOO_LONG: the message does not fit its fixed size");
  }
  Secret packed(size);
  const std::string length = IntBytes(kLengthSize, message.size());
  std::memcpy(packed.data(), length.data(), kLengthSize);
  std::memcpy(packed.data() + kLengthSize, message.data(), message.size());
  std::memcpy(packed.data() + kLengthSize + message.size(), signature.data(), kSignatureSize);
  return packed;
}

absl::StatusOr<Packet> Unpack(std::string_view packed) {
  ByteReader reader(packed);
  const auto length = reader.Int(kLengthSize);
  if (!length || *length == 0) return Malformed("length");
  const auto message = reader.Take(*length);
  if (!message) return Malformed("length");
  const auto signature = reader.Take(kSignatureSize);
  if (!signature) return Malformed("length");
  if (!IsAllZero(reader.rest())) return BadPadding("padding");
  return Packet{std::string(*message), std::string(*signature)};
}

bool IsAllZero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

std::string MemberBytes(std::string_view member) {
  std::string bytes = IntBytes(1, member.size());
  bytes.append(member);
  return bytes;
}

absl::Status WrongSize(std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("WRONG_SIZE: ", ToAbsl(what)));
}
absl::Status Malformed(std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("MALFORMED: ", ToAbsl(what)));
}
absl::Status BadPadding(std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("BAD_PADDING: ", ToAbsl(what)));
}
absl::Status NotAuthentic(std::string_view what) {
  return absl::UnauthenticatedError(absl::StrCat("NOT_AUTHENTIC: ", ToAbsl(what)));
}
absl::Status BadSignature(std::string_view what) {
  return absl::UnauthenticatedError(absl::StrCat("BAD_SIGNATURE: ", ToAbsl(what)));
}

}  // namespace signpost
