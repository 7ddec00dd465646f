// ProtectionWork: shielding a child, asking to lift a shield, separating two
// identities, and a data manager's decisions on likely duplicates.
//
//   Shield    takes the child's unshielded second records out of every answer in the same
//             transaction, until a data manager decides
//   Merge     the shield wins; further records like the merged one are looked for again
//   Separate  for ever; separated records are never merged, and a third record that resembles both
//             is out of every answer until a data manager decides
//
// Thread safety: all methods may be called from several threads, never from gRPC's.
// Security: every change is in the audit in one transaction with it. A shield is lifted, and what
// it holds is let go, only by DeskWork::Decide (protection_apart.h).
#ifndef SIGNPOST_NODE_SERVICE_PROTECTION_WORK_H_
#define SIGNPOST_NODE_SERVICE_PROTECTION_WORK_H_

#include <utility>
#include <vector>

#include "node/service/caller.h"
#include "node/service/desk_bell.h"
#include "node/service/protection_apart.h"
#include "node/service/record_gate.h"
#include "node/store/store.h"
#include "proto/base/clock.h"
#include "signpost/v1/protection.pb.h"

namespace signpost::node {

class ProtectionWork {
 public:
  ProtectionWork(Store& store, RecordGate& gate, DeskBell& bell, const Clock& clock,
                 RecordsChanged changed)
      : store_(store), gate_(gate), bell_(bell), clock_(clock), changed_(std::move(changed)) {}

  // As the methods of v1::ProtectionService; the caller's role has been checked by the service.
  absl::StatusOr<v1::ProtectionReply> Shield(const Caller& caller,
                                             const v1::ShieldRequest& request);
  // An open request for the same child is returned instead of a second one.
  absl::StatusOr<v1::DeskItem> RequestUnshield(const Caller& caller,
                                               const v1::RequestUnshieldRequest& request);
  absl::StatusOr<v1::ProtectionReply> Separate(const Caller& caller,
                                               const v1::SeparateRequest& request);
  absl::StatusOr<std::vector<v1::DuplicatePair>> ListDuplicates(
      const v1::ListDuplicatesRequest& request);
  absl::StatusOr<v1::ProtectionReply> DecideDuplicate(const Caller& caller,
                                                      const v1::DecideDuplicateRequest& request);
  absl::StatusOr<v1::ProtectionReply> ConfirmShields(const Caller& caller);

 private:
  absl::StatusOr<RecordPair> FindPair(const Caller& caller, std::string_view first,
                                      std::string_view second);
  absl::StatusOr<v1::ProtectionReply> Merge(const Caller& caller, DuplicateFinder& finder,
                                            const RecordPair& pair);
  // Before a merge without a shield: what else the merged details resemble. Stores nothing.
  absl::StatusOr<ChildWrite> JudgeMerged(DuplicateFinder& finder, const RecordPair& pair,
                                         const v1::ChildDetails& merged);
  // After it: keeps what was found.
  absl::StatusOr<v1::ProtectionReply> KeepFindings(const Caller& caller, const ChildWrite& write);
  // After a merge with one: takes the survivor's other records out of every answer.
  absl::StatusOr<v1::ProtectionReply> ShieldAgain(const Caller& caller, DuplicateFinder& finder,
                                                  int64_t survivor);

  Store& store_;
  RecordGate& gate_;
  DeskBell& bell_;
  const Clock& clock_;
  const RecordsChanged changed_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_PROTECTION_WORK_H_
