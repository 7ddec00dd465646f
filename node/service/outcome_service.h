// OutcomeService: what became of the signposts that this authority's questions led
// to, and how long they wait for a word (RULES.md section 6).
//
// Thread safety: gRPC calls it from its own threads; the work is the executor's.
// Security: a practitioner or system sees and records its own questions' signposts
// only; others' read like unknown ones. A DATA_MANAGER and a PRIVACY_OFFICER see all.
// The ageing report holds counts only.
#ifndef SIGNPOST_NODE_SERVICE_OUTCOME_SERVICE_H_
#define SIGNPOST_NODE_SERVICE_OUTCOME_SERVICE_H_

#include "node/service/caller.h"
#include "node/service/executor.h"
#include "node/store/store.h"
#include "signpost/v1/outcome.grpc.pb.h"

namespace signpost::node {

class OutcomeService final : public v1::OutcomeService::CallbackService {
 public:
  OutcomeService(const UserTable& users, Store& store, Executor& executor, const Clock& clock)
      : users_(users), store_(store), executor_(executor), clock_(clock) {}

  grpc::ServerUnaryReactor* RecordContact(grpc::CallbackServerContext* context,
                                          const v1::RecordContactRequest* request,
                                          v1::SignpostRecord* response) override;
  grpc::ServerWriteReactor<v1::SignpostRecord>* ListSignposts(
      grpc::CallbackServerContext* context, const v1::ListSignpostsRequest* request) override;
  grpc::ServerUnaryReactor* GetAgeing(grpc::CallbackServerContext* context,
                                      const v1::GetAgeingRequest* request,
                                      v1::AgeingReport* response) override;

 private:
  absl::Status Record(const Caller& caller, const v1::RecordContactRequest& request,
                      v1::SignpostRecord& response);
  // NOT_FOUND NO_SUCH_SIGNPOST.
  absl::Status MayRecord(const Caller& caller, const v1::RecordContactRequest& request);

  const UserTable& users_;
  Store& store_;
  Executor& executor_;
  const Clock& clock_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_OUTCOME_SERVICE_H_
