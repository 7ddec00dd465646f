// Proof that this node makes the same match keys as every other: a hash over
// the name table and the keys of a dozen invented children in several scripts.
// Epochs carry it; a node whose ICU or table gives another result refuses to
// enrol, because its keys would silently match nobody.
//
// Thread safety: pure. libsodium must have been started.
#ifndef SIGNPOST_NODE_MATCHING_GOLDEN_H_
#define SIGNPOST_NODE_MATCHING_GOLDEN_H_

#include <string>
#include <vector>

#include "signpost/v1/child.pb.h"

namespace signpost::node {

// The invented children.
std::vector<v1::ChildDetails> GoldenChildren();

// SHA-256 (32 bytes) of canonicalisation version, name table hash, and all holder and asker keys
// of GoldenChildren(), computed, not remembered: some hundred microseconds.
std::string GoldenHash();

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_MATCHING_GOLDEN_H_
