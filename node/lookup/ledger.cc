#include "node/lookup/ledger.h"

#include <algorithm>
#include <tuple>

namespace signpost::node {
namespace {

// What a member that is not asked reads from the start.
std::pair<v1::Outcome, v1::NoAnswerCause> NotAsked(Admission admission) {
  switch (admission) {
    case Admission::kMaintenance:
      return {v1::NO_ANSWER, v1::MAINTENANCE};
    case Admission::kSuspended:
      return {v1::NOT_JOINED, v1::SUSPENDED};
    case Admission::kLeaving:
      return {v1::NOT_JOINED, v1::LEAVING};
    default:
      return {v1::NOT_JOINED, v1::NOT_YET_ACTIVE};
  }
}

int Rank(v1::Outcome outcome) {
  if (Reports(outcome)) return 0;
  if (outcome == v1::NO_ANSWER) return 1;
  return outcome == v1::NOT_JOINED ? 2 : 3;
}

}  // namespace

bool Reports(v1::Outcome outcome) {
  return outcome == v1::INVOLVED_NOW || outcome == v1::INVOLVED_BEFORE || outcome == v1::ASK_DESK ||
         outcome == v1::WITHHELD;
}

Ledger::Ledger(const DirectorySnapshot& snapshot, std::string_view own) : own_(own) {
  Row& own_row = rows_[own_];
  own_row.row.set_member(own_);
  own_row.row.set_own(true);
  own_row.row.set_outcome(v1::NO_ANSWER);
  own_row.row.set_cause(v1::LATE);
  if (snapshot.directory == nullptr) return;
  for (const v1::Member& member : snapshot.directory->message().members()) {
    const bool is_own = member.code() == own_;
    if (member.kind() != v1::AUTHORITY && !is_own) continue;
    Row& row = rows_[member.code()];
    row.row.set_member(member.code());
    row.row.set_name(member.name());
    *row.row.mutable_desk() = member.desk();
    if (is_own) continue;
    const Admission admission = snapshot.Admit(member.code()).admission;
    row.row.set_outcome(v1::NO_ANSWER);
    row.row.set_cause(v1::LATE);
    if (admission == Admission::kActive) {
      row.asked = true;
      ++asked_;
      continue;
    }
    const auto [outcome, cause] = NotAsked(admission);
    row.row.set_outcome(outcome);
    row.row.set_cause(cause);
    row.settled = true;
  }
}

std::vector<std::string> Ledger::MembersToAsk() const {
  std::vector<std::string> members;
  for (const auto& [code, row] : rows_) {
    if (row.asked) members.push_back(code);
  }
  return members;
}

Ledger::Row* Ledger::OpenRow(std::string_view member) {
  const auto found = rows_.find(member);
  if (found == rows_.end() || !found->second.asked || found->second.settled) return nullptr;
  return &found->second;
}

bool Ledger::SetAnswer(std::string_view member, AuthenticAnswer answer, uint32_t answered_ms) {
  Row* row = OpenRow(member);
  if (row == nullptr) return false;
  row->row.set_outcome(answer.body().outcome());
  row->row.clear_cause();
  *row->row.mutable_answer() = answer.body();
  row->row.set_answered_ms(answered_ms);
  row->settled = true;
  return true;
}

bool Ledger::SetNoAnswer(std::string_view member, v1::NoAnswerCause cause) {
  Row* row = OpenRow(member);
  if (row == nullptr) return false;
  row->row.set_outcome(v1::NO_ANSWER);
  row->row.set_cause(cause);
  row->settled = true;
  return true;
}

bool Ledger::SetNotJoined(std::string_view member, v1::NoAnswerCause cause) {
  if (!SetNoAnswer(member, cause)) return false;
  rows_.find(member)->second.row.set_outcome(v1::NOT_JOINED);
  return true;
}

void Ledger::SetOwn(AuthenticAnswer answer) {
  Row& row = rows_[own_];
  row.row.set_outcome(answer.body().outcome());
  row.row.clear_cause();
  *row.row.mutable_answer() = answer.body();
  row.settled = true;
}

void Ledger::SetOwnNoAnswer(v1::NoAnswerCause cause) {
  Row& row = rows_[own_];
  row.row.set_outcome(v1::NO_ANSWER);
  row.row.set_cause(cause);
  row.row.clear_answer();
  row.settled = true;
}

void Ledger::CloseOpenRows(v1::NoAnswerCause cause) {
  for (const std::string& member : MembersToAsk()) SetNoAnswer(member, cause);
}

bool Ledger::Settled(std::string_view member) const {
  const auto found = rows_.find(member);
  return found != rows_.end() && found->second.settled;
}

std::vector<v1::LedgerRow> Ledger::TakeNewRows() {
  std::vector<v1::LedgerRow> rows;
  for (auto& [code, row] : rows_) {
    if (!row.settled || row.streamed) continue;
    row.streamed = true;
    rows.push_back(row.row);
  }
  return rows;
}

std::vector<v1::LedgerRow> Ledger::Rows() const {
  std::vector<v1::LedgerRow> rows;
  for (const auto& [code, row] : rows_) rows.push_back(row.row);
  std::sort(rows.begin(), rows.end(), [](const v1::LedgerRow& a, const v1::LedgerRow& b) {
    return std::make_tuple(Rank(a.outcome()), std::string_view(a.name()),
                           std::string_view(a.member())) <
           std::make_tuple(Rank(b.outcome()), std::string_view(b.name()),
                           std::string_view(b.member()));
  });
  return rows;
}

v1::Completeness Ledger::completeness() const {
  const bool all = std::all_of(rows_.begin(), rows_.end(), [](const auto& entry) {
    return entry.second.settled && entry.second.row.has_answer();
  });
  return all ? v1::COMPLETE : v1::INCOMPLETE;
}

uint32_t Ledger::answered() const {
  uint32_t count = 0;
  for (const auto& [code, row] : rows_) count += row.asked && row.row.has_answer();
  return count;
}

uint32_t Ledger::reporting() const {
  uint32_t count = 0;
  for (const auto& [code, row] : rows_) count += Reports(row.row.outcome());
  return count;
}

v1::Summary Ledger::Summary() const {
  v1::Summary summary;
  summary.set_completeness(completeness());
  summary.set_asked(asked_);
  summary.set_answered(answered());
  summary.set_reporting(reporting());
  return summary;
}

}  // namespace signpost::node
