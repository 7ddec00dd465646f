// Every size and limit that two programs must agree on, in one table.
// Fixed sizes are bytes on the wire (proto/PROTOCOL.md section 6).
#ifndef SIGNPOST_PROTO_LIMITS_H_
#define SIGNPOST_PROTO_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace signpost {

inline constexpr size_t kQidSize = 16;
inline constexpr size_t kHashSize = 32;
inline constexpr size_t kSignatureSize = 64;
inline constexpr size_t kAeadTagSize = 16;
inline constexpr size_t kEncSize = 32;          // HPKE encapsulated X25519 key
inline constexpr size_t kKeySize = 32;          // CEK, intro key, exported keys
inline constexpr size_t kWrappedKeySize = kKeySize + kAeadTagSize;

inline constexpr size_t kHeaderSize = 125;
inline constexpr size_t kBodySize = 4096;
inline constexpr size_t kClaimSize = 512;
inline constexpr size_t kRevealSize = 2048;
inline constexpr size_t kAnswerSize = 4096;

inline constexpr size_t kTagSize = 16;
inline constexpr size_t kQuestionSlots = 32;
inline constexpr size_t kSlotSize = kTagSize + kKeySize + kAeadTagSize;  // tag, locked intro key

inline constexpr size_t kQuestionBatch = 32;    // points an evaluation
inline constexpr size_t kEnrolmentBatch = 1024;

inline constexpr size_t kMaxIntroSize = 1950;
inline constexpr size_t kMaxDetailsSize = 1966;
inline constexpr size_t kMaxAnswerBodySize = 3982;
inline constexpr size_t kMaxSignposts = 6;
inline constexpr size_t kMaxMembers = 512;

// Field limits, in bytes of UTF-8; with them the maxima above always fit.
inline constexpr size_t kMaxNameBytes = 60;
inline constexpr size_t kMaxTextBytes = 200;
inline constexpr size_t kMaxPersonBytes = 120;
inline constexpr size_t kMaxTelephoneBytes = 30;
inline constexpr size_t kMaxReferenceBytes = 64;
inline constexpr size_t kMaxOrganisationBytes = 80;
inline constexpr size_t kMaxNames = 8;
inline constexpr size_t kMaxAddresses = 6;

inline constexpr size_t kMaxMessageBytes = 256 * 1024;        // gRPC, unless a method says more
inline constexpr size_t kMaxDirectoryBytes = 4 * 1024 * 1024;

inline constexpr int64_t kSlotMs = 600'000;                   // 10 minutes
inline constexpr int64_t kMaxClockSkewMs = 120'000;           // of issued_ms
inline constexpr int64_t kReplayWindowMs = 15 * 60'000;
inline constexpr int64_t kDirectoryGraceMs = 10 * 60'000;     // an older directory stays acceptable
inline constexpr int64_t kMaxSuspensionMs = 24 * 3'600'000;
inline constexpr int64_t kMaxCallDeadlineMs = 60'000;
inline constexpr int64_t kAuditCheckpointMs = 600'000;

inline constexpr uint32_t kSuite = 1;

}  // namespace signpost

#endif  // SIGNPOST_PROTO_LIMITS_H_
