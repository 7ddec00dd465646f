// What is put on the desk: alerts, notices, reviews and approvals, made from the
// question that gave rise to them (RULES.md sections 5, 6 and 16LA(3)).
//
// Thread safety: pure functions.
// Security: items name the person who asked and the own case reference, and never the child's
// details; they are read by the desk alone.
#ifndef SIGNPOST_NODE_RULES_DESK_H_
#define SIGNPOST_NODE_RULES_DESK_H_

#include <cstdint>
#include <string_view>

#include "node/matching/match_keys.h"
#include "signpost/v1/desk.pb.h"
#include "signpost/v1/question.pb.h"

namespace signpost::node {

inline constexpr int64_t kReviewDueMs = int64_t{7} * 24 * 3'600'000;
inline constexpr int64_t kApprovalLifeMs = int64_t{24} * 3'600'000;

v1::DeskAsker DeskAskerOf(const v1::Intro& intro);

// `kind`: ALERT_SHIELDED, ALERT_OWN_PROTECTED or ALERT_SENSITIVE.
v1::DeskItem AlertOf(v1::DeskKind kind, const v1::Intro& intro, std::string_view case_reference,
                     KeyTypeSet types, uint32_t policy_version, int64_t now_ms);
v1::DeskItem NoticeOf(const v1::Intro& intro, std::string_view case_reference, v1::Outcome told,
                      std::string_view question_reference, uint32_t policy_version, int64_t now_ms);
// At the asker's own node, which knows who it is, the caller sets `requested_by` too.
v1::DeskItem BreakGlassReviewOf(const v1::Intro& intro, std::string_view case_reference,
                                std::string_view question_reference, uint32_t policy_version,
                                int64_t now_ms);
// `kind`: REVIEW_WITHHOLD, APPROVAL_ASK_PROTECTED or APPROVAL_UNSHIELD.
v1::DeskItem RequestOf(v1::DeskKind kind, std::string_view requested_by,
                       std::string_view case_reference, std::string_view reason, int64_t now_ms);

// Two alerts that are one to the desk, and are counted: the same kind, reason, child and person, to
// be rung back at the same number.
bool SameAlert(const v1::DeskItem& a, const v1::DeskItem& b);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_RULES_DESK_H_
