#include <catch2/catch.hpp>
#include <sstream>

#include "cli/csv_chunker.h"
#include "cli/import_run.h"

namespace signpost::cli {
namespace {

std::vector<CsvChunk> Cut(const std::string& text, size_t max_bytes = kMaxCsvChunk) {
  std::istringstream in(text);
  CsvChunker chunker(in, max_bytes);
  std::vector<CsvChunk> chunks;
  while (true) {
    auto chunk = chunker.Next();
    REQUIRE(chunk.ok());
    if (!chunk->has_value()) return chunks;
    CHECK((*chunk)->csv.size() <= max_bytes);
    chunks.push_back(std::move(**chunk));
  }
}

// Ports that take every chunk and remember it.
struct Recorder {
  ImportPorts Ports() {
    ImportPorts ports;
    ports.send = [this](const v1::ImportChunkRequest& request)
        -> std::variant<v1::ImportChunkReply, SendFailure> {
      if (failures > 0) {
        --failures;
        return SendFailure{retriable, {ExitCode::kNodeUnreachable, "X", "x", "x", "x"}};
      }
      requests.push_back(request);
      return reply;
    };
    ports.sleep = [this](int64_t ms) { slept.push_back(ms); };
    ports.reject = [this](const v1::RejectedRow& row) {
      rejects.push_back(RejectLine(row));
      return disk_has_room;
    };
    ports.progress = [](const ImportTotals&) {};
    return ports;
  }
  int failures = 0;
  bool retriable = true;
  bool disk_has_room = true;
  v1::ImportChunkReply reply;
  std::vector<v1::ImportChunkRequest> requests;
  std::vector<int64_t> slept;
  std::vector<std::string> rejects;
};

std::optional<Problem> Import(const std::string& text, Recorder& recorder, ImportTotals& totals) {
  std::istringstream in(text);
  CsvChunker chunker(in);
  return RunImport(chunker, v1::IMPORT_CHILDREN, recorder.Ports(), totals);
}

}  // namespace

TEST_CASE("a small file is one chunk with the header first") {
  const auto chunks = Cut("a,b\n1,2\n3,4\n");
  REQUIRE(chunks.size() == 1);
  CHECK(chunks[0].csv == "a,b\n1,2\n3,4\n");
  CHECK(chunks[0].first_line == 2);
  CHECK(chunks[0].rows == 2);
  CHECK(chunks[0].bytes_read == 12);
}

TEST_CASE("a file is cut between rows and the header is repeated") {
  const auto chunks = Cut("a,b\n11,22\n33,44\n55,66\n", 17);
  REQUIRE(chunks.size() == 2);
  CHECK(chunks[0].csv == "a,b\n11,22\n33,44\n");
  CHECK(chunks[1].csv == "a,b\n55,66\n");
  CHECK(chunks[1].first_line == 4);
}

TEST_CASE("a line break inside quotes does not cut a row and counts in the line numbers") {
  const auto chunks = Cut("a,b\n1,\"x\ny\"\n2,\"say \"\"hi\"\"\n,\"\n3,z\n", 22);
  REQUIRE(chunks.size() == 3);
  CHECK(chunks[0].csv == "a,b\n1,\"x\ny\"\n");
  CHECK(chunks[1].csv == "a,b\n2,\"say \"\"hi\"\"\n,\"\n");
  CHECK(chunks[1].first_line == 4);
  CHECK(chunks[2].first_line == 6);
}

TEST_CASE("a quote in the middle of a field is a plain character") {
  const auto chunks = Cut("a,b\n1,5\" pipe\n2,x\n");
  REQUIRE(chunks.size() == 1);
  CHECK(chunks[0].rows == 2);
}

TEST_CASE("Windows line ends and a byte order mark and a missing last line end are taken") {
  const auto chunks =
      Cut("\xEF\xBB\xBF"
          "a,b\r\n1,2\r\n3,4");
  REQUIRE(chunks.size() == 1);
  CHECK(chunks[0].csv == "a,b\r\n1,2\r\n3,4");
  CHECK(chunks[0].rows == 2);
}

TEST_CASE("a row too long to send is named and the rest goes on") {
  const auto chunks = Cut("a,b\n1,2\n" + std::string(300, 'x') + "\n3,4\n", 100);
  REQUIRE(chunks.size() == 3);
  CHECK(chunks[0].rows == 1);
  REQUIRE(chunks[1].skipped.size() == 1);
  CHECK(chunks[1].skipped[0].line == 3);
  CHECK(chunks[1].skipped[0].reason == "ROW_TOO_LONG");
  CHECK(chunks[2].csv == "a,b\n3,4\n");
  CHECK(chunks[2].first_line == 4);
}

TEST_CASE("a quote that is never closed costs its own line and not the rest of the file") {
  const auto chunks = Cut("a,b\n1,\"open\n2,x\n3,y\n");
  REQUIRE(chunks.size() == 2);
  REQUIRE(chunks[0].skipped.size() == 1);
  CHECK(chunks[0].skipped[0].line == 2);
  CHECK(chunks[0].skipped[0].reason == "QUOTE_NOT_CLOSED");
  CHECK(chunks[1].csv == "a,b\n2,x\n3,y\n");
  CHECK(chunks[1].first_line == 3);
}

TEST_CASE("blank lines are left out and line numbers stay right") {
  const auto chunks = Cut("a,b\n1,2\n\n\n3,4\n");
  REQUIRE(chunks.size() == 2);
  CHECK(chunks[1].first_line == 5);
}

TEST_CASE("an empty file and a header alone") {
  std::istringstream empty("");
  CsvChunker none(empty);
  CHECK(absl::IsInvalidArgument(none.Next().status()));
  CHECK(Cut("a,b\n").empty());
}

TEST_CASE("a file of many megabytes is cut into chunks that hold every row once") {
  std::string text = "a,b\n";
  for (int i = 0; i < 100000; ++i) text += std::to_string(i) + ",\"some, text\"\n";
  uint64_t rows = 0;
  uint64_t next_line = 2;
  for (const CsvChunk& chunk : Cut(text)) {
    CHECK(chunk.first_line == next_line);
    next_line += chunk.rows;
    rows += chunk.rows;
  }
  CHECK(rows == 100000);
}

TEST_CASE("an import passes on rejects and adds up the totals") {
  Recorder recorder;
  recorder.reply.set_accepted(1);
  recorder.reply.set_rejected(1);
  auto& reject = *recorder.reply.add_rejects();
  reject.set_line(3);
  reject.set_column("nhs_number");
  reject.set_reason("CHECK_DIGIT");
  ImportTotals totals;
  REQUIRE_FALSE(Import("a,b\n1,2\n3,4\n", recorder, totals));
  CHECK(totals.rows == 2);
  CHECK(totals.accepted == 1);
  CHECK(totals.rejected == 1);
  CHECK(recorder.rejects == std::vector<std::string>{"3,nhs_number,CHECK_DIGIT\n"});
  CHECK(recorder.requests[0].first_line() == 2);
}

TEST_CASE("an unreachable node is tried again with growing waits") {
  Recorder recorder;
  recorder.failures = 3;
  ImportTotals totals;
  REQUIRE_FALSE(Import("a,b\n1,2\n", recorder, totals));
  CHECK(recorder.slept == std::vector<int64_t>{500, 1000, 2000});
  CHECK(recorder.requests.size() == 1);
}

TEST_CASE("a node that stays away stops the import with its exit code") {
  Recorder recorder;
  recorder.failures = 100;
  ImportTotals totals;
  const auto problem = Import("a,b\n1,2\n", recorder, totals);
  REQUIRE(problem);
  CHECK(problem->exit == ExitCode::kNodeUnreachable);
  CHECK(recorder.slept.size() == 5);
  CHECK(totals.rows == 0);
}

TEST_CASE("a refusal for good is not tried again") {
  Recorder recorder;
  recorder.failures = 1;
  recorder.retriable = false;
  ImportTotals totals;
  CHECK(Import("a,b\n1,2\n", recorder, totals));
  CHECK(recorder.slept.empty());
}

TEST_CASE("rejects that cannot be written down stop the import") {
  Recorder recorder;
  recorder.disk_has_room = false;
  recorder.reply.add_rejects()->set_line(2);
  ImportTotals totals;
  const auto problem = Import("a,b\n1,2\n", recorder, totals);
  REQUIRE(problem);
  CHECK(problem->exit == ExitCode::kConfiguration);
}

TEST_CASE("import progress says share and rate and time left") {
  ImportTotals totals;
  totals.rows = 20000;
  totals.bytes_read = 500;
  totals.rejected = 3;
  CHECK(ImportProgress(totals, 1000, 1000) ==
        "50 %, 20,000 rows, 20,000 a second, 1 s left, 3 rejected");
}

TEST_CASE("a reject line is quoted where it must be") {
  v1::RejectedRow row;
  row.set_line(7);
  row.set_column("a,\"b");
  row.set_reason("R\x1b[2J");
  CHECK(RejectLine(row) == "7,\"a,\"\"b\",R\n");
}

}  // namespace signpost::cli
