// DeskWork: what the people of the desk do. They read alerts, notices, reviews and
// approvals; ring back; withhold (Children Act 2004 section 16LA(3)); and give the
// second person's word, which lifts a shield or ends a withholding.
//
// Thread safety: all methods may be called from several threads, never from gRPC's.
// Security: alerts and approvals are the desk's alone. Ringing back leaves no row in the audit,
// which others read: it would tell them that a shielded child was asked about. Where a decision
// tells more (unshielding, lifting), the decision is on the disk before it takes effect: a crash
// between leaves the child protected.
#ifndef SIGNPOST_NODE_SERVICE_DESK_WORK_H_
#define SIGNPOST_NODE_SERVICE_DESK_WORK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/service/caller.h"
#include "node/service/desk_bell.h"
#include "node/service/record_gate.h"
#include "node/store/store.h"
#include "proto/base/clock.h"
#include "signpost/v1/desk.pb.h"

namespace signpost::node {

class DeskWork {
 public:
  DeskWork(Store& store, RecordGate& gate, DeskBell& bell, const Clock& clock)
      : store_(store), gate_(gate), bell_(bell), clock_(clock) {}

  // Newest first. A practitioner's notices of a case carry no `told`, key types or policy version,
  // from which a sensitive service could be read. PERMISSION_DENIED NOT_PERMITTED; INVALID_ARGUMENT
  // DETAILS (view); NOT_FOUND NO_SUCH_CASE (notices of a record that the caller may not see).
  absl::StatusOr<std::vector<v1::DeskItem>> List(const Caller& caller,
                                                 const v1::ListDeskRequest& request);

  // Whether the caller may watch the view. PERMISSION_DENIED NOT_PERMITTED; INVALID_ARGUMENT.
  absl::Status AdmitWatch(const Caller& caller, v1::DeskView view) const;
  // Items of the view numbered above `after`, oldest first, at most 1,000; `open_only` for a start
  // from nothing.
  absl::StatusOr<std::vector<v1::DeskItem>> Since(const Caller& caller, v1::DeskView view,
                                                  uint64_t after, bool open_only);

  // As the methods of v1::DeskService.
  absl::StatusOr<v1::DeskItem> RecordCallBack(const Caller& caller,
                                              const v1::RecordCallBackRequest& request);
  absl::StatusOr<v1::DeskItem> Withhold(const Caller& caller, const v1::WithholdRequest& request);
  absl::StatusOr<v1::DeskItem> Decide(const Caller& caller, const v1::DecideRequest& request);
  absl::StatusOr<v1::DeskItem> RequestApproval(const Caller& caller,
                                               const v1::RequestApprovalRequest& request);

 private:
  absl::StatusOr<v1::DeskItem> GetItem(uint64_t number);
  // The case as items name it; NO_SUCH_CASE when the caller may not see the record.
  absl::StatusOr<std::string> CaseOf(const Caller& caller, std::string_view case_reference);

  absl::StatusOr<std::optional<v1::DeskItem>> NewestReview(std::string_view case_reference);
  absl::StatusOr<v1::DeskItem> StartWithholding(const Caller& caller, const ChildRow& child,
                                                std::string_view reason);
  absl::StatusOr<v1::DeskItem> EndWithholding(const Caller& caller, const ChildRow& child);
  // Of a decision that no longer stands. Its own event says so; it is no second person's word.
  absl::StatusOr<v1::DeskItem> CloseReview(const Caller& caller, const v1::DeskItem& review,
                                           std::string_view note);

  absl::StatusOr<v1::DeskItem> DecideAlone(const Caller& caller, DuplicateFinder& finder,
                                           const v1::DecideRequest& request);
  absl::StatusOr<v1::DeskItem> DecideWithholding(const Caller& caller, const v1::DeskItem& review,
                                                 const v1::DecideRequest& request);
  absl::StatusOr<v1::DeskItem> RecordDecision(const Caller& caller, const v1::DeskItem& item,
                                              const v1::DecideRequest& request);
  absl::Status Unshield(const Caller& caller, const v1::DeskItem& item);
  absl::Status SetWithheld(const Caller& caller, const ChildRow& child,
                           const std::optional<Withholding>& withheld,
                           std::vector<v1::DeskItem> desk, std::string_view note);

  Store& store_;
  RecordGate& gate_;
  DeskBell& bell_;
  const Clock& clock_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_DESK_WORK_H_
