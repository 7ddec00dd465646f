// Enrolled tags as the store keeps them: for one child and epoch one packed,
// sealed array of hints and one of poss, written together or not at all.
// A tag is named by its child and its ordinal in that array.
//
// Thread safety: values.
// Security: hint and poss let their owner recognise and open questions of one
// epoch; both are sealed at rest, and poss is never loaded with the hints.
#ifndef SIGNPOST_NODE_STORE_TAGS_H_
#define SIGNPOST_NODE_STORE_TAGS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost::node {

inline constexpr size_t kKeyDigestSize = 16;
inline constexpr size_t kHintSize = 32;
inline constexpr size_t kPossSize = 32;
inline constexpr size_t kMaxTagsPerChild = 256;

struct StoredTag {
  uint8_t key_type = 0;
  bool ask_only = false;   // an asker-side key: stored, never indexed
  std::string key_digest;  // Store::KeyDigest of the match key, 16 bytes
  std::string hint;        // 32 bytes
  Secret poss;             // 32 bytes
};

struct TagSet {
  int64_t child_id = 0;
  int64_t revision = 0;  // ChildRow::revision that the tags were derived from
  std::vector<StoredTag> tags;
};

// One tag without its poss. Views live until the callback returns.
struct HintView {
  uint16_t ordinal = 0;
  uint8_t key_type = 0;
  bool ask_only = false;
  std::string_view key_digest;  // 16 bytes
  std::string_view hint;        // 32 bytes
};

struct EnrolmentItem {
  int64_t child_id = 0;
  int64_t revision = 0;
  int64_t changed_ms = 0;
};

struct EnrolmentCount {
  uint64_t records = 0;           // children that take part (not archived)
  uint64_t enrolled = 0;          // of them, with the tags of their newest revision stored
  int64_t oldest_waiting_ms = 0;  // changed_ms of the one that waits longest; 0: none waits
};

// The packed forms. Decode: DATA_LOSS when the bytes are not such an array.
absl::StatusOr<std::string> PackHints(const std::vector<StoredTag>& tags);
absl::StatusOr<Secret> PackPoss(const std::vector<StoredTag>& tags);
absl::StatusOr<std::vector<HintView>> UnpackHints(std::string_view packed);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_TAGS_H_
