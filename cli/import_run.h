// The course of an import, apart from network and files: chunk after chunk,
// each sent until it is taken or refused for good, rejects passed on at once.
//
// Property: safe to interrupt and to repeat: the node stores a row whole or not
// at all, and a row that is there already changes nothing.
// Thread safety: the main thread only.
#ifndef SIGNPOST_CLI_IMPORT_RUN_H_
#define SIGNPOST_CLI_IMPORT_RUN_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "cli/csv_chunker.h"
#include "cli/import_quality.h"
#include "cli/problem.h"
#include "signpost/v1/node.pb.h"

namespace signpost::cli {

struct ImportTotals {
  uint64_t rows = 0;  // read from the file, those that could not be sent included
  uint64_t accepted = 0;
  uint64_t unchanged = 0;
  uint64_t rejected = 0;
  uint64_t quarantined = 0;  // stored, and out of every answer until a data manager decides
  uint64_t duplicates = 0;   // likely ones, queued for a data manager
  Quality quality;           // when only checked
  uint64_t bytes_read = 0;
  uint64_t lines_done = 0;  // the last line of the file that is settled
};

// A refused chunk: worth another try, or not.
struct SendFailure {
  bool retriable = false;
  Problem problem;
};

struct ImportPorts {
  std::function<std::variant<v1::ImportChunkReply, SendFailure>(const v1::ImportChunkRequest&)>
      send;
  std::function<void(int64_t ms)> sleep;
  // False when the reject could not be written down: the import then stops.
  std::function<bool(const v1::RejectedRow&)> reject;
  std::function<void(const ImportTotals&)> progress;
};

enum class ImportMode { kStore, kCheckOnly };

// Sends everything. On a problem `totals` says how far it came. With kCheckOnly the node stores
// nothing.
std::optional<Problem> RunImport(CsvChunker& chunker, v1::ImportKind kind, ImportMode mode,
                                 const ImportPorts& ports, ImportTotals& totals);

// "line,column,reason" of the rejects file, with the line break.
std::string RejectLine(const v1::RejectedRow& reject);

// "42 % · 20,000 rows/s · 1 min left" in plain words; `elapsed_ms` since the start.
std::string ImportProgress(const ImportTotals& totals, uint64_t file_bytes, int64_t elapsed_ms);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_IMPORT_RUN_H_
