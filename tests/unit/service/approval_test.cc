#include "node/service/approval.h"

#include <catch2/catch.hpp>
#include <map>

#include "node/rules/desk.h"
#include "proto/transport/errors.h"

namespace signpost::node {
namespace {

constexpr int64_t kNow = 1'000'000'000;
constexpr int64_t kHourMs = 3'600'000;
const char* const kDesk = "spiffe://x/authority/E08000035/practitioner/desk";
const char* const kOther = "spiffe://x/authority/E08000035/practitioner/desk2";

class DeskInMemory final : public DeskTable {
 public:
  absl::StatusOr<std::vector<v1::DeskItem>> Append(std::vector<v1::DeskItem> added,
                                                   int64_t /*now_ms*/) override {
    for (v1::DeskItem& item : added) {
      item.set_number(items.size() + 1);
      items[item.number()] = item;
    }
    return added;
  }
  absl::StatusOr<v1::DeskItem> Get(uint64_t number) override {
    if (unreadable) return absl::UnavailableError("disk");
    const auto found = items.find(number);
    if (found == items.end()) return absl::NotFoundError("none");
    return found->second;
  }
  absl::StatusOr<std::vector<v1::DeskItem>> List(const DeskQuery& /*query*/) override {
    return std::vector<v1::DeskItem>();
  }
  absl::StatusOr<v1::DeskItem> AddEvent(uint64_t number, v1::DeskState expected,
                                        const v1::DeskEvent& event,
                                        std::vector<v1::AuditRow> rows) override {
    v1::DeskItem& item = items.at(number);
    if (item.state() != expected) return absl::FailedPreconditionError("state");
    item.set_state(event.state());
    *item.add_events() = event;
    for (v1::AuditRow& row : rows) audit.push_back(std::move(row));
    return item;
  }
  absl::Status CountTouches(absl::Span<const Touches> /*touches*/, int64_t /*now_ms*/) override {
    return absl::OkStatus();
  }
  absl::StatusOr<uint64_t> TouchesOf(int64_t /*child_id*/) override { return uint64_t{0}; }

  std::map<uint64_t, v1::DeskItem> items;
  std::vector<v1::AuditRow> audit;
  bool unreadable = false;
};

struct World {
  DeskInMemory desk;
  v1::DeskItem& item;

  World() : item(desk.items[1]) {
    item = RequestOf(v1::APPROVAL_ASK_PROTECTED, kDesk, "L-1", "", kNow);
    item.mutable_asker()->set_purpose(v1::S47_ENQUIRY);
    item.set_number(1);
    item.set_state(v1::CONFIRMED);
  }
  std::string Find(std::string_view reference = "1", std::string_view caller = kDesk,
                   std::string_view case_reference = "L-1", v1::Purpose purpose = v1::S47_ENQUIRY,
                   int64_t now_ms = kNow + kHourMs) {
    const auto found = FindApproval(desk, reference, caller, case_reference, purpose, now_ms);
    return found.ok() ? "" : DetailsOf(found.status()).reason;
  }
};

}  // namespace

TEST_CASE("A confirmed approval of this caller and case and purpose is found") {
  World world;
  CHECK(world.Find().empty());
}

TEST_CASE("An approval that is not this caller's or case's or purpose's is none") {
  World world;
  CHECK(world.Find("1", kOther) == "APPROVAL_NEEDED");
  CHECK(world.Find("1", kDesk, "L-2") == "APPROVAL_NEEDED");
  CHECK(world.Find("1", kDesk, "L-1", v1::EMERGENCY_CARE) == "APPROVAL_NEEDED");
}

TEST_CASE("An approval that nobody confirmed or that was used or overturned is none") {
  World world;
  for (const v1::DeskState state : {v1::OPEN, v1::OVERTURNED, v1::USED, v1::CALLED_BACK}) {
    world.item.set_state(state);
    CHECK(world.Find() == "APPROVAL_NEEDED");
  }
}

TEST_CASE("An approval ends 24 hours after it was asked for") {
  World world;
  CHECK(world.Find("1", kDesk, "L-1", v1::S47_ENQUIRY, kNow + 24 * kHourMs - 1).empty());
  CHECK(world.Find("1", kDesk, "L-1", v1::S47_ENQUIRY, kNow + 24 * kHourMs) == "APPROVAL_NEEDED");
}

TEST_CASE("Another item of the desk is no approval however it stands") {
  World world;
  for (const v1::DeskKind kind : {v1::APPROVAL_UNSHIELD, v1::REVIEW_BREAK_GLASS,
                                  v1::REVIEW_WITHHOLD, v1::ALERT_OWN_PROTECTED}) {
    world.item.set_kind(kind);
    CHECK(world.Find() == "APPROVAL_NEEDED");
  }
}

TEST_CASE("An approval covers neither a broken glass nor a question for somebody else") {
  // Went wrong: the second person approved a plain question, and what left on it broke the glass at
  // every other authority, or was asked for a caller whom nobody had seen.
  AskContext context;
  CHECK(JudgeApproved(context) == AskRefusal::kNone);
  context.breaks_glass = true;
  CHECK(JudgeApproved(context) == AskRefusal::kMayNotBreakGlass);
  context.breaks_glass = false;
  context.mediated = true;
  CHECK(JudgeApproved(context) == AskRefusal::kMayNotMediate);
}

TEST_CASE("A reference that is no number of an item is no approval") {
  World world;
  for (const std::string_view reference :
       {"", "2", "0", "-1", "1 ", " 1", "+1", "0x1", "1;", "99999999999999999999999"}) {
    CHECK(world.Find(reference) == "APPROVAL_NEEDED");
  }
}

TEST_CASE("Every approval that does not fit reads the same") {
  World world;
  const auto say = [&](std::string_view reference, std::string_view caller) {
    return FindApproval(world.desk, reference, caller, "L-1", v1::S47_ENQUIRY, kNow).status();
  };
  CHECK(say("1", kOther) == say("2", kDesk));
  CHECK(say("1", kOther) == say("", kDesk));
}

TEST_CASE("A desk that cannot be read is no approval either and says so") {
  World world;
  world.desk.unreadable = true;
  CHECK(absl::IsUnavailable(
      FindApproval(world.desk, "1", kDesk, "L-1", v1::S47_ENQUIRY, kNow).status()));
}

TEST_CASE("An approval is used once and together with the row of its question") {
  World world;
  v1::AuditRow asked;
  asked.set_kind(v1::AuditRow::QUESTION_ASKED);
  REQUIRE(UseApproval(world.desk, 1, kDesk, {asked}, kNow).ok());
  CHECK(world.item.state() == v1::USED);
  CHECK(world.item.events(0).actor() == kDesk);
  REQUIRE(world.desk.audit.size() == 1);
  const absl::Status again = UseApproval(world.desk, 1, kDesk, {asked}, kNow);
  CHECK(DetailsOf(again).reason == "APPROVAL_NEEDED");
  CHECK(world.desk.audit.size() == 1);
}

}  // namespace signpost::node
