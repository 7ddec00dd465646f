// RecordWork: what people and systems do with their authority's own records. Every
// change and every read leaves an audit row; what was there before a correction
// stays in the history; likely duplicates are queued and never merged.
//
// Thread safety: all methods may be called from several threads, never from gRPC's.
// Security: who may see which record is record_access.h's, and a protected record reads like an
// unknown one. Errors name fields and reasons, never a value. A second record of a shielded child
// is out of every answer in the transaction that stores it, and only persons with the role
// DESK_WORKER or DATA_MANAGER are told; to everybody else it reads like any other record.
#ifndef SIGNPOST_NODE_SERVICE_RECORD_WORK_H_
#define SIGNPOST_NODE_SERVICE_RECORD_WORK_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "node/service/caller.h"
#include "node/service/record_gate.h"
#include "node/store/store.h"
#include "proto/base/clock.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

class RecordWork {
 public:
  // `asking_epoch`: the one that questions are asked in now, if any. `training`: NHS numbers of the
  // range for tests are required instead of refused.
  RecordWork(Store& store, RecordGate& gate, const Clock& clock,
             std::function<std::optional<uint32_t>()> asking_epoch, bool training,
             std::function<void()> changed)
      : store_(store),
        gate_(gate),
        clock_(clock),
        asking_epoch_(std::move(asking_epoch)),
        training_(training),
        changed_(std::move(changed)) {}

  // As the methods of v1::RecordService; the caller's role has been checked by the service.
  absl::StatusOr<v1::ImportChunkReply> Import(const Caller& caller,
                                              const v1::ImportChunkRequest& request);
  absl::StatusOr<v1::ChildRecord> Get(const Caller& caller, const v1::GetChildRequest& request);
  absl::StatusOr<v1::PutChildReply> Put(const Caller& caller, const v1::PutChildRequest& request);
  absl::StatusOr<std::vector<v1::ChildVersion>> ListHistory(const Caller& caller,
                                                            const v1::GetChildRequest& request);
  absl::StatusOr<v1::Explanation> Explain(const Caller& caller,
                                          const v1::ExplainMatchRequest& request);

  absl::StatusOr<v1::InvolvementReply> Open(const Caller& caller,
                                            const v1::OpenInvolvementRequest& request);
  absl::StatusOr<v1::InvolvementReply> Close(const Caller& caller,
                                             const v1::CloseInvolvementRequest& request);
  absl::StatusOr<v1::InvolvementReply> Renew(const Caller& caller,
                                             const v1::RenewInvolvementRequest& request);
  absl::StatusOr<v1::InvolvementReply> SetConsent(const Caller& caller,
                                                  const v1::SetConsentRequest& request);

 private:
  absl::StatusOr<v1::PutChildReply> Add(const Caller& caller, DuplicateFinder& finder,
                                        ChildWrite write);
  absl::StatusOr<v1::PutChildReply> Correct(const Caller& caller, DuplicateFinder& finder,
                                            ChildWrite write);
  absl::StatusOr<v1::PutChildReply> Keep(const Caller& caller, DuplicateFinder& finder,
                                         ChildWrite write, std::string_view note);
  absl::StatusOr<std::optional<InvolvementRow>> StoredInvolvement(const ChildRow& child,
                                                                  std::string_view reference);
  // NOT_FOUND NO_SUCH_CASE alike for one that the caller may not see and an unknown one.
  absl::StatusOr<InvolvementRow> FindInvolvement(const Caller& caller, const ChildRow& child,
                                                 std::string_view reference);
  // The involvement as it may be stored in place of what is there under its reference.
  absl::StatusOr<v1::Involvement> Replacing(const Caller& caller, const ChildRow& child,
                                            const v1::OpenInvolvementRequest& request);
  absl::StatusOr<v1::InvolvementReply> Write(const Caller& caller, const ChildRow& child,
                                             std::string_view reference,
                                             const v1::Involvement& involvement,
                                             std::string_view note);
  absl::Status Read(const Caller& caller, const ChildRow& child, std::string_view note);
  // What a caller who is not told of duplicates reads says nothing of a quarantine.
  bool Findable(const Caller& caller, const ChildRow& child);

  Store& store_;
  RecordGate& gate_;
  const Clock& clock_;
  const std::function<std::optional<uint32_t>()> asking_epoch_;
  const bool training_;
  const std::function<void()> changed_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_RECORD_WORK_H_
