// Two records that are said not to be one child's: two children, or two identities
// that must never be linked. While one of the two is shielded that would end what
// the shield holds (the other is out of every answer), so a second person confirms
// it first, on the desk.
//
//   one person   asks: APPROVAL_UNSHIELD, reason DIFFERENT or SEPARATE, case_reference the shielded
//                record's, question_reference the other's
//   another      confirms it with DeskWork::Decide, which does it
//
// Thread safety: functions for the RecordGate's Alone() only.
// Security: every change is in the audit in one transaction with it.
#ifndef SIGNPOST_NODE_SERVICE_PROTECTION_APART_H_
#define SIGNPOST_NODE_SERVICE_PROTECTION_APART_H_

#include <cstdint>

#include "node/importer/duplicates.h"
#include "node/service/caller.h"
#include "node/service/desk_bell.h"
#include "node/store/store.h"
#include "signpost/v1/desk.pb.h"

namespace signpost::node {

struct RecordPair {
  ChildRow first;
  ChildRow second;
};

enum class Parting { kDifferent, kSeparate };

// True for a request to part two records; other requests of its kind lift a shield.
bool IsParting(const v1::DeskItem& item);

// Parts the two, or asks a second person to if one is shielded. Returns how many third records were
// taken out of every answer because they resemble both identities. FAILED_PRECONDITION
// SECOND_PERSON: nothing is parted yet, the desk has the request; NOT_FOUND: no such pair waits;
// UNAVAILABLE STORE_FAILED.
absl::StatusOr<uint32_t> PartOrAsk(Store& store, DuplicateFinder& finder, DeskBell& bell,
                                   const Caller& caller, const RecordPair& pair, Parting parting,
                                   int64_t now_ms);

// What a confirmed request asked for. NOT_FOUND when either record is gone since or merged away;
// as PartOrAsk.
absl::Status PartAsRequested(Store& store, DuplicateFinder& finder, const Caller& caller,
                             const v1::DeskItem& item, int64_t now_ms);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_PROTECTION_APART_H_
