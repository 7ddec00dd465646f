#include "node/service/protection_apart.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "node/rules/desk.h"
#include "node/service/record_access.h"
#include "proto/transport/errors.h"

namespace signpost::node {
namespace {

constexpr char kDifferent[] = "DIFFERENT";
constexpr char kSeparate[] = "SEPARATE";
constexpr uint32_t kMostRequests = 1000;

// One row for each of the two, so that either case shows it.
std::vector<v1::AuditRow> RowsFor(v1::AuditRow::Kind kind, const Caller& caller,
                                  const RecordPair& pair, std::string_view note, int64_t now_ms) {
  return {AuditOf(kind, caller, pair.first.case_reference, note, now_ms),
          AuditOf(kind, caller, pair.second.case_reference, note, now_ms)};
}

DuplicateFinding Towards(DuplicateFinding finding, const ChildRow& half) {
  finding.other_case = half.case_reference;
  finding.quarantine_other = false;
  return finding;
}

// Unshielded records that resemble both halves as they were before they were parted: an answer for
// one of these would link the two identities.
absl::StatusOr<std::vector<ChildWrite>> FindLinks(Store& store, DuplicateFinder& finder,
                                                  const RecordPair& pair) {
  SIGNPOST_ASSIGN_OR_RETURN(const auto of_first, finder.FindForShield(pair.first.id));
  SIGNPOST_ASSIGN_OR_RETURN(const auto of_second, finder.FindForShield(pair.second.id));
  std::vector<ChildWrite> links;
  for (const DuplicateFinding& one : of_first) {
    const auto other = std::find_if(
        of_second.begin(), of_second.end(),
        [&](const DuplicateFinding& finding) { return finding.other_case == one.other_case; });
    if (other == of_second.end()) continue;
    auto third = store.GetChildByCase(one.other_case);
    if (absl::IsNotFound(third.status())) continue;
    if (!third.ok()) return third.status();
    if (third->flags.shielded) continue;
    ChildWrite& write = links.emplace_back();
    write.case_reference = std::move(third->case_reference);
    write.details = std::move(third->details);
    write.quarantine = true;
    write.duplicates = {Towards(one, pair.first), Towards(*other, pair.second)};
  }
  return links;
}

// Before the two are parted, so that nothing is told in between.
absl::StatusOr<uint32_t> QuarantineLinks(Store& store, DuplicateFinder& finder,
                                         const Caller& caller, const RecordPair& pair,
                                         int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<ChildWrite> links, FindLinks(store, finder, pair));
  if (links.empty()) return 0;
  std::vector<v1::AuditRow> rows;
  for (const ChildWrite& link : links) {
    rows.push_back(AuditOf(v1::AuditRow::PROTECTION_CHANGED, caller, link.case_reference,
                           "QUARANTINED", now_ms));
  }
  SIGNPOST_RETURN_IF_ERROR(store.UpsertChildren(links, now_ms, std::move(rows)).status());
  return static_cast<uint32_t>(links.size());
}

absl::StatusOr<uint32_t> Part(Store& store, DuplicateFinder& finder, const Caller& caller,
                              const RecordPair& pair, Parting parting, int64_t now_ms) {
  if (parting == Parting::kDifferent) {
    SIGNPOST_RETURN_IF_ERROR(FromStore(store.duplicates().DecideDifferent(
        pair.first.id, pair.second.id,
        RowsFor(v1::AuditRow::DECISION, caller, pair, "TWO_CHILDREN", now_ms))));
    return 0;
  }
  const auto links = QuarantineLinks(store, finder, caller, pair, now_ms);
  if (!links.ok()) return FromStore(links.status());
  SIGNPOST_RETURN_IF_ERROR(FromStore(store.Separate(
      pair.first.id, pair.second.id,
      RowsFor(v1::AuditRow::PROTECTION_CHANGED, caller, pair, "SEPARATED", now_ms))));
  return *links;
}

absl::StatusOr<uint64_t> FindRequest(Store& store, const v1::DeskItem& wanted, int64_t now_ms) {
  DeskQuery query;
  query.kinds = {v1::APPROVAL_UNSHIELD};
  query.case_reference = wanted.case_reference();
  query.open_only = true;
  query.limit = kMostRequests;
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<v1::DeskItem> open, store.desk().List(query));
  for (const v1::DeskItem& item : open) {
    if (item.reason() == wanted.reason() && now_ms < item.due_ms() &&
        item.question_reference() == wanted.question_reference()) {
      return item.number();
    }
  }
  return 0;
}

// The number of the request, an open one's if there is one.
absl::StatusOr<uint64_t> Ask(Store& store, DeskBell& bell, const Caller& caller,
                             const RecordPair& pair, Parting parting, int64_t now_ms) {
  const ChildRow& shielded = pair.first.flags.shielded ? pair.first : pair.second;
  const ChildRow& other = pair.first.flags.shielded ? pair.second : pair.first;
  v1::DeskItem wanted = RequestOf(v1::APPROVAL_UNSHIELD, caller.id, shielded.case_reference,
                                  parting == Parting::kDifferent ? kDifferent : kSeparate, now_ms);
  wanted.set_question_reference(other.case_reference);
  SIGNPOST_ASSIGN_OR_RETURN(const uint64_t open, FindRequest(store, wanted, now_ms));
  if (open != 0) return open;
  SIGNPOST_RETURN_IF_ERROR(store
                               .AppendAuditAndDesk(RowsFor(v1::AuditRow::PROTECTION_CHANGED, caller,
                                                           pair, "PARTING_REQUESTED", now_ms),
                                                   {}, {wanted}, now_ms)
                               .status());
  bell.Ring();
  return FindRequest(store, wanted, now_ms);
}

absl::StatusOr<ChildRow> StillThere(Store& store, std::string_view case_reference) {
  SIGNPOST_ASSIGN_OR_RETURN(ChildRow child, store.GetChildByCase(case_reference));
  if (child.case_reference == case_reference) return child;
  return absl::NotFoundError("the record was merged away");
}

}  // namespace

bool IsParting(const v1::DeskItem& item) {
  return item.kind() == v1::APPROVAL_UNSHIELD && !item.question_reference().empty();
}

absl::StatusOr<uint32_t> PartOrAsk(Store& store, DuplicateFinder& finder, DeskBell& bell,
                                   const Caller& caller, const RecordPair& pair, Parting parting,
                                   int64_t now_ms) {
  if (!pair.first.flags.shielded && !pair.second.flags.shielded) {
    return Part(store, finder, caller, pair, parting, now_ms);
  }
  const auto number = Ask(store, bell, caller, pair, parting, now_ms);
  if (!number.ok()) return FromStore(number.status());
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kSecondPerson,
                   absl::StrCat("one of the two is shielded, so nothing has changed yet: a second "
                                "person must confirm it on the desk, item ",
                                *number, " of the approvals, within 24 hours"));
}

absl::Status PartAsRequested(Store& store, DuplicateFinder& finder, const Caller& caller,
                             const v1::DeskItem& item, int64_t now_ms) {
  RecordPair pair;
  SIGNPOST_ASSIGN_OR_RETURN(pair.first, StillThere(store, item.case_reference()));
  SIGNPOST_ASSIGN_OR_RETURN(pair.second, StillThere(store, item.question_reference()));
  if (pair.first.id == pair.second.id) return absl::NotFoundError("the two were merged");
  if (item.reason() != kDifferent && item.reason() != kSeparate) {
    return absl::InvalidArgumentError("the request says not what to do");
  }
  const Parting parting = item.reason() == kDifferent ? Parting::kDifferent : Parting::kSeparate;
  return Part(store, finder, caller, pair, parting, now_ms).status();
}

}  // namespace signpost::node
