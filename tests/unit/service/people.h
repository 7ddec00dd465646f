// An authority's user table over a table in memory: an administrator, a worker,
// and a clock that stands still.
//
// Thread safety: one test at a time.
#ifndef SIGNPOST_TESTS_UNIT_SERVICE_PEOPLE_H_
#define SIGNPOST_TESTS_UNIT_SERVICE_PEOPLE_H_

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "node/record/civil_date.h"
#include "node/service/caller.h"
#include "node/service/refusals.h"
#include "node/store/people_table.h"
#include "proto/base/clock.h"

namespace signpost::node::testing {

inline const char* const kAuthority = "E08000035";
inline const char* const kToday = "2026-03-10";

inline int64_t MsOf(const std::string& day) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             ParseDay(day).value().time_since_epoch())
             .count() +
         12 * 3'600'000;
}

inline v1::User MakeUser(const std::string& id, std::vector<std::string> roles) {
  v1::User user;
  user.set_id(id);
  user.set_name("A. Example");
  user.set_organisation("Leeds");
  user.set_telephone("01632 960001");
  for (std::string& role : roles) user.add_roles(std::move(role));
  return user;
}

inline v1::User MakeSystem(const std::string& id, std::vector<std::string> roles,
                           std::vector<std::string> may_assert) {
  v1::User user = MakeUser(id, std::move(roles));
  user.set_name("Case system");
  for (std::string& role : may_assert) user.add_may_assert(std::move(role));
  return user;
}

class StandingClock final : public Clock {
 public:
  int64_t NowMs() const override { return now_ms; }
  int64_t MonotonicMs() const override { return now_ms; }
  int64_t now_ms = MsOf(kToday);
};

class PeopleInMemory final : public PeopleTable {
 public:
  absl::StatusOr<std::vector<v1::UserRecord>> List() override {
    std::vector<v1::UserRecord> list;
    for (const auto& [id, record] : records) list.push_back(record);
    return list;
  }
  absl::Status Put(const v1::UserRecord& record, std::vector<v1::AuditRow> rows) override {
    if (fail) return absl::UnavailableError("disk full");
    records[record.user().id()] = record;
    for (v1::AuditRow& row : rows) audit.push_back(std::move(row));
    return absl::OkStatus();
  }

  std::map<std::string, v1::UserRecord> records;
  std::vector<v1::AuditRow> audit;
  bool fail = false;
};

class UserWorld {
 public:
  explicit UserWorld(std::vector<v1::User> more = {}) {
    config.set_authority(kAuthority);
    *config.add_users() = MakeUser("practitioner/admin", {"NODE_ADMIN"});
    *config.add_users() = MakeUser("practitioner/worker", {"SOCIAL_WORKER"});
    for (v1::User& user : more) *config.add_users() = std::move(user);
    Restart();
  }

  void Restart() {
    auto opened = UserTable::Open(config, "signpost.example", table, refusals, clock);
    INFO(opened.status().message());
    REQUIRE(opened.ok());
    users_ = *std::move(opened);
  }
  UserTable& users() { return *users_; }
  absl::StatusOr<Caller> Identify(const std::string& id, const std::string& day = kToday) {
    return users_->IdentifyProved(users_->SpiffeId(id), MsOf(day));
  }
  Caller Admin() { return Identify("practitioner/admin").value(); }

  StandingClock clock;
  PeopleInMemory table;
  v1::NodeConfig config;
  std::vector<v1::AuditRow> refused;
  bool refusals_fail = false;
  Refusals refusals{[this](std::vector<v1::AuditRow> rows) -> absl::Status {
                      if (refusals_fail) return absl::UnavailableError("disk full");
                      for (v1::AuditRow& row : rows) refused.push_back(std::move(row));
                      return absl::OkStatus();
                    },
                    clock};

 private:
  std::unique_ptr<UserTable> users_;
};

}  // namespace signpost::node::testing

#endif  // SIGNPOST_TESTS_UNIT_SERVICE_PEOPLE_H_
