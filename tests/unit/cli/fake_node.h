// A node that answers from what a test prepared and keeps what it was asked, over
// mutual TLS, so that verbs run as in life from the command line to the wire.
#ifndef SIGNPOST_TESTS_UNIT_CLI_FAKE_NODE_H_
#define SIGNPOST_TESTS_UNIT_CLI_FAKE_NODE_H_

#include <grpcpp/grpcpp.h>

#include <deque>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "proto/transport/credentials.h"
#include "proto/transport/errors.h"
#include "signpost/v1/desk.grpc.pb.h"
#include "signpost/v1/node.grpc.pb.h"
#include "signpost/v1/outcome.grpc.pb.h"
#include "signpost/v1/people.grpc.pb.h"
#include "signpost/v1/protection.grpc.pb.h"
#include "tests/integration/test_pki.h"
#include "tests/unit/cli/support.h"

namespace signpost::cli {

// One unary method: what came, and what goes back.
template <typename Request, typename Reply>
struct Canned {
  std::vector<Request> asked{};
  Reply reply{};
  grpc::Status status{};

  grpc::Status Serve(const Request& request, Reply* out) {
    asked.push_back(request);
    if (status.ok()) *out = reply;
    return status;
  }
};

// One streaming method; with a status that is not OK it breaks after the items.
template <typename Request, typename Item>
struct CannedStream {
  std::vector<Request> asked{};
  std::vector<Item> items{};
  grpc::Status status{};

  grpc::Status Serve(const Request& request, grpc::ServerWriter<Item>* writer) {
    asked.push_back(request);
    for (const Item& item : items) writer->Write(item);
    return status;
  }
};

inline grpc::Status Failure(absl::StatusCode code, std::string_view reason) {
  return ToGrpc(MakeError(code, reason, "said by a test"));
}

#define FAKE_UNARY(Method, Request, Reply)                                                \
  grpc::Status Method(grpc::ServerContext*, const v1::Request* request, v1::Reply* reply) \
      override {                                                                          \
    return canned_##Method.Serve(*request, reply);                                        \
  }                                                                                       \
  Canned<v1::Request, v1::Reply> canned_##Method {}
#define FAKE_STREAM(Method, Request, Item)                              \
  grpc::Status Method(grpc::ServerContext*, const v1::Request* request, \
                      grpc::ServerWriter<v1::Item>* writer) override {  \
    return canned_##Method.Serve(*request, writer);                     \
  }                                                                     \
  CannedStream<v1::Request, v1::Item> canned_##Method {}

struct FakeLookup final : v1::LookupService::Service {
  FAKE_STREAM(Ask, AskRequest, AskEvent);
};
struct FakeRecords final : v1::RecordService::Service {
  FAKE_UNARY(GetChild, GetChildRequest, ChildRecord);
  FAKE_UNARY(ImportChunk, ImportChunkRequest, ImportChunkReply);
  FAKE_UNARY(OpenInvolvement, OpenInvolvementRequest, InvolvementReply);
  FAKE_UNARY(CloseInvolvement, CloseInvolvementRequest, InvolvementReply);
  FAKE_UNARY(RenewInvolvement, RenewInvolvementRequest, InvolvementReply);
  FAKE_UNARY(SetConsent, SetConsentRequest, InvolvementReply);
  FAKE_UNARY(PutChild, PutChildRequest, PutChildReply);
  FAKE_STREAM(ListHistory, GetChildRequest, ChildVersion);
  FAKE_UNARY(ExplainMatch, ExplainMatchRequest, Explanation);
};
struct FakeProtection final : v1::ProtectionService::Service {
  FAKE_UNARY(Shield, ShieldRequest, ProtectionReply);
  FAKE_UNARY(RequestUnshield, RequestUnshieldRequest, DeskItem);
  FAKE_UNARY(Separate, SeparateRequest, ProtectionReply);
  FAKE_STREAM(ListDuplicates, ListDuplicatesRequest, DuplicatePair);
  FAKE_UNARY(DecideDuplicate, DecideDuplicateRequest, ProtectionReply);
  FAKE_UNARY(ConfirmShields, ConfirmShieldsRequest, ProtectionReply);
};
struct FakeDesk final : v1::DeskService::Service {
  FAKE_STREAM(ListDesk, ListDeskRequest, DeskItem);
  FAKE_STREAM(WatchDesk, WatchDeskRequest, DeskItem);
  FAKE_UNARY(RecordCallBack, RecordCallBackRequest, DeskItem);
  FAKE_UNARY(Withhold, WithholdRequest, DeskItem);
  FAKE_UNARY(Decide, DecideRequest, DeskItem);
  FAKE_UNARY(RequestApproval, RequestApprovalRequest, DeskItem);
};
struct FakeOutcomes final : v1::OutcomeService::Service {
  FAKE_UNARY(RecordContact, RecordContactRequest, SignpostRecord);
  FAKE_STREAM(ListSignposts, ListSignpostsRequest, SignpostRecord);
  FAKE_UNARY(GetAgeing, GetAgeingRequest, AgeingReport);
};
struct FakeUsers final : v1::UserService::Service {
  FAKE_STREAM(ListUsers, ListUsersRequest, UserRecord);
  FAKE_UNARY(PutUser, PutUserRequest, UserRecord);
  FAKE_UNARY(RemoveUser, RemoveUserRequest, UserRecord);
};

#undef FAKE_UNARY
#undef FAKE_STREAM

// What one run of the command line left behind.
struct Ran {
  ExitCode exit = ExitCode::kInternal;
  std::string out;
  std::string err;
  std::vector<std::string> prompts;
  bool Says(const std::string& part) const { return out.find(part) != std::string::npos; }
  bool Complains(const std::string& part) const { return err.find(part) != std::string::npos; }
};

class FakeNode {
 public:
  FakeNode();
  ~FakeNode() { server_->Shutdown(); }

  // Runs `signpost ARGUMENTS` with a profile of this node; `typed` are the lines of the terminal.
  // An argument that begins with '@' is a file of the test's folder.
  Ran Run(std::vector<std::string> arguments, std::deque<std::string> typed = {});
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.File(name), std::ios::binary) << text;
  }

  FakeLookup lookup{};
  FakeRecords records{};
  FakeProtection protection{};
  FakeDesk desk{};
  FakeOutcomes outcomes{};
  FakeUsers users{};

 private:
  testing::TempFolder folder_{};
  std::unique_ptr<grpc::Server> server_{};
};

}  // namespace signpost::cli

#endif  // SIGNPOST_TESTS_UNIT_CLI_FAKE_NODE_H_
