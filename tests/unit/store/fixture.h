// What the store's tests share: a folder that goes away, a fixed key, a store in
// it, and an invented child.
#ifndef SIGNPOST_TESTS_UNIT_STORE_FIXTURE_H_
#define SIGNPOST_TESTS_UNIT_STORE_FIXTURE_H_

#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "node/store/connection.h"
#include "node/store/dates.h"
#include "node/store/sqlite_store.h"
#include "proto/base/bytes.h"

namespace signpost::node::testing {

inline constexpr int64_t kNow = 1'790'000'000'000;  // 21 September 2026
inline constexpr int64_t kYearMs = 365 * kDayMs;

class Folder {
 public:
  Folder() {
    std::string pattern = "/tmp/signpost-store-XXXXXX";
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline Secret TestKey(char byte = 'k') { return Secret::CopyOf(std::string(32, byte)); }

inline std::unique_ptr<Store> OpenAt(const std::string& path, Random& random, int64_t max_pages = 0,
                                     char key = 'k') {
  StoreOptions options;
  options.path = path;
  options.column_key = TestKey(key);
  options.max_pages = max_pages;
  auto store = OpenSqliteStore(std::move(options), random);
  REQUIRE(store.status().ToString() == "OK");
  return *std::move(store);
}

// A store in a folder of its own.
struct StoreFixture {
  StoreFixture() {
    REQUIRE(sodium_init() >= 0);
    store = OpenAt(path, random);
  }
  void Reopen() {
    store.reset();
    store = OpenAt(path, random);
  }

  Folder folder;
  SystemRandom random;
  std::string path = folder.File("node.db");
  std::unique_ptr<Store> store;
};

inline ChildWrite MakeChild(const std::string& reference, const std::string& family = "Zzyzxvale") {
  ChildWrite write;
  write.case_reference = reference;
  v1::PersonName* name = write.details.add_names();
  name->set_kind(v1::PersonName::CURRENT);
  name->set_given("Marisol");
  name->set_family(family);
  write.details.set_date_of_birth("2015-04-09");
  write.details.set_date_quality(v1::EXACT);
  return write;
}

inline InvolvementWrite MakeInvolvement(const std::string& case_reference,
                                        const std::string& reference,
                                        v1::ServiceType service = v1::EARLY_HELP) {
  InvolvementWrite write;
  write.case_reference = case_reference;
  write.reference = reference;
  write.involvement.set_service(service);
  write.involvement.set_practitioner("Quillonby Draithe");
  write.involvement.set_telephone("01632 960001");
  write.involvement.set_start_on("2026-01-05");
  return write;
}

// Writes one child and returns its id.
inline int64_t AddChild(Store& store, const ChildWrite& write) {
  const auto outcomes = store.UpsertChildren({&write, 1}, kNow, {});
  REQUIRE(outcomes.status().ToString() == "OK");
  const auto child = store.GetChildByCase(write.case_reference);
  REQUIRE(child.ok());
  return child->id;
}

inline WriteOutcome AddInvolvement(Store& store, const InvolvementWrite& write,
                                   int64_t now_ms = kNow) {
  const auto outcomes = store.UpsertInvolvements({&write, 1}, now_ms, {});
  REQUIRE(outcomes.status().ToString() == "OK");
  return outcomes->front();
}

inline v1::AuditRow MakeAudit(const std::string& case_reference) {
  v1::AuditRow row;
  row.set_at_ms(kNow);
  row.set_kind(v1::AuditRow::QUESTION_ASKED);
  row.set_case_reference(case_reference);
  return row;
}

inline TagSet MakeTags(int64_t child_id, int64_t revision, int count, char fill = 'a') {
  TagSet set;
  set.child_id = child_id;
  set.revision = revision;
  for (int i = 0; i < count; ++i) {
    StoredTag tag;
    tag.key_type = static_cast<uint8_t>(i + 1);
    tag.ask_only = i == count - 1;
    tag.key_digest = std::string(kKeyDigestSize, static_cast<char>(fill + i));
    tag.hint = std::string(kHintSize, static_cast<char>(fill + i));
    tag.poss = Secret::CopyOf(std::string(kPossSize, static_cast<char>(fill - 32 + i)));
    set.tags.push_back(std::move(tag));
  }
  return set;
}

// Runs SQL on the file as somebody with the file in hand could. The node is closed.
inline void Tamper(const std::string& path, const std::string& sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  CHECK(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_close(db) == SQLITE_OK);
}

inline std::string Slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

}  // namespace signpost::node::testing

#endif  // SIGNPOST_TESTS_UNIT_STORE_FIXTURE_H_
