#include "node/service/protection_work.h"

#include <algorithm>
#include <string>
#include <utility>

#include "node/record/civil_date.h"
#include "node/rules/desk.h"
#include "node/rules/protection.h"
#include "node/service/record_access.h"
#include "proto/limits.h"
#include "proto/transport/errors.h"

namespace signpost::node {
namespace {

constexpr uint32_t kMostPairs = 1000;
constexpr uint32_t kShieldMonths = 6;

v1::ProtectionReply ReplyOf(const Caller& caller, const std::vector<DuplicateFinding>& findings) {
  if (!ToldOfDuplicates(caller)) return {};
  const auto quarantined = std::count_if(findings.begin(), findings.end(),
                                         [](const auto& f) { return f.quarantine_other; });
  v1::ProtectionReply reply;
  reply.set_quarantined(static_cast<uint32_t>(quarantined));
  return reply;
}

// The end of a SPIFFE id names the person; one that is too long must not keep a child unshielded.
std::string DecidedBy(const Caller& caller) {
  return caller.id.substr(caller.id.size() - std::min(caller.id.size(), kMaxPersonBytes));
}

// One row for each of the two, so that either case shows it.
std::vector<v1::AuditRow> RowsFor(v1::AuditRow::Kind kind, const Caller& caller,
                                  const ChildRow& first, const ChildRow& second,
                                  std::string_view note, int64_t now_ms) {
  return {AuditOf(kind, caller, first.case_reference, note, now_ms),
          AuditOf(kind, caller, second.case_reference, note, now_ms)};
}

}  // namespace

absl::StatusOr<v1::ProtectionReply> ProtectionWork::Shield(const Caller& caller,
                                                           const v1::ShieldRequest& request) {
  const int64_t now_ms = clock_.NowMs();
  const std::chrono::sys_days today = DayOf(now_ms);
  node::Shield shield{request.reason(), DecidedBy(caller), request.review_by()};
  if (shield.review_by.empty()) shield.review_by = FormatDay(MonthsAfter(today, kShieldMonths));
  const absl::Status fine = CheckShieldDecision(shield, today);
  if (!fine.ok()) return FromStore(fine);
  return gate_.Alone([&](DuplicateFinder& finder) -> absl::StatusOr<v1::ProtectionReply> {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child,
                              FindVisible(store_, caller, request.case_reference()));
    const auto findings = finder.FindForShield(child.id);
    if (!findings.ok()) return FromStore(findings.status());
    const absl::Status stored =
        store_.ShieldChild(child.id, shield, *findings, now_ms,
                           {AuditOf(v1::AuditRow::PROTECTION_CHANGED, caller, child.case_reference,
                                    "SHIELDED", now_ms)});
    if (!stored.ok()) return FromStore(stored);
    return ReplyOf(caller, *findings);
  });
}

absl::StatusOr<v1::DeskItem> ProtectionWork::RequestUnshield(
    const Caller& caller, const v1::RequestUnshieldRequest& request) {
  SIGNPOST_RETURN_IF_ERROR(NeedsPerson(caller));
  SIGNPOST_RETURN_IF_ERROR(CheckReasonCode(request.reason()));
  return gate_.Alone([&](DuplicateFinder&) -> absl::StatusOr<v1::DeskItem> {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child,
                              FindVisible(store_, caller, request.case_reference()));
    if (!child.flags.shielded) return BadDetails("case_reference: this record is not shielded");
    const int64_t now_ms = clock_.NowMs();
    DeskQuery query;
    query.kinds = {v1::APPROVAL_UNSHIELD};
    query.case_reference = child.case_reference;
    query.open_only = true;
    query.limit = kMostPairs;
    auto open = store_.desk().List(query);
    if (!open.ok()) return FromStore(open.status());
    for (v1::DeskItem& item : *open) {
      if (!IsParting(item) && now_ms < item.due_ms()) return std::move(item);
    }
    const auto noted =
        store_.AppendAuditAndDesk({AuditOf(v1::AuditRow::PROTECTION_CHANGED, caller,
                                           child.case_reference, "UNSHIELDING_REQUESTED", now_ms)},
                                  {},
                                  {RequestOf(v1::APPROVAL_UNSHIELD, caller.id, child.case_reference,
                                             request.reason(), now_ms)},
                                  now_ms);
    if (!noted.ok()) return FromStore(noted.status());
    bell_.Ring();
    query.limit = 1;
    const auto newest = store_.desk().List(query);
    if (!newest.ok()) return FromStore(newest.status());
    if (newest->empty()) return FromStore(absl::DataLossError("a stored item is not there"));
    return newest->front();
  });
}

absl::StatusOr<v1::ProtectionReply> ProtectionWork::Separate(const Caller& caller,
                                                             const v1::SeparateRequest& request) {
  const auto reply =
      gate_.Alone([&](DuplicateFinder& finder) -> absl::StatusOr<v1::ProtectionReply> {
        SIGNPOST_ASSIGN_OR_RETURN(const RecordPair pair, FindPair(caller, request.case_reference(),
                                                                  request.other_case_reference()));
        SIGNPOST_ASSIGN_OR_RETURN(
            const uint32_t quarantined,
            PartOrAsk(store_, finder, bell_, caller, pair, Parting::kSeparate, clock_.NowMs()));
        v1::ProtectionReply separated;
        if (ToldOfDuplicates(caller)) separated.set_quarantined(quarantined);
        return separated;
      });
  if (reply.ok()) changed_({});
  return reply;
}

absl::StatusOr<std::vector<v1::DuplicatePair>> ProtectionWork::ListDuplicates(
    const v1::ListDuplicatesRequest& request) {
  const uint32_t limit = request.limit() == 0 ? kMostPairs : std::min(request.limit(), kMostPairs);
  auto pairs = store_.duplicates().ListOpen(limit);
  if (!pairs.ok()) return FromStore(pairs.status());
  return pairs;
}

absl::StatusOr<v1::ProtectionReply> ProtectionWork::DecideDuplicate(
    const Caller& caller, const v1::DecideDuplicateRequest& request) {
  SIGNPOST_RETURN_IF_ERROR(NeedsPerson(caller));
  if (request.decision() != v1::MERGE && request.decision() != v1::DIFFERENT) {
    return BadDetails("decision: say whether they are one child or two");
  }
  return gate_.Alone([&](DuplicateFinder& finder) -> absl::StatusOr<v1::ProtectionReply> {
    SIGNPOST_ASSIGN_OR_RETURN(const RecordPair pair, FindPair(caller, request.case_reference(),
                                                              request.other_case_reference()));
    if (request.decision() == v1::MERGE) return Merge(caller, finder, pair);
    SIGNPOST_RETURN_IF_ERROR(
        PartOrAsk(store_, finder, bell_, caller, pair, Parting::kDifferent, clock_.NowMs())
            .status());
    return v1::ProtectionReply();
  });
}

absl::StatusOr<v1::ProtectionReply> ProtectionWork::ConfirmShields(const Caller& caller) {
  SIGNPOST_RETURN_IF_ERROR(NeedsPerson(caller));
  const absl::Status confirmed = store_.ConfirmShields(
      {AuditOf(v1::AuditRow::PROTECTION_CHANGED, caller, "", "SHIELDS_CONFIRMED", clock_.NowMs())});
  if (!confirmed.ok()) return FromStore(confirmed);
  return v1::ProtectionReply();
}

absl::StatusOr<RecordPair> ProtectionWork::FindPair(const Caller& caller, std::string_view first,
                                                    std::string_view second) {
  RecordPair pair;
  SIGNPOST_ASSIGN_OR_RETURN(pair.first, FindVisible(store_, caller, first));
  SIGNPOST_ASSIGN_OR_RETURN(pair.second, FindVisible(store_, caller, second));
  if (pair.first.id == pair.second.id) {
    return BadDetails("other_case_reference: both are the same record");
  }
  return pair;
}

absl::StatusOr<v1::ProtectionReply> ProtectionWork::Merge(const Caller& caller,
                                                          DuplicateFinder& finder,
                                                          const RecordPair& pair) {
  const auto separated = store_.AreSeparated(pair.first.id, pair.second.id);
  if (!separated.ok()) return FromStore(separated.status());
  SIGNPOST_RETURN_IF_ERROR(JudgeMerge(*separated));
  const v1::ChildDetails merged = MergeDetails(pair.first.details, pair.second.details);
  const bool shielded = pair.first.flags.shielded || pair.second.flags.shielded;
  ChildWrite findings;
  if (!shielded) {
    SIGNPOST_ASSIGN_OR_RETURN(findings, JudgeMerged(finder, pair, merged));
  }
  const absl::Status stored = store_.MergeChildren(
      pair.first.id, pair.second.id, merged, finder.Blocking(merged), clock_.NowMs(),
      RowsFor(v1::AuditRow::DECISION, caller, pair.first, pair.second, "MERGED", clock_.NowMs()));
  // Two halves of different pairs, perhaps: the store has the last word on who must never be one.
  if (absl::IsFailedPrecondition(stored)) return JudgeMerge(true);
  if (!stored.ok()) return FromStore(stored);
  changed_({pair.second.id});
  if (!shielded) return KeepFindings(caller, findings);
  return ShieldAgain(caller, finder, pair.first.id);
}

absl::StatusOr<ChildWrite> ProtectionWork::JudgeMerged(DuplicateFinder& finder,
                                                       const RecordPair& pair,
                                                       const v1::ChildDetails& merged) {
  std::vector<ChildWrite> writes(1);
  writes[0].case_reference = pair.first.case_reference;
  writes[0].details = merged;
  SIGNPOST_RETURN_IF_ERROR(FromStore(finder.Judge(writes)));
  std::erase_if(writes[0].duplicates, [&](const DuplicateFinding& finding) {
    return finding.other_case == pair.second.case_reference;
  });
  return std::move(writes[0]);
}

absl::StatusOr<v1::ProtectionReply> ProtectionWork::KeepFindings(const Caller& caller,
                                                                 const ChildWrite& write) {
  if (write.duplicates.empty() && !write.quarantine) return v1::ProtectionReply();
  const int64_t now_ms = clock_.NowMs();
  std::vector<v1::AuditRow> rows;
  if (write.quarantine) {
    rows.push_back(AuditOf(v1::AuditRow::PROTECTION_CHANGED, caller, write.case_reference,
                           "QUARANTINED", now_ms));
  }
  if (!store_.UpsertChildren({&write, 1}, now_ms, std::move(rows)).ok()) {
    return MakeError(absl::StatusCode::kUnavailable, reason::kStoreFailed,
                     "the records are merged, but what else resembles them is not kept; correct "
                     "the record when this node's administrator has looked at the disk");
  }
  v1::ProtectionReply reply;
  reply.set_quarantined(write.quarantine ? 1 : 0);
  return reply;
}

absl::StatusOr<v1::ProtectionReply> ProtectionWork::ShieldAgain(const Caller& caller,
                                                                DuplicateFinder& finder,
                                                                int64_t survivor) {
  const auto child = store_.GetChild(survivor);
  if (!child.ok()) return FromStore(child.status());
  const int64_t now_ms = clock_.NowMs();
  const auto findings = finder.FindForShield(survivor);
  if (!findings.ok()) return FromStore(findings.status());
  const auto row = AuditOf(v1::AuditRow::PROTECTION_CHANGED, caller, child->case_reference,
                           "SHIELD_KEPT", now_ms);
  SIGNPOST_RETURN_IF_ERROR(
      FromStore(store_.ShieldChild(survivor, *child->shield, *findings, now_ms, {row})));
  if (child->flags.quarantined) {
    // It waited for this very decision; the shield now protects it.
    SIGNPOST_RETURN_IF_ERROR(FromStore(store_.SetQuarantined(survivor, false, {})));
  }
  return ReplyOf(caller, *findings);
}

}  // namespace signpost::node
