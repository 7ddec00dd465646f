// A question whose stream a test reads step by step, so that it can break
// something in the middle of it.
//
// Thread safety: one thread.
#ifndef SIGNPOST_TESTS_INTEGRATION_LIVE_ASK_H_
#define SIGNPOST_TESTS_INTEGRATION_LIVE_ASK_H_

#include <memory>

#include "tests/integration/federation.h"

namespace signpost::testing {

class LiveAsk {
 public:
  // Returns once the asker's node has said that the question begins.
  LiveAsk(TestFederation& federation, int authority, const v1::AskRequest& request)
      : stub_(v1::LookupService::NewStub(federation.Channel(authority, "practitioner"))) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    reader_ = stub_->Ask(&context_, request);
    v1::AskEvent event;
    if (reader_->Read(&event)) *ledger_.mutable_started() = event.started();
  }

  // Reads to the end.
  grpc::Status Finish(v1::Ledger* ledger) {
    v1::AskEvent event;
    while (reader_->Read(&event)) {
      if (event.has_row()) *ledger_.add_rows() = event.row();
      if (event.has_summary()) *ledger_.mutable_summary() = event.summary();
    }
    *ledger = ledger_;
    return reader_->Finish();
  }

 private:
  grpc::ClientContext context_;
  const std::unique_ptr<v1::LookupService::Stub> stub_;
  std::unique_ptr<grpc::ClientReader<v1::AskEvent>> reader_;
  v1::Ledger ledger_;
};

}  // namespace signpost::testing

#endif  // SIGNPOST_TESTS_INTEGRATION_LIVE_ASK_H_
