#include "node/service/outcome_service.h"

#include <algorithm>

#include "node/record/civil_date.h"
#include "node/service/record_access.h"
#include "node/service/streaming.h"
#include "proto/base/log.h"

namespace signpost::node {
namespace {

constexpr uint32_t kMostListed = 1000;
// Of one person's signposts, how many are looked through for the one they name.
constexpr size_t kMostOwn = 20'000;

bool SeesAll(const Caller& caller) {
  return caller.Has(v1::PRIVACY_OFFICER) || caller.Has(v1::DATA_MANAGER);
}

absl::Status NoSuchSignpost() {
  return MakeError(absl::StatusCode::kNotFound, reason::kNoSuchSignpost,
                   "no question of yours with this reference pointed to that authority");
}

absl::Status BadContact(std::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason::kDetails, message);
}

absl::Status FromSignposts(const absl::Status& status) {
  if (status.ok()) return status;
  if (absl::IsNotFound(status)) return NoSuchSignpost();
  Log(Severity::kError, "store.failed", {{"code", status.code()}});
  return MakeError(absl::StatusCode::kUnavailable, reason::kStoreFailed,
                   "this node's database could not take this; nothing was changed; its "
                   "administrator must look at the disk");
}

absl::Status CheckContact(const v1::RecordContactRequest& request, int64_t now_ms) {
  if (request.contact() != v1::MADE && request.contact() != v1::NOT_MADE) {
    return BadContact("say whether contact was made or not");
  }
  const auto day = ParseDay(request.contact_on());
  if (!day) return BadContact("the day of contact must be a date, YYYY-MM-DD");
  if (*day > DayOf(now_ms)) return BadContact("the day of contact is in the future");
  return absl::OkStatus();
}

// A merge renames a signpost's case to the record that stays, which may be a shielded one.
absl::Status HideCase(Store& store, const Caller& caller, v1::SignpostRecord& record) {
  if (record.case_reference().empty()) return absl::OkStatus();
  const auto child = store.GetChildByCase(record.case_reference());
  if (child.ok() && MaySee(caller, child->flags)) return absl::OkStatus();
  record.clear_case_reference();
  return child.ok() || absl::IsNotFound(child.status()) ? absl::OkStatus()
                                                        : FromSignposts(child.status());
}

}  // namespace

grpc::ServerUnaryReactor* OutcomeService::RecordContact(grpc::CallbackServerContext* context,
                                                        const v1::RecordContactRequest* request,
                                                        v1::SignpostRecord* response) {
  return RunUnary(context, users_, clock_, executor_, AnyCaller,
                  [this, request, response](const Caller& caller) {
                    return Record(caller, *request, *response);
                  });
}

absl::Status OutcomeService::MayRecord(const Caller& caller,
                                       const v1::RecordContactRequest& request) {
  if (SeesAll(caller)) return absl::OkStatus();  // the store says whether there is such a one
  const auto own = store_.signposts().List(caller.id, false, kMostOwn);
  if (!own.ok()) return FromSignposts(own.status());
  const bool found = std::any_of(own->begin(), own->end(), [&](const v1::SignpostRecord& record) {
    return record.question_reference() == request.question_reference() &&
           record.member() == request.member();
  });
  return found ? absl::OkStatus() : NoSuchSignpost();
}

absl::Status OutcomeService::Record(const Caller& caller, const v1::RecordContactRequest& request,
                                    v1::SignpostRecord& response) {
  const int64_t now_ms = clock_.NowMs();
  SIGNPOST_RETURN_IF_ERROR(CheckContact(request, now_ms));
  SIGNPOST_RETURN_IF_ERROR(MayRecord(caller, request));
  v1::AuditRow row;
  row.set_at_ms(now_ms);
  row.set_kind(v1::AuditRow::RECORD_CHANGED);
  row.set_actor(caller.id);
  row.set_peer(request.member());
  row.set_question_reference(request.question_reference());
  row.set_note(request.contact() == v1::MADE ? "CONTACT_MADE" : "CONTACT_NOT_MADE");
  auto record = store_.signposts().RecordContact(request, now_ms, {std::move(row)});
  if (!record.ok()) return FromSignposts(record.status());
  response = *std::move(record);
  return HideCase(store_, caller, response);
}

grpc::ServerWriteReactor<v1::SignpostRecord>* OutcomeService::ListSignposts(
    grpc::CallbackServerContext* context, const v1::ListSignpostsRequest* request) {
  const size_t limit =
      request->limit() == 0 ? kMostListed : std::min(request->limit(), kMostListed);
  return RunStream<v1::SignpostRecord>(
      context, users_, clock_, executor_, AnyCaller,
      [this, limit, open_only = request->open_only()](
          const Caller& caller, ServerStream<v1::SignpostRecord>& stream) -> absl::Status {
        const std::string actor = SeesAll(caller) ? "" : caller.id;
        auto records = store_.signposts().List(actor, open_only, limit);
        if (!records.ok()) return FromSignposts(records.status());
        for (v1::SignpostRecord& record : *records) {
          SIGNPOST_RETURN_IF_ERROR(HideCase(store_, caller, record));
          stream.Send(std::move(record));
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* OutcomeService::GetAgeing(grpc::CallbackServerContext* context,
                                                    const v1::GetAgeingRequest* /*request*/,
                                                    v1::AgeingReport* response) {
  return RunUnary(context, users_, clock_, executor_, AnyCaller,
                  [this, response](const Caller& /*caller*/) {
                    auto report = store_.signposts().Ageing(clock_.NowMs());
                    if (!report.ok()) return FromSignposts(report.status());
                    *response = *std::move(report);
                    return absl::OkStatus();
                  });
}

}  // namespace signpost::node
