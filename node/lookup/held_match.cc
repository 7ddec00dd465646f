#include "node/lookup/held_match.h"

#include <utility>

#include "node/lookup/tag_index.h"
#include "node/rules/protection.h"

namespace signpost::node {

HeldKeys ClaimingKeys(const ChildFlags& flags) {
  return flags.separated ? HeldKeys::kOwnIdentity : HeldKeys::kAll;
}

absl::flat_hash_set<std::string> OwnIdentityDigests(const LookupStore& store,
                                                    const v1::ChildDetails& details) {
  absl::flat_hash_set<std::string> digests;
  for (const MatchKey& key : OwnIdentityHolderKeys(details)) {
    digests.insert(store.KeyDigest(key.type, key.fields));
  }
  return digests;
}

absl::StatusOr<HeldMatch> MatchHeld(LookupStore& store, uint32_t epoch, int64_t slot,
                                    absl::Span<const Tag> asked, const ChildRow& child,
                                    HeldKeys keys) {
  HeldMatch match;
  absl::StatusOr<TagSet> set = store.LoadTags(epoch, child.id);
  if (absl::IsNotFound(set.status())) return match;
  SIGNPOST_RETURN_IF_ERROR(set.status());
  const bool own_only = keys == HeldKeys::kOwnIdentity;
  absl::flat_hash_set<std::string> own;
  if (own_only) own = OwnIdentityDigests(store, child.details);

  std::vector<std::pair<Tag, const StoredTag*>> held;
  for (const StoredTag& tag : set->tags) {
    if (tag.ask_only || tag.poss.empty() || (own_only && !own.contains(tag.key_digest))) continue;
    const absl::StatusOr<Tag> slot_tag = SlotTag(tag.hint, slot);
    if (slot_tag.ok()) held.emplace_back(*slot_tag, &tag);
  }
  for (size_t i = 0; i < asked.size() && i < 32; ++i) {
    for (const auto& [slot_tag, tag] : held) {
      if (slot_tag != asked[i]) continue;
      match.types |= KeyTypeBit(tag->key_type);
      match.bitmap |= uint32_t{1} << i;
      match.poss.push_back(tag->poss.Clone());
      match.digests.push_back(tag->key_digest);
      break;
    }
  }
  return match;
}

}  // namespace signpost::node
