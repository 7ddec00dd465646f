// Which tags of a question one record holds, as it is stored now: the index may be
// older than the record.
//
// A separated record is matched on the keys that contain its own family name and
// on no others, so that a question about its other identity never finds it
// (RULES.md section 5).
//
// Thread safety: as the LookupStore passed in.
// Security: poss opens the question's intro and proves a claim; it dies with the match.
#ifndef SIGNPOST_NODE_LOOKUP_HELD_MATCH_H_
#define SIGNPOST_NODE_LOOKUP_HELD_MATCH_H_

#include <absl/container/flat_hash_set.h>
#include <absl/types/span.h>

#include <cstdint>
#include <string>
#include <vector>

#include "node/lookup/lookup_store.h"
#include "node/matching/match_keys.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"
#include "proto/crypto/match_key.h"

namespace signpost::node {

struct HeldMatch {
  KeyTypeSet types = 0;
  uint32_t bitmap = 0;               // bit i: asked[i] is held
  std::vector<Secret> poss;          // of the bitmap's bits, in their order
  std::vector<std::string> digests;  // of the match keys behind them
};

enum class HeldKeys {
  kAll,
  kOwnIdentity,  // those that contain the record's own current family name
};
// The keys that a record claims on.
HeldKeys ClaimingKeys(const ChildFlags& flags);

// `asked`: at most 32 tags of `slot`. Nothing held: an empty match, also for a record that is not
// enrolled in `epoch`. Other errors of the store.
absl::StatusOr<HeldMatch> MatchHeld(LookupStore& store, uint32_t epoch, int64_t slot,
                                    absl::Span<const Tag> asked, const ChildRow& child,
                                    HeldKeys keys);

// Store::KeyDigest of each key that a separated record claims on.
absl::flat_hash_set<std::string> OwnIdentityDigests(const LookupStore& store,
                                                    const v1::ChildDetails& details);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_HELD_MATCH_H_
