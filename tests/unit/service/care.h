// What the tests of the desk, protection, records and upkeep share: a store in a
// folder of its own, a clock set by hand, the people of one authority, and a child
// whose second record the matcher knows again.
//
// Thread safety: one test at a time.
#ifndef SIGNPOST_TESTS_UNIT_SERVICE_CARE_H_
#define SIGNPOST_TESTS_UNIT_SERVICE_CARE_H_

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/record/civil_date.h"
#include "node/service/desk_work.h"
#include "node/service/protection_work.h"
#include "node/service/record_work.h"
#include "proto/transport/errors.h"
#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {

inline Caller MakeCaller(const std::string& id, std::vector<v1::Role> roles) {
  Caller caller;
  caller.id = "spiffe://signpost.example/authority/E08000035/" + id;
  caller.system = id.starts_with("system/");
  caller.name = id;
  caller.roles = std::move(roles);
  return caller;
}

inline const Caller& Worker() {
  static const Caller caller = MakeCaller("practitioner/worker", {v1::SOCIAL_WORKER});
  return caller;
}
inline const Caller& Desk() {
  static const Caller caller = MakeCaller("practitioner/desk", {v1::DESK_WORKER});
  return caller;
}
inline const Caller& OtherDesk() {
  static const Caller caller = MakeCaller("practitioner/other-desk", {v1::DESK_WORKER});
  return caller;
}
inline const Caller& Manager() {
  static const Caller caller = MakeCaller("practitioner/manager", {v1::DATA_MANAGER});
  return caller;
}
inline const Caller& Officer() {
  static const Caller caller = MakeCaller("practitioner/officer", {v1::PRIVACY_OFFICER});
  return caller;
}
inline const Caller& Admin() {
  static const Caller caller = MakeCaller("practitioner/admin", {v1::NODE_ADMIN});
  return caller;
}
inline const Caller& DeskSystem() {
  static const Caller caller =
      MakeCaller("system/pager", {v1::DESK_WORKER, v1::DATA_MANAGER, v1::PRIVACY_OFFICER});
  return caller;
}

inline std::string ReasonOf(const absl::Status& status) { return DetailsOf(status).reason; }

inline std::string InDays(int days) { return FormatDay(DayOf(kNow) + std::chrono::days(days)); }

// Xanthippe, with enough that a second record of her is known again.
inline v1::ChildDetails Xanthippe() {
  v1::ChildDetails details;
  v1::PersonName* name = details.add_names();
  name->set_kind(v1::PersonName::CURRENT);
  name->set_given("Xanthippe");
  name->set_family("Quillonshaw");
  details.set_date_of_birth("2016-05-17");
  details.set_date_quality(v1::EXACT);
  details.set_sex(v1::FEMALE);
  v1::Address* address = details.add_addresses();
  address->set_kind(v1::Address::CURRENT);
  address->set_house("12");
  address->set_street("Station Road");
  address->set_town("Leeds");
  address->set_postcode("LS62AQ");
  return details;
}

// Somebody else altogether.
inline v1::ChildDetails Somebody(const std::string& given, const std::string& family,
                                 const std::string& born = "2014-11-02") {
  v1::ChildDetails details;
  v1::PersonName* name = details.add_names();
  name->set_kind(v1::PersonName::CURRENT);
  name->set_given(given);
  name->set_family(family);
  details.set_date_of_birth(born);
  details.set_date_quality(v1::EXACT);
  details.add_addresses()->set_kind(v1::Address::CURRENT);
  details.mutable_addresses(0)->set_postcode("BD13QR");
  return details;
}

inline v1::PutChildRequest PutOf(const std::string& reference, const v1::ChildDetails& details,
                                 bool correct = false) {
  v1::PutChildRequest request;
  request.set_case_reference(reference);
  *request.mutable_details() = details;
  request.set_correct(correct);
  return request;
}

// Everything over one store, taken down and built again by Restart().
struct CareWorld : StoreFixture {
  CareWorld() { Build(); }
  void Restart() {
    works.reset();
    Reopen();
    Build();
  }

  // Adds a child as the data manager, who may do so for every test.
  void Add(const std::string& reference, const v1::ChildDetails& details) {
    const auto added = records().Put(Manager(), PutOf(reference, details));
    INFO(added.status().message());
    REQUIRE(added.ok());
  }
  void Shield(const std::string& reference) {
    v1::ShieldRequest request;
    request.set_case_reference(reference);
    request.set_reason("REFUGE");
    const auto shielded = protection().Shield(Manager(), request);
    INFO(shielded.status().message());
    REQUIRE(shielded.ok());
  }
  ChildRow Child(const std::string& reference) {
    auto child = store->GetChildByCase(reference);
    REQUIRE(child.ok());
    return *std::move(child);
  }
  v1::DeskItem PutItem(v1::DeskKind kind, const std::string& reference) {
    v1::DeskItem item;
    item.set_kind(kind);
    item.set_at_ms(clock.NowMs());
    item.set_case_reference(reference);
    item.set_state(v1::OPEN);
    item.set_told(kind == v1::NOTICE_ANSWERED ? v1::INVOLVED_NOW : v1::OUTCOME_UNSPECIFIED);
    item.set_policy_version(7);
    item.mutable_asker()->set_member("E10000016");
    item.mutable_asker()->set_person("B. Asker");
    item.mutable_asker()->set_contact_telephone("01632 960222");
    const auto stored = store->desk().Append({item}, clock.NowMs());
    REQUIRE(stored.ok());
    return stored->front();
  }
  std::vector<v1::AuditRow> Audit() {
    const auto rows = store->ListAudit(0, 10'000);
    REQUIRE(rows.ok());
    return *rows;
  }
  int CountAudit(v1::AuditRow::Kind kind, const std::string& note = "") {
    const auto rows = Audit();
    return static_cast<int>(std::count_if(rows.begin(), rows.end(), [&](const v1::AuditRow& row) {
      return row.kind() == kind && (note.empty() || row.note() == note);
    }));
  }

  RecordWork& records() { return works->records; }
  ProtectionWork& protection() { return works->protection; }
  DeskWork& desk() { return works->desk; }
  RecordGate& gate() { return works->gate; }

  struct Works {
    explicit Works(CareWorld& world)
        : gate(*world.store, [] { return uint64_t{1'000'000}; }),
          records(
              *world.store, gate, world.clock, [] { return std::optional<uint32_t>(1); }, true,
              [&world] { ++world.changes; }),
          protection(*world.store, gate, world.bell, world.clock,
                     [&world](const std::vector<int64_t>& gone) {
                       ++world.changes;
                       world.gone.insert(world.gone.end(), gone.begin(), gone.end());
                     }),
          desk(*world.store, gate, world.bell, world.clock) {}
    RecordGate gate;
    RecordWork records;
    ProtectionWork protection;
    DeskWork desk;
  };

  ManualClock clock{kNow};
  DeskBell bell;
  int changes = 0;
  std::vector<int64_t> gone;
  std::unique_ptr<Works> works;

 private:
  void Build() { works = std::make_unique<Works>(*this); }
};

}  // namespace signpost::node::testing

#endif  // SIGNPOST_TESTS_UNIT_SERVICE_CARE_H_
