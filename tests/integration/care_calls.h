// Calls to the services that protect records: desk, protection, records. As calls.h.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_INTEGRATION_CARE_CALLS_H_
#define SIGNPOST_TESTS_INTEGRATION_CARE_CALLS_H_

#include <string>
#include <vector>

#include "proto/transport/errors.h"
#include "signpost/v1/protection.grpc.pb.h"
#include "tests/integration/calls.h"

namespace signpost::testing {

inline std::string WhyNot(const grpc::Status& status) { return DetailsOf(FromGrpc(status)).reason; }

// One unary call of `method` on a stub of `Service`.
template <typename Service, typename Request, typename Reply, typename Stub>
grpc::Status CallAs(const As& as,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
                    const Request& request, Reply* reply) {
  grpc::ClientContext context;
  Within(context);
  const auto stub = as.Stub<Service>();
  return (stub.get()->*method)(&context, request, reply);
}

inline grpc::Status Withhold(const As& as, const std::string& reference, bool lift,
                             v1::DeskItem* item) {
  v1::WithholdRequest request;
  request.set_case_reference(reference);
  request.set_reason("RISK_OF_HARM");
  request.set_lift(lift);
  return CallAs<v1::DeskService>(as, &v1::DeskService::Stub::Withhold, request, item);
}

inline grpc::Status RecordCallBack(const As& as, uint64_t number, v1::DeskItem* item) {
  v1::RecordCallBackRequest request;
  request.set_number(number);
  request.set_note("rang");
  return CallAs<v1::DeskService>(as, &v1::DeskService::Stub::RecordCallBack, request, item);
}

inline grpc::Status NoticesOf(const As& as, const std::string& reference,
                              std::vector<v1::DeskItem>* items) {
  grpc::ClientContext context;
  Within(context);
  v1::ListDeskRequest request;
  request.set_view(v1::NOTICES);
  request.set_case_reference(reference);
  const auto reader = as.Stub<v1::DeskService>()->ListDesk(&context, request);
  return ReadAll(*reader, items);
}

inline grpc::Status Shield(const As& as, const std::string& reference, v1::ProtectionReply* reply) {
  v1::ShieldRequest request;
  request.set_case_reference(reference);
  request.set_reason("REFUGE");
  return CallAs<v1::ProtectionService>(as, &v1::ProtectionService::Stub::Shield, request, reply);
}

inline grpc::Status RequestUnshield(const As& as, const std::string& reference,
                                    v1::DeskItem* item) {
  v1::RequestUnshieldRequest request;
  request.set_case_reference(reference);
  request.set_reason("DANGER_PAST");
  return CallAs<v1::ProtectionService>(as, &v1::ProtectionService::Stub::RequestUnshield, request,
                                       item);
}

inline grpc::Status Separate(const As& as, const std::string& first, const std::string& second) {
  v1::SeparateRequest request;
  request.set_case_reference(first);
  request.set_other_case_reference(second);
  v1::ProtectionReply reply;
  return CallAs<v1::ProtectionService>(as, &v1::ProtectionService::Stub::Separate, request, &reply);
}

inline grpc::Status DecideDuplicate(const As& as, const std::string& first,
                                    const std::string& second, v1::DuplicateDecision decision) {
  v1::DecideDuplicateRequest request;
  request.set_case_reference(first);
  request.set_other_case_reference(second);
  request.set_decision(decision);
  v1::ProtectionReply reply;
  return CallAs<v1::ProtectionService>(as, &v1::ProtectionService::Stub::DecideDuplicate, request,
                                       &reply);
}

inline grpc::Status ListDuplicates(const As& as, std::vector<v1::DuplicatePair>* pairs) {
  grpc::ClientContext context;
  Within(context);
  const auto reader =
      as.Stub<v1::ProtectionService>()->ListDuplicates(&context, v1::ListDuplicatesRequest());
  return ReadAll(*reader, pairs);
}

inline grpc::Status GetChild(const As& as, const std::string& reference, v1::ChildRecord* record) {
  v1::GetChildRequest request;
  request.set_case_reference(reference);
  return CallAs<v1::RecordService>(as, &v1::RecordService::Stub::GetChild, request, record);
}

inline grpc::Status PutChild(const As& as, const std::string& reference,
                             const v1::ChildDetails& details, bool correct,
                             v1::PutChildReply* reply) {
  v1::PutChildRequest request;
  request.set_case_reference(reference);
  *request.mutable_details() = details;
  request.set_correct(correct);
  return CallAs<v1::RecordService>(as, &v1::RecordService::Stub::PutChild, request, reply);
}

}  // namespace signpost::testing

#endif  // SIGNPOST_TESTS_INTEGRATION_CARE_CALLS_H_
