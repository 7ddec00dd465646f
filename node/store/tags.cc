#include "node/store/tags.h"

#include <algorithm>

namespace signpost::node {
namespace {

// key type ‖ flags ‖ digest ‖ hint
constexpr size_t kHintRecord = 2 + kKeyDigestSize + kHintSize;
constexpr unsigned char kAskOnlyFlag = 1;

absl::Status CheckTags(const std::vector<StoredTag>& tags) {
  if (tags.size() > kMaxTagsPerChild) return absl::InvalidArgumentError("too many tags of a child");
  for (const StoredTag& tag : tags) {
    if (tag.key_digest.size() != kKeyDigestSize || tag.hint.size() != kHintSize ||
        tag.poss.size() != kPossSize) {
      return absl::InvalidArgumentError("a tag's pieces have the wrong size");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> PackHints(const std::vector<StoredTag>& tags) {
  SIGNPOST_RETURN_IF_ERROR(CheckTags(tags));
  std::string packed;
  packed.reserve(tags.size() * kHintRecord);
  for (const StoredTag& tag : tags) {
    packed.push_back(static_cast<char>(tag.key_type));
    packed.push_back(static_cast<char>(tag.ask_only ? kAskOnlyFlag : 0));
    packed.append(tag.key_digest).append(tag.hint);
  }
  return packed;
}

absl::StatusOr<Secret> PackPoss(const std::vector<StoredTag>& tags) {
  SIGNPOST_RETURN_IF_ERROR(CheckTags(tags));
  Secret packed(tags.size() * kPossSize);
  unsigned char* out = packed.data();
  for (const StoredTag& tag : tags) {
    const std::string_view poss = tag.poss.Expose();
    std::copy(poss.begin(), poss.end(), out);
    out += kPossSize;
  }
  return packed;
}

absl::StatusOr<std::vector<HintView>> UnpackHints(std::string_view packed) {
  if (packed.size() % kHintRecord != 0 || packed.size() / kHintRecord > kMaxTagsPerChild) {
    return absl::DataLossError("stored tags are not in their format");
  }
  std::vector<HintView> hints(packed.size() / kHintRecord);
  for (size_t i = 0; i < hints.size(); ++i) {
    const std::string_view record = packed.substr(i * kHintRecord, kHintRecord);
    hints[i].ordinal = static_cast<uint16_t>(i);
    hints[i].key_type = static_cast<uint8_t>(record[0]);
    hints[i].ask_only = (static_cast<unsigned char>(record[1]) & kAskOnlyFlag) != 0;
    hints[i].key_digest = record.substr(2, kKeyDigestSize);
    hints[i].hint = record.substr(2 + kKeyDigestSize);
  }
  return hints;
}

}  // namespace signpost::node
