// Import: rows a second through ImportChunk of a real node (checked, normalised,
// sealed, committed, counted), beside bare SQLite inserts of the same rows in
// plain columns, with the same settings, one transaction a chunk.
//
// Rows a second of CPU, so that the figure is one core's and other work on the
// machine does not count. No epoch is live, so that enrolment does not run.
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "tests/bench/bench_federation.h"
#include "tests/bench/bench_report.h"

namespace signpost::bench {
namespace {

constexpr double kTargetRows = 20'000;

struct Spent {
  double cpu = 0;
  double seconds = 0;
};

std::vector<std::string> Chunks(uint32_t rows) {
  std::vector<std::string> chunks;
  for (uint32_t next = 0; next < rows;) chunks.push_back(ChildChunk(next, rows));
  return chunks;
}

Spent Real(const std::vector<std::string>& chunks) {
  BenchFederation federation({1, 1, false, 150});
  federation.StartHub();
  federation.StartNode(0);
  federation.WaitReady(0);
  Spent spent;
  const double cpu = federation.node(0).CpuSeconds();
  const double began = WallSeconds();
  for (const std::string& chunk : chunks) federation.Import(0, v1::IMPORT_CHILDREN, chunk);
  spent.seconds = WallSeconds() - began;
  spent.cpu = federation.node(0).CpuSeconds() - cpu;
  return spent;
}

void Execute(sqlite3* database, const char* sql) {
  Must(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK,
       std::string("SQLite: ") + sqlite3_errmsg(database));
}

using Rows = std::vector<std::vector<std::string>>;

// Cut into fields beforehand: the floor is inserting, not reading.
std::vector<Rows> Split(const std::vector<std::string>& chunks) {
  std::vector<Rows> split;
  for (const std::string& chunk : chunks) {
    Rows& rows = split.emplace_back();
    std::istringstream lines(chunk);
    std::string line;
    std::getline(lines, line);  // the header
    while (std::getline(lines, line)) {
      std::istringstream fields(line);
      std::vector<std::string>& row = rows.emplace_back();
      for (std::string field; std::getline(fields, field, ',');) row.push_back(std::move(field));
    }
  }
  return split;
}

void InsertRow(sqlite3_stmt* insert, const std::vector<std::string>& row) {
  for (size_t i = 0; i < row.size(); ++i) {
    sqlite3_bind_text(insert, static_cast<int>(i) + 1, row[i].data(),
                      static_cast<int>(row[i].size()), SQLITE_STATIC);
  }
  Must(sqlite3_step(insert) == SQLITE_DONE, "SQLite: a row was not inserted");
  sqlite3_reset(insert);
}

Spent Bare(const std::vector<Rows>& chunks) {
  const testing::TempFolder folder;
  sqlite3* database = nullptr;
  Must(sqlite3_open(folder.File("bare.db").c_str(), &database) == SQLITE_OK, "SQLite: open");
  Execute(database,
          "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON;"
          "PRAGMA mmap_size=0; PRAGMA cache_size=-8000; PRAGMA journal_mode=WAL;"
          "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864;"
          "CREATE TABLE child (id INTEGER PRIMARY KEY, case_reference TEXT NOT NULL UNIQUE,"
          " given TEXT, family TEXT, former TEXT, born TEXT, sex TEXT, house TEXT, street TEXT,"
          " town TEXT, postcode TEXT, nhs_number TEXT) STRICT;");
  sqlite3_stmt* insert = nullptr;
  Must(sqlite3_prepare_v2(database,
                          "INSERT INTO child (case_reference, given, family, former, born, sex,"
                          " house, street, town, postcode, nhs_number)"
                          " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
                          -1, &insert, nullptr) == SQLITE_OK,
       "SQLite: prepare");
  Spent spent;
  const double cpu = ThreadCpuSeconds();
  const double began = WallSeconds();
  for (const Rows& rows : chunks) {
    Execute(database, "BEGIN IMMEDIATE");
    for (const std::vector<std::string>& row : rows) InsertRow(insert, row);
    Execute(database, "COMMIT");
  }
  spent.seconds = WallSeconds() - began;
  spent.cpu = ThreadCpuSeconds() - cpu;
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return spent;
}

void Measure(const Arguments& arguments) {
  const uint32_t rows = arguments.smoke ? 500 : 60'000;
  Report report("Import of " + std::to_string(rows) + " children", arguments);
  const std::vector<std::string> chunks = Chunks(rows);
  const std::vector<Rows> split = Split(chunks);
  std::vector<double> real;
  std::vector<double> bare;
  std::vector<double> real_wall;
  std::vector<double> bare_wall;
  for (int i = 0; i < arguments.repeats; ++i) {
    const Spent of_bare = Bare(split);
    const Spent of_real = Real(chunks);
    real.push_back(rows / of_real.cpu);
    bare.push_back(rows / of_bare.cpu);
    real_wall.push_back(rows / of_real.seconds);
    bare_wall.push_back(rows / of_bare.seconds);
  }
  Row row{"rows a second of one core",
          "rows/s",
          Median(real),
          Median(bare),
          Median(real) / Median(bare),
          "at least 20000",
          Median(real) >= kTargetRows};
  report.Add(std::move(row));
  report.AddRatio("rows a second, waiting for disk and machine included", "rows/s",
                  Median(real_wall), Median(bare_wall));
  report.Note(std::to_string(chunks.size()) + " chunks, one transaction each.");
  report.Print();
}

}  // namespace
}  // namespace signpost::bench

int main(int argc, char** argv) {
  using namespace signpost::bench;
  const Arguments arguments = ParseArguments(
      argc, argv,
      "Rows a second through ImportChunk, beside bare SQLite inserts of the same rows.");
  return RunBench([&] { Measure(arguments); });
}
