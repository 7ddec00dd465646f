#include "hub/service/federation_service.h"

#include <utility>
#include <vector>

#include "hub/service/endings.h"
#include "hub/service/member_health.h"
#include "proto/base/bytes.h"
#include "proto/base/log.h"
#include "proto/transport/errors.h"

namespace signpost::hub {
namespace {

// An officer reads why a document was refused: the message begins with the reason's word.
absl::Status Refusal(const absl::Status& status) {
  return MakeError(status.code(), reason::kDirectoryRefused, FromAbsl(status.message()));
}

}  // namespace

absl::Status FederationService::AdmitPublisher(const grpc::CallbackServerContext& context) const {
  SIGNPOST_RETURN_IF_ERROR(CallBudgetMs(context).status());
  SIGNPOST_ASSIGN_OR_RETURN(const Peer peer, callers_.PeerOf(context));
  if (book_.Newest() != nullptr) return AdmitOfficer(peer, book_);
  // The first directory: no pins are known yet, only the names of the anchor's officers.
  if (peer.identity.kind == PeerKind::kOfficer) {
    for (const v1::OfficerKey& officer : book_.anchor().officers()) {
      if (officer.name() == peer.identity.name) return absl::OkStatus();
    }
  }
  return StatusOf(Ending::kNotPermitted);
}

grpc::ServerUnaryReactor* FederationService::Take(grpc::CallbackServerContext* context,
                                                  const v1::SignedDocument* request,
                                                  v1::PublishReply* response, bool is_order) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::Status admitted = AdmitPublisher(*context);
  if (!admitted.ok()) {
    reactor->Finish(ToGrpc(admitted));
    return reactor;
  }
  const bool queued = workers_.Submit([this, reactor, request, response, is_order] {
    const int64_t now_ms = callers_.NowMs();
    const absl::StatusOr<OfferOutcome> outcome =
        is_order ? book_.OfferOrder(*request, now_ms) : book_.Offer(*request, now_ms);
    if (!outcome.ok()) {
      Log(Severity::kWarning, "directory.refused", {{"code", outcome.status().code()}});
      reactor->Finish(ToGrpc(Refusal(outcome.status())));
      return;
    }
    const auto newest = book_.Newest();
    response->set_directory_version(newest == nullptr ? 0 : newest->version());
    response->set_pushed_to(outcome->changed ? herald_.told() : 0);
    Log(Severity::kInfo,
        is_order ? Literal("directory.order.taken") : Literal("directory.published"),
        {{"version", response->directory_version()}, {"changed", outcome->changed}});
    reactor->Finish(grpc::Status::OK);
  });
  if (!queued) reactor->Finish(ToGrpc(StatusOf(Ending::kBusy)));
  return reactor;
}

grpc::ServerUnaryReactor* FederationService::PublishDirectory(grpc::CallbackServerContext* context,
                                                              const v1::SignedDocument* request,
                                                              v1::PublishReply* response) {
  return Take(context, request, response, false);
}

grpc::ServerUnaryReactor* FederationService::Suspend(grpc::CallbackServerContext* context,
                                                     const v1::SignedDocument* request,
                                                     v1::PublishReply* response) {
  return Take(context, request, response, true);
}

grpc::ServerUnaryReactor* FederationService::ListMembers(grpc::CallbackServerContext* context,
                                                         const v1::ListMembersRequest* /*request*/,
                                                         v1::ListMembersReply* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  absl::Status status = CallBudgetMs(*context).status();
  if (status.ok()) {
    const absl::StatusOr<Peer> peer = callers_.PeerOf(*context);
    status = peer.ok() ? AdmitOfficer(*peer, book_) : peer.status();
  }
  if (status.ok()) FillMembers(*response);
  reactor->Finish(ToGrpc(status));
  return reactor;
}

void FederationService::FillMembers(v1::ListMembersReply& reply) const {
  const auto newest = book_.Newest();
  if (newest == nullptr) return;
  const int64_t now_ms = callers_.NowMs();
  std::vector<v1::MemberHealth> members;
  for (const v1::Member& member : newest->message().members()) {
    v1::MemberHealth health = HealthOf(member, board_.StatsOf(member.code()), now_ms);
    const AdmissionResult result = book_.Admit(member.code(), now_ms);
    if (result.admission == Admission::kSuspended && member.state() != v1::MEMBER_SUSPENDED) {
      health.set_suspended_by_order(true);
      health.set_suspension_reason(result.reason);
    }
    members.push_back(std::move(health));
  }
  SortWorstFirst(members, newest->version(), now_ms);
  for (v1::MemberHealth& member : members) *reply.add_members() = std::move(member);
  reply.set_directory_version(newest->version());
  reply.set_now_ms(now_ms);
  reply.set_directory_not_after_ms(newest->message().not_after_ms());
  reply.set_hub_certificate_not_after_ms(certificate_not_after_ms_);
}

}  // namespace signpost::hub
