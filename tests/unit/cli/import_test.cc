#include <catch2/catch.hpp>
#include <sstream>

#include "cli/csv_chunker.h"
#include "cli/import_run.h"
#include "tests/unit/cli/support.h"

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
  return RunImport(chunker, v1::IMPORT_CHILDREN, ImportMode::kStore, recorder.Ports(), totals);
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

TEST_CASE("a check of the quality stores nothing and adds every chunk up") {
  Recorder recorder;
  v1::ImportQuality& quality = *recorder.reply.mutable_quality();
  quality.set_rows(1);
  quality.set_nhs_number_valid(1);
  quality.set_expected_found(0.96);
  std::istringstream in("a,b\n" + std::string(80, 'x') + ",1\n" + std::string(80, 'y') + ",2\n");
  CsvChunker chunker(in, 100);
  ImportTotals totals;
  CHECK_FALSE(
      RunImport(chunker, v1::IMPORT_CHILDREN, ImportMode::kCheckOnly, recorder.Ports(), totals));
  REQUIRE(recorder.requests.size() == 2);
  CHECK(recorder.requests[0].check_only());
  CHECK(recorder.requests[1].check_only());
  CHECK(totals.rows == 2);
  CHECK(totals.quality.nhs_number_valid == 2);
  CHECK(totals.quality.expected_found == Approx(1.92));
}

TEST_CASE("an import asks for no check and counts what is queued and quarantined") {
  Recorder recorder;
  recorder.reply.set_accepted(1);
  recorder.reply.set_duplicates(1);
  recorder.reply.set_quarantined(1);
  ImportTotals totals;
  CHECK_FALSE(Import("a,b\n1,2\n", recorder, totals));
  CHECK_FALSE(recorder.requests[0].check_only());
  CHECK(totals.duplicates == 1);
  CHECK(totals.quarantined == 1);
}

TEST_CASE("a node that answers a check as an import stops it") {
  Recorder recorder;
  recorder.reply.set_accepted(1);
  std::istringstream in("a,b\n1,2\n");
  CsvChunker chunker(in);
  ImportTotals totals;
  const auto problem =
      RunImport(chunker, v1::IMPORT_CHILDREN, ImportMode::kCheckOnly, recorder.Ports(), totals);
  REQUIRE(problem);
  CHECK(problem->code == "NOT_CHECKED");
}

namespace {

Quality TwoThousandRows(double expected_found) {
  Quality quality;
  quality.rows = 2000;
  quality.nhs_number_valid = 1400;
  quality.nhs_number_missing = 590;
  quality.nhs_number_invalid = 10;
  quality.upn_valid = 900;
  quality.upn_temporary = 4;
  quality.date_of_birth_missing = 12;
  quality.date_of_birth_default = 30;
  quality.given_name_placeholder = 7;
  quality.postcode_missing = 50;
  quality.duplicates = 6;
  quality.findable = 1970;
  quality.expected_found = expected_found;
  return quality;
}

}  // namespace

TEST_CASE("the quality of a file reads as in the golden text and JSON") {
  CheckGolden("quality.txt", QualityText(TwoThousandRows(1930), true));
  CheckGolden("quality_below.txt", QualityText(TwoThousandRows(1880), true));
  JsonWriter json;
  WriteQuality(json, TwoThousandRows(1930), true);
  CheckGolden("quality.json", json.Take());
}

TEST_CASE(
    "the join gate is never reached by rounding or rejected rows or an empty or broken file") {
  CHECK(ReachesJoinShare(TwoThousandRows(1900)));
  CHECK_FALSE(ReachesJoinShare(TwoThousandRows(1899.9)));
  CHECK(QualityText(TwoThousandRows(1899.9), true).find("94.9 %. That does NOT") !=
        std::string::npos);
  Quality with_rejects = TwoThousandRows(1930);
  with_rejects.rows += 200;
  with_rejects.rejected = 200;
  CHECK_FALSE(ReachesJoinShare(with_rejects));
  CHECK_FALSE(ReachesJoinShare(Quality()));
  CHECK(QualityText(TwoThousandRows(2000), false).find("reaches") == std::string::npos);
  v1::ImportQuality boast;
  boast.set_rows(10);
  boast.set_expected_found(1e9);
  Quality sum;
  AddQuality(boast, sum);
  CHECK(sum.expected_found == 10);
}

}  // namespace signpost::cli
