#include "cli/import_run.h"

#include <algorithm>

#include "cli/text.h"
#include "proto/base/bytes.h"

namespace signpost::cli {
namespace {

constexpr int kMaxTries = 6;
constexpr int64_t kFirstWaitMs = 500;
constexpr int64_t kMaxWaitMs = 8000;

Problem RejectsProblem() {
  return {ExitCode::kConfiguration, "REJECTS_UNWRITABLE", "The import stopped",
          "the rejects file cannot be written",
          "free the disk, then repeat the same command: rows "
          "that are stored already change nothing"};
}

std::variant<v1::ImportChunkReply, SendFailure> SendUntilTaken(
    const v1::ImportChunkRequest& request, const ImportPorts& ports) {
  int64_t wait_ms = kFirstWaitMs;
  for (int attempt = 1;; ++attempt) {
    auto reply = ports.send(request);
    const auto* failure = std::get_if<SendFailure>(&reply);
    if (failure == nullptr || !failure->retriable || attempt == kMaxTries) return reply;
    ports.sleep(wait_ms);
    wait_ms = std::min(2 * wait_ms, kMaxWaitMs);
  }
}

Problem NotCheckedProblem() {
  return {ExitCode::kInternal, "NOT_CHECKED", "The check stopped",
          "the node answered as to an import and not as to a check; it may have stored rows",
          "tell your administrator: the node is older than this program"};
}

void AddReply(const CsvChunk& piece, const v1::ImportChunkReply& reply, ImportTotals& totals) {
  totals.rows += piece.rows;
  totals.accepted += reply.accepted();
  totals.unchanged += reply.unchanged();
  totals.rejected += reply.rejected();
  totals.quarantined += reply.quarantined();
  totals.duplicates += reply.duplicates();
  AddQuality(reply.quality(), totals.quality);
}

bool PassSkipped(const CsvChunk& chunk, const ImportPorts& ports, ImportTotals& totals) {
  for (const SkippedLine& skipped : chunk.skipped) {
    v1::RejectedRow reject;
    reject.set_line(skipped.line);
    reject.set_reason(skipped.reason);
    ++totals.rows;
    ++totals.rejected;
    totals.lines_done = skipped.line;
    if (!ports.reject(reject)) return false;
  }
  return true;
}

std::string QuotedCsv(const std::string& text) {
  const std::string clean = CleanText(text);
  if (clean.find_first_of(",\"") == std::string::npos) return clean;
  std::string out = "\"";
  for (char c : clean) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out + "\"";
}

std::string Duration(int64_t seconds) {
  if (seconds < 60) return std::to_string(seconds) + " s";
  return std::to_string((seconds + 59) / 60) + " min";
}

}  // namespace

std::optional<Problem> RunImport(CsvChunker& chunker, v1::ImportKind kind, ImportMode mode,
                                 const ImportPorts& ports, ImportTotals& totals) {
  while (true) {
    auto chunk = chunker.Next();
    if (!chunk.ok()) {
      return UsageProblem("The import stopped", FromAbsl(chunk.status().message()),
                          "check the file; `signpost import --help` shows the columns");
    }
    if (!chunk->has_value()) return std::nullopt;
    const CsvChunk& piece = **chunk;
    if (piece.rows > 0) {
      v1::ImportChunkRequest request;
      request.set_kind(kind);
      request.set_csv(piece.csv);
      request.set_first_line(piece.first_line);
      request.set_check_only(mode == ImportMode::kCheckOnly);
      const auto reply = SendUntilTaken(request, ports);
      if (const auto* failure = std::get_if<SendFailure>(&reply)) return failure->problem;
      const auto& taken = std::get<v1::ImportChunkReply>(reply);
      // A node that does not know the field would have stored the rows: say so, and stop.
      if (mode == ImportMode::kCheckOnly && !taken.has_quality()) return NotCheckedProblem();
      AddReply(piece, taken, totals);
      totals.lines_done = piece.first_line + piece.rows - 1;
      for (const v1::RejectedRow& reject : taken.rejects()) {
        if (!ports.reject(reject)) return RejectsProblem();
      }
    }
    if (!PassSkipped(piece, ports, totals)) return RejectsProblem();
    totals.bytes_read = piece.bytes_read;
    ports.progress(totals);
  }
}

std::string RejectLine(const v1::RejectedRow& reject) {
  return std::to_string(reject.line()) + "," + QuotedCsv(reject.column()) + "," +
         QuotedCsv(reject.reason()) + "\n";
}

std::string ImportProgress(const ImportTotals& totals, uint64_t file_bytes, int64_t elapsed_ms) {
  const int64_t elapsed = std::max<int64_t>(elapsed_ms, 1);
  const uint64_t rate = totals.rows * 1000 / static_cast<uint64_t>(elapsed);
  std::string out = Counted(totals.rows, "row", "rows") + ", " + Thousands(rate) + " a second";
  if (file_bytes > 0 && totals.bytes_read > 0) {
    const uint64_t done = std::min(totals.bytes_read, file_bytes);
    const double left_ms = static_cast<double>(elapsed) * static_cast<double>(file_bytes - done) /
                           static_cast<double>(done);
    out = std::to_string(done * 100 / file_bytes) + " %, " + out + ", " +
          Duration(static_cast<int64_t>(left_ms / 1000.0 + 0.5)) + " left";
  }
  if (totals.rejected > 0) out += ", " + Thousands(totals.rejected) + " rejected";
  return out;
}

}  // namespace signpost::cli
