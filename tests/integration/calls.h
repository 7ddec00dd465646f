// Calls of a node's own people to its services, for tests of a whole federation:
// each with its deadline, as one of TestFederation's people.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_INTEGRATION_CALLS_H_
#define SIGNPOST_TESTS_INTEGRATION_CALLS_H_

#include <chrono>
#include <string>
#include <vector>

#include "signpost/v1/desk.grpc.pb.h"
#include "signpost/v1/outcome.grpc.pb.h"
#include "signpost/v1/people.grpc.pb.h"
#include "tests/integration/federation.h"

namespace signpost::testing {

// Who calls, at which authority.
struct As {
  TestFederation& federation;
  int authority;
  std::string person;

  template <typename Service>
  auto Stub() const {
    return Service::NewStub(federation.Channel(authority, person));
  }
};

inline void Within(grpc::ClientContext& context, int seconds = 30) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(seconds));
}

template <typename Reader, typename Message>
grpc::Status ReadAll(Reader& reader, std::vector<Message>* messages) {
  Message message;
  while (reader.Read(&message)) messages->push_back(message);
  return reader.Finish();
}

inline grpc::Status PutUser(const As& as, const v1::User& user) {
  grpc::ClientContext context;
  Within(context);
  v1::PutUserRequest request;
  *request.mutable_user() = user;
  v1::UserRecord record;
  return as.Stub<v1::UserService>()->PutUser(&context, request, &record);
}

inline grpc::Status RemoveUser(const As& as, const std::string& id) {
  grpc::ClientContext context;
  Within(context);
  v1::RemoveUserRequest request;
  request.set_id(id);
  v1::UserRecord record;
  return as.Stub<v1::UserService>()->RemoveUser(&context, request, &record);
}

inline grpc::Status ListUsers(const As& as, std::vector<v1::UserRecord>* users) {
  grpc::ClientContext context;
  Within(context);
  const auto reader = as.Stub<v1::UserService>()->ListUsers(&context, v1::ListUsersRequest());
  return ReadAll(*reader, users);
}

inline grpc::Status ListDesk(const As& as, v1::DeskView view, std::vector<v1::DeskItem>* items) {
  grpc::ClientContext context;
  Within(context);
  v1::ListDeskRequest request;
  request.set_view(view);
  const auto reader = as.Stub<v1::DeskService>()->ListDesk(&context, request);
  return ReadAll(*reader, items);
}

inline grpc::Status RequestApproval(const As& as, const std::string& case_reference,
                                    v1::Purpose purpose, v1::DeskItem* item) {
  grpc::ClientContext context;
  Within(context);
  v1::RequestApprovalRequest request;
  request.set_case_reference(case_reference);
  request.set_purpose(purpose);
  return as.Stub<v1::DeskService>()->RequestApproval(&context, request, item);
}

inline grpc::Status Decide(const As& as, uint64_t number, bool confirm) {
  grpc::ClientContext context;
  Within(context);
  v1::DecideRequest request;
  request.set_number(number);
  request.set_confirm(confirm);
  v1::DeskItem item;
  return as.Stub<v1::DeskService>()->Decide(&context, request, &item);
}

inline grpc::Status ListSignposts(const As& as, std::vector<v1::SignpostRecord>* records,
                                  bool open_only = false) {
  grpc::ClientContext context;
  Within(context);
  v1::ListSignpostsRequest request;
  request.set_open_only(open_only);
  const auto reader = as.Stub<v1::OutcomeService>()->ListSignposts(&context, request);
  return ReadAll(*reader, records);
}

inline grpc::Status RecordContact(const As& as, const v1::RecordContactRequest& request,
                                  v1::SignpostRecord* record) {
  grpc::ClientContext context;
  Within(context);
  return as.Stub<v1::OutcomeService>()->RecordContact(&context, request, record);
}

inline grpc::Status GetAgeing(const As& as, v1::AgeingReport* report) {
  grpc::ClientContext context;
  Within(context);
  return as.Stub<v1::OutcomeService>()->GetAgeing(&context, v1::GetAgeingRequest(), report);
}

inline std::vector<v1::AuditRow> RowsOfKind(TestFederation& federation, int authority,
                                            v1::AuditRow::Kind kind) {
  std::vector<v1::AuditRow> rows;
  for (const v1::AuditRow& row : federation.Audit(authority)) {
    if (row.kind() == kind) rows.push_back(row);
  }
  return rows;
}

}  // namespace signpost::testing

#endif  // SIGNPOST_TESTS_INTEGRATION_CALLS_H_
