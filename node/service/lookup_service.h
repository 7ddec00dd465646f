// LookupService: takes a practitioner's or system's question and lets a worker
// thread run it (question_runner.h).
//
// Thread safety: gRPC calls it from its own threads; the work is the executor's.
#ifndef SIGNPOST_NODE_SERVICE_LOOKUP_SERVICE_H_
#define SIGNPOST_NODE_SERVICE_LOOKUP_SERVICE_H_

#include <functional>
#include <map>
#include <string>

#include "node/service/caller.h"
#include "node/service/executor.h"
#include "node/service/question_runner.h"
#include "proto/base/mutex.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::node {

class LookupService final : public v1::LookupService::CallbackService {
 public:
  // `refusing`: records refused calls, so that they wait for no question.
  LookupService(const UserTable& users, QuestionRunner& runner, Executor& executor,
                Executor& refusing, const Clock& clock)
      : users_(users), runner_(runner), executor_(executor), refusing_(refusing), clock_(clock) {}

  grpc::ServerWriteReactor<v1::AskEvent>* Ask(grpc::CallbackServerContext* context,
                                              const v1::AskRequest* request) override;
  grpc::ServerUnaryReactor* AskOnce(grpc::CallbackServerContext* context,
                                    const v1::AskRequest* request, v1::Ledger* response) override;

 private:
  // Room for one caller's questions in the shared pool: nobody may hold more than half of it.
  static constexpr int kMostPerCaller = 32;

  // Runs the question on the executor; false when the pool, or the caller's part of it, is full.
  bool Start(const Caller& caller, const v1::AskRequest& request, QuestionRunner::Emit emit,
             std::function<void(const absl::Status&)> ended);
  bool Enter(const std::string& caller);
  void Leave(const std::string& caller);

  const UserTable& users_;
  QuestionRunner& runner_;
  Executor& executor_;
  Executor& refusing_;
  const Clock& clock_;
  Mutex mutex_;
  std::map<std::string, int> running_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_LOOKUP_SERVICE_H_
