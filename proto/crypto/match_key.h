// From a record's fields to what is enrolled and asked (PROTOCOL.md section 5):
// the bytes that enter the blinding, the two keys drawn from its output, and the
// tag of a 10-minute slot.
//
// Thread safety: pure functions.
// Security: the bytes of MatchKeyInput name a child and come back as a Secret so
// that they are wiped; `poss` opens intros and is never kept in memory longer
// than a question; `hint` is only good for recognising tags.
#ifndef SIGNPOST_PROTO_CRYPTO_MATCH_KEY_H_
#define SIGNPOST_PROTO_CRYPTO_MATCH_KEY_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "proto/base/secret.h"
#include "proto/base/status.h"
#include "proto/limits.h"

namespace signpost {

using Tag = std::array<unsigned char, kTagSize>;

struct TagKeys {
  Secret hint;  // 32 bytes
  Secret poss;  // 32 bytes
};

// "signpost/v1/mk" ‖ 0x00 ‖ I(2,canon_version) ‖ I(1,key_type) ‖ I(2,len s) ‖ s,
// where s is the canonical fields joined by 0x1F in the table's order.
// INVALID_ARGUMENT: no field, s longer than 65,535 bytes, or a field that itself
// holds 0x1F (two different lists would give one key).
absl::StatusOr<Secret> MatchKeyInput(uint16_t canon_version, uint8_t key_type,
                                     const std::vector<std::string_view>& fields);

// hint and poss of the blinding's 64-byte output `y`, which the caller wipes by
// letting it go. INVALID_ARGUMENT: y is not 64 bytes.
absl::StatusOr<TagKeys> DeriveTagKeys(const Secret& y, uint32_t epoch, uint8_t key_type);

// The tag that stands for `hint` during `slot`. INVALID_ARGUMENT: the hint is not
// 32 bytes, or the slot is negative.
absl::StatusOr<Tag> SlotTag(std::string_view hint, int64_t slot);

// The one-time key under which a slot's intro key is locked for the question with
// header hash `hh`. INVALID_ARGUMENT: either is not 32 bytes.
absl::StatusOr<Secret> LockKey(const Secret& poss, std::string_view hh);

// floor(unix_ms / 600,000).
int64_t SlotOf(int64_t unix_ms);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_CRYPTO_MATCH_KEY_H_
