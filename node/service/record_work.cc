#include "node/service/record_work.h"

#include <algorithm>
#include <string>
#include <utility>

#include "node/importer/import.h"
#include "node/record/civil_date.h"
#include "node/rules/retention.h"
#include "node/service/explain_match.h"
#include "node/service/record_access.h"
#include "node/service/record_check.h"
#include "proto/base/bytes.h"
#include "proto/limits.h"
#include "proto/transport/errors.h"

namespace signpost::node {
namespace {

absl::Status NoSuchInvolvement() {
  return MakeError(absl::StatusCode::kNotFound, reason::kNoSuchCase,
                   "the record has no involvement with this reference");
}

// One message for a record that the caller sees, one that it may not see, and one merged away.
absl::Status CaseExists() {
  return MakeError(absl::StatusCode::kAlreadyExists, reason::kCaseExists,
                   "this case reference is or was in use: correct that record, or take another "
                   "reference");
}

bool Leads(const v1::PersonName& name) {
  return name.kind() == v1::PersonName::CURRENT || name.kind() == v1::PersonName::KIND_UNSPECIFIED;
}

// A corrected half of a separated pair, with what its corrector was not shown (OwnIdentityOnly).
v1::ChildDetails KeepUnseen(v1::ChildDetails corrected, const v1::ChildDetails& stored) {
  bool led = false;
  for (const v1::PersonName& name : stored.names()) {
    const bool leads = !led && Leads(name);
    led |= leads;
    const bool seen = leads || name.kind() == v1::PersonName::PREFERRED;
    if (!seen && corrected.names_size() < static_cast<int>(kMaxNames)) {
      *corrected.add_names() = name;
    }
  }
  for (const v1::Address& address : stored.addresses()) {
    const bool unseen =
        address.kind() == v1::Address::FORMER || address.kind() == v1::Address::NO_FIXED_ADDRESS;
    if (unseen && corrected.addresses_size() < static_cast<int>(kMaxAddresses)) {
      *corrected.add_addresses() = address;
    }
  }
  if (corrected.nhs_number().empty()) corrected.set_nhs_number(stored.nhs_number());
  if (corrected.upn().empty()) corrected.set_upn(stored.upn());
  return corrected;
}

absl::Status BadDay(std::string_view field) {
  return BadDetails(absl::StrCat(ToAbsl(field), ": give a day as YYYY-MM-DD, not in the future"));
}

absl::Status CheckConsentChange(const v1::SetConsentRequest& request, const v1::Consent& standing,
                                std::chrono::sys_days today) {
  const bool gives = !request.given_by().empty() || !request.given_on().empty();
  const bool withdraws = !request.withdrawn_on().empty();
  if (gives == withdraws) {
    return BadDetails("say who gave consent and when, or when it was withdrawn: one of the two");
  }
  // The people's day may be one ahead of UTC's.
  const auto latest = today + std::chrono::days(1);
  const auto day = ParseDay(gives ? request.given_on() : request.withdrawn_on());
  if (!day.has_value() || *day > latest) return BadDay(gives ? "given_on" : "withdrawn_on");
  if (gives && (request.given_by().empty() || request.given_by().size() > kMaxPersonBytes)) {
    return BadDetails("given_by: say who gave consent, in at most 120 bytes");
  }
  if (withdraws && standing.given_on().empty()) {
    return BadDetails("withdrawn_on: there is no consent to withdraw");
  }
  return absl::OkStatus();
}

// What the caller may know of what was found.
v1::PutChildReply ReplyTo(const Caller& caller, const ChildWrite& write) {
  v1::PutChildReply reply;
  if (!ToldOfDuplicates(caller)) return reply;
  reply.set_possible_duplicates(static_cast<uint32_t>(write.duplicates.size()));
  reply.set_waits_for_decision(write.quarantine);
  return reply;
}

// The later of a withdrawal and what is written counts, as in an import. Days are YYYY-MM-DD, which
// sorts as text.
void KeepWithdrawal(const v1::Involvement& stored, v1::Involvement& involvement) {
  const std::string& withdrawn = stored.consent().withdrawn_on();
  if (withdrawn.empty() || !involvement.consent().withdrawn_on().empty()) return;
  if (involvement.consent().given_on() > withdrawn) return;
  involvement.mutable_consent()->set_withdrawn_on(withdrawn);
}

v1::Consent ConsentAfter(const v1::SetConsentRequest& request, v1::Consent consent,
                         std::chrono::sys_days today) {
  if (request.withdrawn_on().empty()) {
    consent.set_given_by(request.given_by());
    consent.set_given_on(std::min(request.given_on(), FormatDay(today)));
    consent.clear_withdrawn_on();
  } else {
    // Not tomorrow's day by summer time: withdrawn is withdrawn with the next question.
    consent.set_withdrawn_on(std::min(request.withdrawn_on(), FormatDay(today)));
  }
  return consent;
}

}  // namespace

absl::StatusOr<v1::ImportChunkReply> RecordWork::Import(const Caller& caller,
                                                        const v1::ImportChunkRequest& request) {
  const int64_t now_ms = clock_.NowMs();
  auto reply = gate_.Alone([&](DuplicateFinder& finder) {
    return ImportChunk(
        store_, finder, request, training_, now_ms,
        {AuditOf(v1::AuditRow::IMPORT_DONE, caller, "",
                 request.kind() == v1::IMPORT_INVOLVEMENTS ? "INVOLVEMENTS" : "CHILDREN", now_ms)});
  });
  if (absl::IsInvalidArgument(reply.status())) {
    return MakeError(reply.status().code(), reason::kHeaderLine,
                     FromAbsl(reply.status().message()));
  }
  if (!reply.ok()) return FromStore(reply.status());
  if (reply->accepted() > 0 && !request.check_only()) changed_();
  if (!ToldOfDuplicates(caller)) {
    reply->clear_quarantined();
    reply->clear_duplicates();
    if (reply->has_quality()) reply->mutable_quality()->clear_duplicates();
  }
  return reply;
}

absl::StatusOr<v1::ChildRecord> RecordWork::Get(const Caller& caller,
                                                const v1::GetChildRequest& request) {
  SIGNPOST_ASSIGN_OR_RETURN(ChildRow child, FindVisible(store_, caller, request.case_reference()));
  const auto involvements = store_.ListInvolvements(child.id);
  if (!involvements.ok()) return FromStore(involvements.status());
  SIGNPOST_RETURN_IF_ERROR(Read(caller, child, ""));
  v1::ChildRecord record;
  record.set_case_reference(child.case_reference);
  *record.mutable_details() = VisibleDetails(caller, child);
  // Carers of one identity would lead to the other.
  if (!child.flags.separated || SeesProtected(caller)) {
    for (v1::Carer& carer : child.carers) *record.add_carers() = std::move(carer);
  }
  for (const InvolvementRow& row : *involvements) {
    if (!MaySee(caller, row.involvement)) continue;
    v1::InvolvementRecord* added = record.add_involvements();
    added->set_involvement_reference(row.reference);
    *added->mutable_involvement() = row.involvement;
  }
  record.set_findable(Findable(caller, child));
  return record;
}

absl::StatusOr<v1::PutChildReply> RecordWork::Put(const Caller& caller,
                                                  const v1::PutChildRequest& request) {
  SIGNPOST_ASSIGN_OR_RETURN(
      ChildWrite write,
      CheckChild(request, training_ ? NumberUse::kTraining : NumberUse::kProduction,
                 clock_.NowMs()));
  auto reply = gate_.Alone([&](DuplicateFinder& finder) {
    return request.correct() ? Correct(caller, finder, std::move(write))
                             : Add(caller, finder, std::move(write));
  });
  if (reply.ok()) changed_();
  return reply;
}

absl::StatusOr<v1::PutChildReply> RecordWork::Add(const Caller& caller, DuplicateFinder& finder,
                                                  ChildWrite write) {
  const absl::Status there = store_.GetChildByCase(write.case_reference).status();
  if (there.ok()) return CaseExists();
  if (!absl::IsNotFound(there)) return FromStore(there);
  return Keep(caller, finder, std::move(write), "CHILD_ADDED");
}

absl::StatusOr<v1::PutChildReply> RecordWork::Correct(const Caller& caller, DuplicateFinder& finder,
                                                      ChildWrite write) {
  SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child,
                            FindVisible(store_, caller, write.case_reference));
  write.case_reference = child.case_reference;
  if (child.flags.separated && !SeesProtected(caller)) {
    write.details = KeepUnseen(std::move(write.details), child.details);
  }
  return Keep(caller, finder, std::move(write), "CHILD_CORRECTED");
}

absl::StatusOr<v1::PutChildReply> RecordWork::Keep(const Caller& caller, DuplicateFinder& finder,
                                                   ChildWrite write, std::string_view note) {
  const int64_t now_ms = clock_.NowMs();
  std::vector<ChildWrite> writes;
  writes.push_back(std::move(write));
  SIGNPOST_RETURN_IF_ERROR(FromStore(finder.Judge(writes)));
  const auto outcomes = store_.UpsertChildren(
      writes, now_ms,
      {AuditOf(v1::AuditRow::RECORD_CHANGED, caller, writes[0].case_reference, note, now_ms)});
  if (!outcomes.ok()) return FromStore(outcomes.status());
  if (outcomes->front() == WriteOutcome::kSuperseded) return CaseExists();
  return ReplyTo(caller, writes[0]);
}

absl::StatusOr<std::vector<v1::ChildVersion>> RecordWork::ListHistory(
    const Caller& caller, const v1::GetChildRequest& request) {
  SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child,
                            FindVisible(store_, caller, request.case_reference()));
  auto versions = store_.ListHistory(child.id);
  if (!versions.ok()) return FromStore(versions.status());
  SIGNPOST_RETURN_IF_ERROR(Read(caller, child, "HISTORY"));
  return versions;
}

absl::StatusOr<v1::Explanation> RecordWork::Explain(const Caller& caller,
                                                    const v1::ExplainMatchRequest& request) {
  SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child,
                            FindVisible(store_, caller, request.case_reference()));
  SIGNPOST_RETURN_IF_ERROR(Read(caller, child, "EXPLAIN_MATCH"));
  return ExplainMatchOf(request.details(), child, gate_.children());
}

absl::StatusOr<v1::InvolvementReply> RecordWork::Open(const Caller& caller,
                                                      const v1::OpenInvolvementRequest& request) {
  return gate_.Alone([&](DuplicateFinder&) -> absl::StatusOr<v1::InvolvementReply> {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child,
                              FindVisible(store_, caller, request.case_reference()));
    SIGNPOST_RETURN_IF_ERROR(CheckInvolvement(request, clock_.NowMs()));
    SIGNPOST_ASSIGN_OR_RETURN(const v1::Involvement involvement, Replacing(caller, child, request));
    return Write(caller, child, request.involvement_reference(), involvement, "INVOLVEMENT_OPENED");
  });
}

absl::StatusOr<v1::Involvement> RecordWork::Replacing(const Caller& caller, const ChildRow& child,
                                                      const v1::OpenInvolvementRequest& request) {
  SIGNPOST_ASSIGN_OR_RETURN(const auto stored,
                            StoredInvolvement(child, request.involvement_reference()));
  v1::Involvement involvement = request.involvement();
  if (!stored.has_value()) return involvement;
  // Nobody overwrites what they were not shown: its consent and its service would go unseen.
  if (!MaySee(caller, stored->involvement)) {
    return BadDetails("involvement_reference: take another one");
  }
  KeepWithdrawal(stored->involvement, involvement);
  return involvement;
}

absl::StatusOr<v1::InvolvementReply> RecordWork::Close(const Caller& caller,
                                                       const v1::CloseInvolvementRequest& request) {
  const int64_t now_ms = clock_.NowMs();
  return gate_.Alone([&](DuplicateFinder&) -> absl::StatusOr<v1::InvolvementReply> {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child,
                              FindVisible(store_, caller, request.case_reference()));
    SIGNPOST_RETURN_IF_ERROR(
        FindInvolvement(caller, child, request.involvement_reference()).status());
    const auto outcome = store_.CloseInvolvement(
        child.case_reference, request.involvement_reference(), request.end_on(), now_ms,
        {AuditOf(v1::AuditRow::RECORD_CHANGED, caller, child.case_reference, "INVOLVEMENT_CLOSED",
                 now_ms)});
    if (!outcome.ok()) return FromStore(outcome.status());
    if (*outcome == WriteOutcome::kNoSuchCase || *outcome == WriteOutcome::kNoSuchInvolvement) {
      return NoSuchInvolvement();
    }
    v1::InvolvementReply reply;
    reply.set_involvement_reference(request.involvement_reference());
    reply.set_changed(*outcome != WriteOutcome::kUnchanged);
    return reply;
  });
}

absl::StatusOr<v1::InvolvementReply> RecordWork::Renew(const Caller& caller,
                                                       const v1::RenewInvolvementRequest& request) {
  const std::chrono::sys_days today = DayOf(clock_.NowMs());
  return gate_.Alone([&](DuplicateFinder&) -> absl::StatusOr<v1::InvolvementReply> {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child,
                              FindVisible(store_, caller, request.case_reference()));
    SIGNPOST_ASSIGN_OR_RETURN(InvolvementRow row,
                              FindInvolvement(caller, child, request.involvement_reference()));
    const auto review_by = ReviewBy(request.review_by(), today);
    if (!review_by.ok()) return FromStore(review_by.status());
    if (!row.involvement.end_on().empty() && row.involvement.end_on() <= FormatDay(today)) {
      return BadDetails("involvement_reference: it has ended; open a new one");
    }
    row.involvement.set_review_by(*review_by);
    return Write(caller, child, row.reference, row.involvement, "INVOLVEMENT_RENEWED");
  });
}

absl::StatusOr<v1::InvolvementReply> RecordWork::SetConsent(const Caller& caller,
                                                            const v1::SetConsentRequest& request) {
  const std::chrono::sys_days today = DayOf(clock_.NowMs());
  return gate_.Alone([&](DuplicateFinder&) -> absl::StatusOr<v1::InvolvementReply> {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child,
                              FindVisible(store_, caller, request.case_reference()));
    SIGNPOST_ASSIGN_OR_RETURN(InvolvementRow row,
                              FindInvolvement(caller, child, request.involvement_reference()));
    SIGNPOST_RETURN_IF_ERROR(CheckConsentChange(request, row.involvement.consent(), today));
    *row.involvement.mutable_consent() = ConsentAfter(request, row.involvement.consent(), today);
    return Write(caller, child, row.reference, row.involvement,
                 request.withdrawn_on().empty() ? "CONSENT_GIVEN" : "CONSENT_WITHDRAWN");
  });
}

absl::StatusOr<std::optional<InvolvementRow>> RecordWork::StoredInvolvement(
    const ChildRow& child, std::string_view reference) {
  auto rows = store_.ListInvolvements(child.id);
  if (!rows.ok()) return FromStore(rows.status());
  const auto found = std::find_if(rows->begin(), rows->end(), [&](const InvolvementRow& row) {
    return row.reference == reference;
  });
  if (found == rows->end()) return std::nullopt;
  return std::move(*found);
}

absl::StatusOr<InvolvementRow> RecordWork::FindInvolvement(const Caller& caller,
                                                           const ChildRow& child,
                                                           std::string_view reference) {
  SIGNPOST_ASSIGN_OR_RETURN(auto stored, StoredInvolvement(child, reference));
  if (!stored.has_value() || !MaySee(caller, stored->involvement)) return NoSuchInvolvement();
  return *std::move(stored);
}

absl::StatusOr<v1::InvolvementReply> RecordWork::Write(const Caller& caller, const ChildRow& child,
                                                       std::string_view reference,
                                                       const v1::Involvement& involvement,
                                                       std::string_view note) {
  const int64_t now_ms = clock_.NowMs();
  const InvolvementWrite write{child.case_reference, std::string(reference), involvement};
  const auto outcomes = store_.UpsertInvolvements(
      {&write, 1}, now_ms,
      {AuditOf(v1::AuditRow::RECORD_CHANGED, caller, child.case_reference, note, now_ms)});
  if (!outcomes.ok()) return FromStore(outcomes.status());
  if (outcomes->front() == WriteOutcome::kNoSuchCase) return NoSuchCase();
  v1::InvolvementReply reply;
  reply.set_involvement_reference(write.reference);
  reply.set_changed(outcomes->front() != WriteOutcome::kUnchanged);
  return reply;
}

absl::Status RecordWork::Read(const Caller& caller, const ChildRow& child, std::string_view note) {
  const int64_t now_ms = clock_.NowMs();
  return FromStore(store_
                       .AppendAudit({AuditOf(v1::AuditRow::RECORD_READ, caller,
                                             child.case_reference, note, now_ms)},
                                    {}, now_ms)
                       .status());
}

bool RecordWork::Findable(const Caller& caller, const ChildRow& child) {
  if (child.flags.archived) return false;
  if (child.flags.quarantined && ToldOfDuplicates(caller)) return false;
  const std::optional<uint32_t> epoch = asking_epoch_();
  if (!epoch.has_value()) return false;
  const auto tags = store_.LoadTags(*epoch, child.id);
  return tags.ok() && tags->revision == child.revision && !tags->tags.empty();
}

}  // namespace signpost::node
