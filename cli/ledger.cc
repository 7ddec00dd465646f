#include "cli/ledger.h"

#include <algorithm>

#include "cli/text.h"

namespace signpost::cli {
namespace {

// A row without the desk or person that its outcome promises cannot be acted on.
bool HasSignposts(const v1::LedgerRow& row) {
  return row.has_answer() && row.answer().signposts_size() > 0;
}

bool HasDesk(const v1::LedgerRow& row) {
  return row.has_answer() || !row.desk().telephone().empty();
}

bool Reports(RowKind kind) {
  return kind == RowKind::kNow || kind == RowKind::kBefore || kind == RowKind::kAskDesk ||
         kind == RowKind::kWithheld;
}

bool SummaryIsComplete(const v1::Ledger& ledger) {
  return ledger.has_summary() && ledger.summary().completeness() == v1::COMPLETE &&
         !ledger.summary().keys_partial();
}

}  // namespace

RowKind KindOf(const v1::LedgerRow& row) {
  switch (row.outcome()) {
    case v1::INVOLVED_NOW:
      return HasSignposts(row) ? RowKind::kNow : RowKind::kNoAnswer;
    case v1::INVOLVED_BEFORE:
      return HasSignposts(row) ? RowKind::kBefore : RowKind::kNoAnswer;
    case v1::ASK_DESK:
      return HasDesk(row) ? RowKind::kAskDesk : RowKind::kNoAnswer;
    case v1::WITHHELD:
      return HasDesk(row) ? RowKind::kWithheld : RowKind::kNoAnswer;
    case v1::NOTHING_TO_REPORT:
      return row.has_answer() ? RowKind::kNothing : RowKind::kNoAnswer;
    case v1::NOT_JOINED:
      return RowKind::kNotJoined;
    default:
      return RowKind::kNoAnswer;
  }
}

Verdict Judge(const v1::Ledger& ledger) {
  Verdict verdict;
  const v1::Outcome refusal = ledger.summary().own_node_refusal();
  verdict.not_asked = refusal != v1::OUTCOME_UNSPECIFIED;
  bool own_answered = false;
  bool own_silent = false;
  uint64_t asked_rows = 0;
  for (const v1::LedgerRow& row : ledger.rows()) {
    const RowKind kind = KindOf(row);
    if (Reports(kind)) ++verdict.reporting;
    if (row.own()) {
      const bool silent = kind == RowKind::kNoAnswer || kind == RowKind::kNotJoined;
      own_silent = own_silent || silent;
      own_answered = own_answered || !silent;
      continue;
    }
    ++verdict.others;
    if (kind == RowKind::kNotJoined) {
      ++verdict.not_joined;
      continue;
    }
    ++asked_rows;
    ++(kind == RowKind::kNoAnswer ? verdict.silent : verdict.answered);
  }
  const uint64_t members = std::max<uint64_t>(ledger.started().members(), ledger.summary().asked());
  if (!verdict.not_asked && members > asked_rows + verdict.not_joined) {
    verdict.missing_rows = members - asked_rows - verdict.not_joined;
    verdict.others += verdict.missing_rows;
    verdict.silent += verdict.missing_rows;
  }
  verdict.alone = !verdict.not_asked && verdict.others == 0;
  // When all have answered, the rows are exactly those asked and those answered.
  verdict.contradicted = SummaryIsComplete(ledger) && !verdict.not_asked &&
                         (ledger.summary().asked() != verdict.others ||
                          ledger.summary().answered() != verdict.answered);
  verdict.complete = SummaryIsComplete(ledger) && !verdict.not_asked && !verdict.alone &&
                     !verdict.contradicted && own_answered && !own_silent && verdict.silent == 0 &&
                     verdict.not_joined == 0;
  return verdict;
}

ExitCode LedgerExitCode(const v1::Ledger& ledger, bool exit_status) {
  const Verdict verdict = Judge(ledger);
  if (ledger.summary().own_node_refusal() == v1::REFUSED) return ExitCode::kNotPermitted;
  if (!verdict.complete) return ExitCode::kIncomplete;
  if (exit_status && verdict.reporting == 0) return ExitCode::kNothingReported;
  return ExitCode::kOk;
}

std::string LedgerProgress(const v1::Ledger& ledger) {
  uint64_t answered = 0;
  uint64_t silent = 0;
  for (const v1::LedgerRow& row : ledger.rows()) {
    if (row.own()) continue;
    const RowKind kind = KindOf(row);
    ++(kind == RowKind::kNoAnswer || kind == RowKind::kNotJoined ? silent : answered);
  }
  std::string out = "asked " + std::to_string(ledger.started().members()) + ", answered " +
                    std::to_string(answered);
  if (silent > 0) out += ", no answer from " + std::to_string(silent);
  return out;
}

}  // namespace signpost::cli
