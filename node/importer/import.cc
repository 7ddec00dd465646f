#include "node/importer/import.h"

#include <algorithm>
#include <utility>

#include "node/importer/child_rows.h"
#include "node/importer/columns.h"
#include "node/importer/csv.h"
#include "node/importer/involvement_rows.h"
#include "node/importer/quality.h"
#include "node/importer/reject.h"
#include "node/importer/row_reader.h"

namespace signpost::node {
namespace {

// A row that came through, and where it began.
template <typename Write>
struct Accepted {
  std::vector<Write> writes;
  std::vector<uint64_t> lines;
};

RejectReason ReasonOf(CsvFault fault) {
  switch (fault) {
    case CsvFault::kUnclosedQuote:
      return RejectReason::kUnclosedQuote;
    case CsvFault::kFieldTooLong:
      return RejectReason::kFieldTooLong;
    case CsvFault::kTooManyFields:
      return RejectReason::kTooManyFields;
    default:
      return RejectReason::kStrayQuote;
  }
}

class ChunkReader {
 public:
  ChunkReader(absl::Span<const ColumnSpec> columns, const ImportRules& rules)
      : columns_(columns), rules_(rules) {}

  // Calls `read(RowReader&)` for each well-formed row and collects its value unless it has a fault.
  template <typename Write, typename Read>
  absl::StatusOr<Accepted<Write>> Run(const v1::ImportChunkRequest& request, const Read& read) {
    CsvReader csv(request.csv(), 1);
    CsvRow row;
    if (!csv.Next(row) || row.fault != CsvFault::kNone) {
      return absl::InvalidArgumentError("header: the first line is no header");
    }
    SIGNPOST_ASSIGN_OR_RETURN(const Header header, Header::Parse(row.fields, columns_));
    if (request.first_line() > 0) csv.SetLine(request.first_line());
    Accepted<Write> accepted;
    while (csv.Next(row)) {
      if (!WellFormed(header, row)) continue;
      RowReader reader(header, row.fields, rules_);
      Write write = read(reader);
      if (reader.fault().has_value()) {
        Reject(row.line, reader.fault()->column, reader.fault()->reason);
        continue;
      }
      accepted.writes.push_back(std::move(write));
      accepted.lines.push_back(row.line);
    }
    return accepted;
  }

  void Reject(uint64_t line, size_t column, RejectReason reason) {
    v1::RejectedRow* rejected = reply_.add_rejects();
    rejected->set_line(line);
    if (column < columns_.size()) rejected->set_column(std::string(columns_[column].name));
    rejected->set_reason(std::string(RejectReasonName(reason)));
    reply_.set_rejected(reply_.rejected() + 1);
  }

  void Count(uint64_t line, WriteOutcome outcome) {
    switch (outcome) {
      case WriteOutcome::kCreated:
      case WriteOutcome::kChanged:
        return reply_.set_accepted(reply_.accepted() + 1);
      case WriteOutcome::kUnchanged:
        return reply_.set_unchanged(reply_.unchanged() + 1);
      case WriteOutcome::kNoSuchCase:
      case WriteOutcome::kNoSuchInvolvement:
        return Reject(line, kInvolvementCaseColumn, RejectReason::kNoSuchCase);
      case WriteOutcome::kSuperseded:
        return Reject(line, kChildCaseColumn, RejectReason::kCaseSuperseded);
    }
  }

  v1::ImportChunkReply TakeReply() { return std::move(reply_); }

 private:
  bool WellFormed(const Header& header, const CsvRow& row) {
    if (row.fault != CsvFault::kNone) {
      Reject(row.line, header.ColumnOf(row.fault_field), ReasonOf(row.fault));
      return false;
    }
    if (row.fields.size() == header.size()) return true;
    Reject(row.line, header.columns(),
           row.fields.size() < header.size() ? RejectReason::kTooFewFields
                                             : RejectReason::kTooManyFields);
    return false;
  }

  absl::Span<const ColumnSpec> columns_;
  const ImportRules& rules_;
  v1::ImportChunkReply reply_;
};

template <typename Write>
v1::ImportChunkReply Summarise(ChunkReader& reader, const Accepted<Write>& accepted,
                               const std::vector<WriteOutcome>& outcomes) {
  for (size_t i = 0; i < outcomes.size(); ++i) reader.Count(accepted.lines[i], outcomes[i]);
  return reader.TakeReply();
}

// What an import of children would find, with nothing stored.
v1::ImportChunkReply Quality(ChunkReader& reader, ChildQuality& quality,
                             const std::vector<ChildWrite>& writes) {
  for (const ChildWrite& write : writes) quality.AddTaken(write.details);
  v1::ImportChunkReply reply = reader.TakeReply();
  reply.set_accepted(static_cast<uint32_t>(writes.size()));
  *reply.mutable_quality() = quality.counts();
  reply.mutable_quality()->set_rows(reply.accepted() + reply.rejected());
  reply.mutable_quality()->set_duplicates(static_cast<uint32_t>(
      std::count_if(writes.begin(), writes.end(),
                    [](const ChildWrite& write) { return !write.duplicates.empty(); })));
  return reply;
}

void CountFindings(const std::vector<ChildWrite>& writes, const std::vector<WriteOutcome>& outcomes,
                   v1::ImportChunkReply& reply) {
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i] == WriteOutcome::kSuperseded) continue;
    reply.set_quarantined(reply.quarantined() + (writes[i].quarantine ? 1 : 0));
    reply.set_duplicates(reply.duplicates() + static_cast<uint32_t>(writes[i].duplicates.size()));
  }
}

absl::StatusOr<v1::ImportChunkReply> ImportChildren(Store& store, DuplicateFinder& finder,
                                                    const v1::ImportChunkRequest& request,
                                                    const ImportRules& rules,
                                                    std::vector<v1::AuditRow> audit) {
  ChunkReader reader(ChildColumns(), rules);
  ChildQuality quality(rules.numbers);
  const auto read = [&](RowReader& row) {
    if (request.check_only()) quality.AddRow(RawChildOf(row));
    return ReadChildRow(row, rules);
  };
  SIGNPOST_ASSIGN_OR_RETURN(auto accepted, reader.Run<ChildWrite>(request, read));
  SIGNPOST_RETURN_IF_ERROR(finder.Judge(accepted.writes));
  if (request.check_only()) return Quality(reader, quality, accepted.writes);
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<WriteOutcome> outcomes,
                            store.UpsertChildren(accepted.writes, rules.now_ms, std::move(audit)));
  v1::ImportChunkReply reply = Summarise(reader, accepted, outcomes);
  CountFindings(accepted.writes, outcomes, reply);
  return reply;
}

// A row of a source that does not know of a withdrawal must not make consent stand again: the later
// of the two counts. Only sensitive services need consent.
absl::Status KeepWithdrawals(Store& store, std::vector<InvolvementWrite>& writes) {
  for (InvolvementWrite& write : writes) {
    v1::Involvement& involvement = write.involvement;
    const bool sensitive = involvement.sensitive() || SensitiveByStatute(involvement.service());
    if (!sensitive || !involvement.consent().withdrawn_on().empty()) continue;
    const auto child = store.GetChildByCase(write.case_reference);
    if (absl::IsNotFound(child.status())) continue;
    if (!child.ok()) return child.status();
    SIGNPOST_ASSIGN_OR_RETURN(const std::vector<InvolvementRow> stored,
                              store.ListInvolvements(child->id));
    for (const InvolvementRow& row : stored) {
      const std::string& withdrawn = row.involvement.consent().withdrawn_on();
      if (row.reference != write.reference || withdrawn.empty()) continue;
      // Given anew after it was withdrawn, it stands. Days are YYYY-MM-DD, which sorts as text.
      if (involvement.consent().given_on() > withdrawn) continue;
      involvement.mutable_consent()->set_withdrawn_on(withdrawn);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ImportChunkReply> ImportInvolvements(Store& store,
                                                        const v1::ImportChunkRequest& request,
                                                        const ImportRules& rules,
                                                        std::vector<v1::AuditRow> audit) {
  ChunkReader reader(InvolvementColumns(), rules);
  const auto read = [&](RowReader& row) { return ReadInvolvementRow(row, rules); };
  SIGNPOST_ASSIGN_OR_RETURN(auto accepted, reader.Run<InvolvementWrite>(request, read));
  if (request.check_only()) {
    v1::ImportChunkReply reply = reader.TakeReply();
    reply.set_accepted(static_cast<uint32_t>(accepted.writes.size()));
    return reply;
  }
  SIGNPOST_RETURN_IF_ERROR(KeepWithdrawals(store, accepted.writes));
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::vector<WriteOutcome> outcomes,
      store.UpsertInvolvements(accepted.writes, rules.now_ms, std::move(audit)));
  return Summarise(reader, accepted, outcomes);
}

}  // namespace

absl::StatusOr<v1::ImportChunkReply> ImportChunk(Store& store, DuplicateFinder& finder,
                                                 const v1::ImportChunkRequest& request,
                                                 bool training, int64_t now_ms,
                                                 std::vector<v1::AuditRow> audit) {
  if (request.csv().size() > kMaxChunkBytes) {
    return absl::InvalidArgumentError("the chunk is larger than 200 KiB: send smaller ones");
  }
  const ImportRules rules{training ? NumberUse::kTraining : NumberUse::kProduction, now_ms};
  switch (request.kind()) {
    case v1::IMPORT_CHILDREN:
      return ImportChildren(store, finder, request, rules, std::move(audit));
    case v1::IMPORT_INVOLVEMENTS:
      return ImportInvolvements(store, request, rules, std::move(audit));
    default:
      return absl::InvalidArgumentError("the chunk says neither children nor involvements");
  }
}

}  // namespace signpost::node
