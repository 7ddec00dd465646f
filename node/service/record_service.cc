#include "node/service/record_service.h"

#include <utility>

#include "node/importer/import.h"
#include "node/matching/identifiers.h"
#include "node/service/unary.h"
#include "proto/base/bytes.h"
#include "proto/base/log.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

absl::Status NoSuchCase() {
  return MakeError(absl::StatusCode::kNotFound, reason::kNoSuchCase,
                   "no record that you may see has this case reference");
}

// What the store says, as a caller may hear it.
absl::Status FromStore(const absl::Status& status) {
  if (status.ok()) return status;
  if (absl::IsInvalidArgument(status)) {
    return MakeError(status.code(), reason::kDetails, FromAbsl(status.message()));
  }
  if (absl::IsNotFound(status)) return NoSuchCase();
  Log(Severity::kError, "store.failed", {{"code", status.code()}});
  return MakeError(absl::StatusCode::kUnavailable, reason::kStoreFailed,
                   "this node's database could not take this; nothing was changed; its "
                   "administrator must look at the disk");
}

absl::Status NeedsDataManager(const Caller& caller) {
  return NeedsRole(caller, {v1::DATA_MANAGER});
}

absl::Status NeedsPractitioner(const Caller& caller) {
  return NeedsRole(
      caller, {v1::SOCIAL_WORKER, v1::EARLY_HELP_WORKER, v1::HEALTH_WORKER, v1::POLICE_OFFICER,
               v1::EDUCATION_WORKER, v1::EMERGENCY_DUTY_WORKER, v1::DESK_WORKER, v1::DATA_MANAGER});
}

}  // namespace

grpc::ServerUnaryReactor* RecordService::ImportChunk(grpc::CallbackServerContext* context,
                                                     const v1::ImportChunkRequest* request,
                                                     v1::ImportChunkReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsDataManager,
                  [this, request, response](const Caller& caller) {
                    return Import(caller, *request, *response);
                  });
}

grpc::ServerUnaryReactor* RecordService::GetChild(grpc::CallbackServerContext* context,
                                                  const v1::GetChildRequest* request,
                                                  v1::ChildRecord* response) {
  return RunUnary(
      context, users_, clock_, executor_, NeedsPractitioner,
      [this, request, response](const Caller& caller) { return Get(caller, *request, *response); });
}

grpc::ServerUnaryReactor* RecordService::OpenInvolvement(grpc::CallbackServerContext* context,
                                                         const v1::OpenInvolvementRequest* request,
                                                         v1::InvolvementReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsPractitioner,
                  [this, request, response](const Caller& caller) {
                    return Open(caller, *request, *response);
                  });
}

grpc::ServerUnaryReactor* RecordService::CloseInvolvement(
    grpc::CallbackServerContext* context, const v1::CloseInvolvementRequest* request,
    v1::InvolvementReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsPractitioner,
                  [this, request, response](const Caller& caller) {
                    return Close(caller, *request, *response);
                  });
}

absl::Status RecordService::Import(const Caller& caller, const v1::ImportChunkRequest& request,
                                   v1::ImportChunkReply& response) {
  auto reply = signpost::node::ImportChunk(
      store_, request, training_, clock_.NowMs(),
      {Row(v1::AuditRow::IMPORT_DONE, caller, "",
           request.kind() == v1::IMPORT_INVOLVEMENTS ? "INVOLVEMENTS" : "CHILDREN")});
  if (absl::IsInvalidArgument(reply.status())) {
    return MakeError(reply.status().code(), reason::kHeaderLine,
                     FromAbsl(reply.status().message()));
  }
  SIGNPOST_RETURN_IF_ERROR(FromStore(reply.status()));
  response = *std::move(reply);
  if (response.accepted() > 0) changed_();
  return absl::OkStatus();
}

absl::Status RecordService::Get(const Caller& caller, const v1::GetChildRequest& request,
                                v1::ChildRecord& response) {
  SIGNPOST_ASSIGN_OR_RETURN(ChildRow child, FindVisible(request.case_reference()));
  const auto involvements = store_.ListInvolvements(child.id);
  if (!involvements.ok()) return FromStore(involvements.status());
  SIGNPOST_RETURN_IF_ERROR(
      FromStore(store_
                    .AppendAudit({Row(v1::AuditRow::RECORD_READ, caller, child.case_reference, "")},
                                 {}, clock_.NowMs())
                    .status()));
  response.set_case_reference(child.case_reference);
  *response.mutable_details() = std::move(child.details);
  for (v1::Carer& carer : child.carers) *response.add_carers() = std::move(carer);
  for (const InvolvementRow& row : *involvements) {
    // Sensitive services are for the data manager, who keeps the records, until their rules exist.
    if (row.involvement.sensitive() && !caller.Has(v1::DATA_MANAGER)) continue;
    v1::InvolvementRecord* record = response.add_involvements();
    record->set_involvement_reference(row.reference);
    *record->mutable_involvement() = row.involvement;
  }
  response.set_findable(Findable(child.id, child.revision));
  return absl::OkStatus();
}

absl::Status RecordService::Open(const Caller& caller, const v1::OpenInvolvementRequest& request,
                                 v1::InvolvementReply& response) {
  SIGNPOST_RETURN_IF_ERROR(FindVisible(request.case_reference()).status());
  const v1::Involvement& involvement = request.involvement();
  for (const std::string* date :
       {&involvement.start_on(), &involvement.end_on(), &involvement.review_by()}) {
    if (!date->empty() && !CheckDate(*date).ok()) {
      return MakeError(absl::StatusCode::kInvalidArgument, reason::kDetails,
                       "a date of the involvement does not exist or is not YYYY-MM-DD");
    }
  }
  if (involvement.start_on().empty() || involvement.service() == v1::SERVICE_TYPE_UNSPECIFIED ||
      request.involvement_reference().empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, reason::kDetails,
                     "an involvement needs a reference, a service and a start date");
  }
  const InvolvementWrite write{request.case_reference(), request.involvement_reference(),
                               involvement};
  const auto outcomes = store_.UpsertInvolvements(
      {&write, 1}, clock_.NowMs(),
      {Row(v1::AuditRow::RECORD_CHANGED, caller, request.case_reference(), "INVOLVEMENT_OPENED")});
  if (!outcomes.ok()) return FromStore(outcomes.status());
  if (outcomes->front() == WriteOutcome::kNoSuchCase) return NoSuchCase();
  response.set_involvement_reference(request.involvement_reference());
  response.set_changed(outcomes->front() != WriteOutcome::kUnchanged);
  return absl::OkStatus();
}

absl::Status RecordService::Close(const Caller& caller, const v1::CloseInvolvementRequest& request,
                                  v1::InvolvementReply& response) {
  SIGNPOST_RETURN_IF_ERROR(FindVisible(request.case_reference()).status());
  const auto outcome = store_.CloseInvolvement(
      request.case_reference(), request.involvement_reference(), request.end_on(), clock_.NowMs(),
      {Row(v1::AuditRow::RECORD_CHANGED, caller, request.case_reference(), "INVOLVEMENT_CLOSED")});
  if (!outcome.ok()) return FromStore(outcome.status());
  if (*outcome == WriteOutcome::kNoSuchCase || *outcome == WriteOutcome::kNoSuchInvolvement) {
    return MakeError(absl::StatusCode::kNotFound, reason::kNoSuchCase,
                     "the record has no involvement with this reference");
  }
  response.set_involvement_reference(request.involvement_reference());
  response.set_changed(*outcome != WriteOutcome::kUnchanged);
  return absl::OkStatus();
}

absl::StatusOr<ChildRow> RecordService::FindVisible(std::string_view case_reference) {
  auto child = store_.GetChildByCase(case_reference);
  if (!child.ok()) return FromStore(child.status());
  if (child->flags.shielded || child->flags.separated || child->flags.quarantined) {
    return NoSuchCase();
  }
  return child;
}

bool RecordService::Findable(int64_t child_id, int64_t revision) {
  const int64_t now_ms = clock_.NowMs();
  const auto directory = book_.Snapshot(now_ms).directory;
  const v1::Epoch* epoch = directory == nullptr ? nullptr : directory->AskingEpoch(now_ms);
  if (epoch == nullptr) return false;
  const auto tags = store_.LoadTags(epoch->epoch(), child_id);
  return tags.ok() && tags->revision == revision && !tags->tags.empty();
}

v1::AuditRow RecordService::Row(v1::AuditRow::Kind kind, const Caller& caller,
                                std::string_view case_reference, std::string_view note) const {
  v1::AuditRow row;
  row.set_at_ms(clock_.NowMs());
  row.set_kind(kind);
  row.set_actor(caller.id);
  row.set_case_reference(std::string(case_reference));
  row.set_note(std::string(note));
  return row;
}

}  // namespace signpost::node
