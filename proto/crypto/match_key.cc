#include "proto/crypto/match_key.h"

#include <sodium.h>

#include <algorithm>
#include <string>

#include "proto/base/bytes.h"
#include "proto/crypto/kdf.h"
#include "proto/crypto/voprf.h"

namespace signpost {
namespace {

constexpr char kSeparator = 0x1F;
constexpr std::string_view kInputLabel("signpost/v1/mk\0", 15);

std::string Label(std::string_view name, uint32_t epoch, uint8_t key_type) {
  std::string info(name);
  AppendInt(info, 4, epoch);
  AppendInt(info, 1, key_type);
  return info;
}

// Writes pieces into a Secret made at its final size, so that no copy of a
// child's details is left behind by a growing buffer.
class Writer {
 public:
  explicit Writer(Secret& out) : at_(out.data()) {}
  void Put(std::string_view bytes) { at_ = std::copy_n(AsUnsigned(bytes), bytes.size(), at_); }

 private:
  unsigned char* at_;
};

}  // namespace

absl::StatusOr<Secret> MatchKeyInput(uint16_t canon_version, uint8_t key_type,
                                     const std::vector<std::string_view>& fields) {
  if (fields.empty()) return absl::InvalidArgumentError("match key: no field");
  size_t size = fields.size() - 1;
  for (const std::string_view field : fields) {
    if (field.find(kSeparator) != std::string_view::npos) {
      return absl::InvalidArgumentError("match key: a field holds the separator");
    }
    size += field.size();
  }
  if (size > 65535) return absl::InvalidArgumentError("match key: above 65,535 bytes");
  std::string head(kInputLabel);
  AppendInt(head, 2, canon_version);
  AppendInt(head, 1, key_type);
  AppendInt(head, 2, size);
  Secret input(head.size() + size);
  Writer writer(input);
  writer.Put(head);
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) writer.Put(std::string_view(&kSeparator, 1));
    writer.Put(fields[i]);
  }
  return input;
}

absl::StatusOr<TagKeys> DeriveTagKeys(const Secret& y, uint32_t epoch, uint8_t key_type) {
  if (y.size() != kVoprfOutputSize) {
    return absl::InvalidArgumentError("tag keys: the blinding's output is not 64 bytes");
  }
  return TagKeys{HkdfExpand(y, Label("signpost/v1/hint", epoch, key_type), kKeySize),
                 HkdfExpand(y, Label("signpost/v1/poss", epoch, key_type), kKeySize)};
}

absl::StatusOr<Tag> SlotTag(std::string_view hint, int64_t slot) {
  if (hint.size() != kKeySize) return absl::InvalidArgumentError("hint: not 32 bytes");
  if (slot < 0) return absl::InvalidArgumentError("slot: negative");
  std::string input = "signpost/v1/slot";
  AppendInt(input, 8, static_cast<uint64_t>(slot));
  Tag tag;
  crypto_generichash(tag.data(), tag.size(), AsUnsigned(input), input.size(), AsUnsigned(hint),
                     hint.size());
  return tag;
}

absl::StatusOr<Secret> LockKey(const Secret& poss, std::string_view hh) {
  if (poss.size() != kKeySize) return absl::InvalidArgumentError("poss: not 32 bytes");
  if (hh.size() != kHashSize) return absl::InvalidArgumentError("header hash: not 32 bytes");
  std::string info = "signpost/v1/idlock";
  info += hh;
  return HkdfExpand(poss, info, kKeySize);
}

int64_t SlotOf(int64_t unix_ms) {
  const int64_t slot = unix_ms / kSlotMs;
  return unix_ms % kSlotMs < 0 ? slot - 1 : slot;
}

}  // namespace signpost
