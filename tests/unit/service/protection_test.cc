// Shields that survive, separated identities, and a data manager's decisions.
#include <catch2/catch.hpp>

#include "tests/unit/service/care.h"

namespace signpost::node {
namespace {

using testing::CareWorld;
using testing::Desk;
using testing::InDays;
using testing::Manager;
using testing::ReasonOf;
using testing::Somebody;
using testing::Worker;
using testing::Xanthippe;

v1::ShieldRequest Shielding(const std::string& reference, const std::string& why = "REFUGE",
                            const std::string& review_by = "") {
  v1::ShieldRequest request;
  request.set_case_reference(reference);
  request.set_reason(why);
  request.set_review_by(review_by);
  return request;
}

v1::DecideDuplicateRequest Deciding(const std::string& first, const std::string& second,
                                    v1::DuplicateDecision decision) {
  v1::DecideDuplicateRequest request;
  request.set_case_reference(first);
  request.set_other_case_reference(second);
  request.set_decision(decision);
  return request;
}

v1::SeparateRequest Separating(const std::string& first, const std::string& second) {
  v1::SeparateRequest request;
  request.set_case_reference(first);
  request.set_other_case_reference(second);
  return request;
}

v1::GetChildRequest Getting(const std::string& reference) {
  v1::GetChildRequest request;
  request.set_case_reference(reference);
  return request;
}

std::vector<v1::DuplicatePair> Pairs(CareWorld& world) {
  return world.protection().ListDuplicates(v1::ListDuplicatesRequest()).value();
}

std::vector<v1::DeskItem> Approvals(CareWorld& world) {
  v1::ListDeskRequest request;
  request.set_view(v1::APPROVALS);
  request.set_open_only(true);
  return world.desk().List(Desk(), request).value();
}

absl::StatusOr<v1::DeskItem> Approve(CareWorld& world, const Caller& caller, uint64_t number = 0,
                                     bool confirm = true) {
  v1::DecideRequest request;
  request.set_number(number == 0 ? Approvals(world).front().number() : number);
  request.set_confirm(confirm);
  return world.desk().Decide(caller, request);
}

void OpenInvolvement(CareWorld& world, const std::string& reference, const std::string& own) {
  const InvolvementWrite write = testing::MakeInvolvement(reference, own);
  REQUIRE(testing::AddInvolvement(*world.store, write) == WriteOutcome::kCreated);
}

}  // namespace

TEST_CASE("A shield says who decided why and is reviewed within six months") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  REQUIRE(world.protection().Shield(Worker(), Shielding("L-1")).ok());
  const ChildRow child = world.Child("L-1");
  REQUIRE(child.shield.has_value());
  CHECK(child.shield->reason == "REFUGE");
  CHECK(child.shield->decided_by == Worker().id);
  CHECK(child.shield->review_by == "2027-03-21");
  CHECK(world.CountAudit(v1::AuditRow::PROTECTION_CHANGED, "SHIELDED") == 1);
  REQUIRE(world.protection().Shield(Desk(), Shielding("L-1", "OTHER", InDays(30))).ok());
  CHECK(world.Child("L-1").shield->review_by == InDays(30));
}

TEST_CASE("A shield without a reason of the list or for longer than six months is refused") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  for (const v1::ShieldRequest& request :
       {Shielding("L-1", ""), Shielding("L-1", "BECAUSE"), Shielding("L-1", "REFUGE", InDays(200)),
        Shielding("L-1", "REFUGE", InDays(-1)), Shielding("L-1", "REFUGE", "soon")}) {
    CHECK(ReasonOf(world.protection().Shield(Manager(), request).status()) == "DETAILS");
  }
  CHECK(!world.Child("L-1").flags.shielded);
}

TEST_CASE("A person with a long name can shield too") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  Caller caller = Worker();
  caller.id = "spiffe://a-very-long-trust-domain." + std::string(120, 'x') +
              ".example/authority/E08000035/practitioner/worker";
  REQUIRE(world.protection().Shield(caller, Shielding("L-1")).ok());
  CHECK(world.Child("L-1").shield->decided_by.ends_with("/practitioner/worker"));
}

TEST_CASE("A shielded child reads like an unknown one to all but the desk and the data manager") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  REQUIRE(world.protection().Shield(Worker(), Shielding("L-1")).ok());
  const size_t rows = world.Audit().size();
  const absl::Status hidden = world.records().Get(Worker(), Getting("L-1")).status();
  const absl::Status unknown = world.records().Get(Worker(), Getting("L-9")).status();
  CHECK(ReasonOf(hidden) == "NO_SUCH_CASE");
  CHECK(hidden == unknown);
  CHECK(world.protection().Shield(Worker(), Shielding("L-1")).status() ==
        world.protection().Shield(Worker(), Shielding("L-9")).status());
  CHECK(world.Audit().size() == rows);
  CHECK(world.records().Get(Desk(), Getting("L-1")).ok());
  CHECK(world.records().Get(Manager(), Getting("L-1")).ok());
}

// ContactPoint, 2009: a second record of a shielded child arrived without the shield, and was
// shown. Here it arrives before the shield.
TEST_CASE("Shielding takes the child's second record out of every answer at once") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Add("H-7", Xanthippe());
  world.Add("L-3", Somebody("Barnaby", "Ostrowe"));
  const auto reply = world.protection().Shield(Manager(), Shielding("L-1"));
  REQUIRE(reply.ok());
  CHECK(reply->quarantined() == 1);
  CHECK(world.Child("H-7").flags.quarantined);
  CHECK(!world.Child("L-3").flags.quarantined);
  // Out of every answer, and no other to read than before for who may not know of the shield.
  CHECK(world.records().Get(Worker(), Getting("H-7")).ok());
  const auto pairs = Pairs(world);
  REQUIRE(pairs.size() == 1);
  CHECK(pairs.front().one_is_shielded());
  world.Restart();
  CHECK(world.Child("H-7").flags.quarantined);
}

TEST_CASE("A quarantine ends when two persons say that they are two children") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Add("H-7", Xanthippe());
  world.Shield("L-1");
  REQUIRE(world.Child("H-7").flags.quarantined);
  CHECK(ReasonOf(world.protection()
                     .DecideDuplicate(Manager(), Deciding("L-1", "H-7", v1::DIFFERENT))
                     .status()) == "SECOND_PERSON");
  CHECK(world.CountAudit(v1::AuditRow::DECISION, "TWO_CHILDREN") == 0);
  REQUIRE(Approve(world, Desk()).ok());
  CHECK(!world.Child("H-7").flags.quarantined);
  CHECK(world.Child("L-1").flags.shielded);
  CHECK(Pairs(world).empty());
  CHECK(world.CountAudit(v1::AuditRow::DECISION, "TWO_CHILDREN") == 2);
  // It is not asked again: neither by a correction nor by the next decision to shield.
  v1::ChildDetails moved = Xanthippe();
  moved.mutable_addresses(0)->set_house("14");
  REQUIRE(world.records().Put(Manager(), testing::PutOf("H-7", moved, true)).ok());
  world.Shield("L-1");
  CHECK(!world.Child("H-7").flags.quarantined);
  CHECK(Pairs(world).empty());
}

TEST_CASE("The shield wins a merge whichever record stays") {
  for (const bool shielded_stays : {true, false}) {
    CareWorld world;
    world.Add("L-1", Xanthippe());
    world.Add("H-7", Xanthippe());
    world.Shield("L-1");
    const std::string stays = shielded_stays ? "L-1" : "H-7";
    const std::string goes = shielded_stays ? "H-7" : "L-1";
    REQUIRE(world.protection().DecideDuplicate(Manager(), Deciding(stays, goes, v1::MERGE)).ok());
    const ChildRow child = world.Child(stays);
    CHECK(child.flags.shielded);
    CHECK(!child.flags.quarantined);
    CHECK(child.shield->reason == "REFUGE");
    CHECK(world.Child(goes).id == child.id);
    CHECK(world.gone.size() == 1);
    CHECK(Pairs(world).empty());
    CHECK(world.CountAudit(v1::AuditRow::DECISION, "MERGED") == 2);
  }
}

TEST_CASE("A merge moves what belonged to the other record and keeps its history") {
  CareWorld world;
  v1::ChildDetails second = Xanthippe();
  second.set_nhs_number("9990000018");
  second.mutable_names(0)->set_given("Xanthipe");
  world.Add("L-1", Xanthippe());
  world.Add("H-7", second);
  OpenInvolvement(world, "L-1", "i-1");
  OpenInvolvement(world, "H-7", "i-2");
  world.PutItem(v1::NOTICE_ANSWERED, "H-7");
  REQUIRE(world.protection().DecideDuplicate(Manager(), Deciding("L-1", "H-7", v1::MERGE)).ok());
  const ChildRow child = world.Child("L-1");
  CHECK(child.details.nhs_number() == "9990000018");
  CHECK(world.store->ListInvolvements(child.id)->size() == 2);
  const auto history = world.records().ListHistory(Manager(), Getting("L-1"));
  REQUIRE(history.ok());
  CHECK(std::any_of(history->begin(), history->end(), [](const v1::ChildVersion& version) {
    return version.case_reference() == "H-7" && version.details().names(0).given() == "Xanthipe";
  }));
  v1::ListDeskRequest notices;
  notices.set_view(v1::NOTICES);
  notices.set_case_reference("H-7");
  CHECK(world.desk().List(Worker(), notices)->size() == 1);
  CHECK(world.records().Get(Worker(), Getting("H-7"))->case_reference() == "L-1");
  CHECK(world.changes > 0);
}

// The absorbed record resembles a third one that the survivor did not.
TEST_CASE("A merge looks again for further records of the shielded child") {
  CareWorld world;
  v1::ChildDetails renamed = Xanthippe();
  renamed.mutable_names(0)->set_given("Perpetua");
  renamed.mutable_names(0)->set_family("Vandersloot");
  world.Add("L-1", Xanthippe());
  world.Shield("L-1");
  world.Add("H-7", renamed);
  world.Add("S-9", renamed);
  const auto merged =
      world.protection().DecideDuplicate(Manager(), Deciding("L-1", "H-7", v1::MERGE));
  REQUIRE(merged.ok());
  CHECK(world.Child("L-1").flags.shielded);
  CHECK(world.Child("S-9").flags.quarantined);
}

TEST_CASE("An unshielded merge keeps what waits about either record") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Add("H-7", Xanthippe());
  world.Add("S-9", Xanthippe());
  REQUIRE(world.protection().DecideDuplicate(Manager(), Deciding("L-1", "H-7", v1::MERGE)).ok());
  const auto pairs = Pairs(world);
  REQUIRE(pairs.size() == 1);
  CHECK(pairs.front().case_reference() == "L-1");
  CHECK(pairs.front().other_case_reference() == "S-9");
}

TEST_CASE("Separated identities are never merged suggested or linked") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Add("H-7", Xanthippe());
  REQUIRE(Pairs(world).size() == 1);
  REQUIRE(world.protection().Separate(Manager(), Separating("L-1", "H-7")).ok());
  CHECK(Pairs(world).empty());
  CHECK(world.changes > 0);
  for (const auto& [first, second] : {std::pair("L-1", "H-7"), std::pair("H-7", "L-1")}) {
    const auto merged =
        world.protection().DecideDuplicate(Manager(), Deciding(first, second, v1::MERGE));
    CHECK(absl::IsFailedPrecondition(merged.status()));
    CHECK(ReasonOf(merged.status()) == "SEPARATED");
  }
  CHECK(world.Child("L-1").id != world.Child("H-7").id);
  // Neither a shield nor a correction suggests the pair again.
  world.Shield("L-1");
  CHECK(!world.Child("H-7").flags.quarantined);
  v1::ChildDetails corrected = Xanthippe();
  corrected.mutable_addresses(0)->set_house("13");
  REQUIRE(world.records().Put(Manager(), testing::PutOf("H-7", corrected, true)).ok());
  CHECK(!world.Child("H-7").flags.quarantined);
  CHECK(Pairs(world).empty());
}

TEST_CASE("Separating ends a quarantine that only the pair held") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Add("H-7", Xanthippe());
  world.Shield("L-1");
  REQUIRE(world.Child("H-7").flags.quarantined);
  CHECK(ReasonOf(world.protection().Separate(Manager(), Separating("L-1", "H-7")).status()) ==
        "SECOND_PERSON");
  REQUIRE(Approve(world, Desk()).ok());
  CHECK(!world.Child("H-7").flags.quarantined);
  CHECK(world.Child("L-1").flags.shielded);
  CHECK(world.store->AreSeparated(world.Child("L-1").id, world.Child("H-7").id).value());
}

// One data manager undid a shield in effect: imported a second record, and said that they are two
// children, or two identities.
TEST_CASE("One person alone does not let go what a shield holds") {
  for (const bool separates : {false, true}) {
    CareWorld world;
    world.Add("L-1", Xanthippe());
    world.Shield("L-1");
    world.Add("H-7", Xanthippe());
    const Caller both =
        testing::MakeCaller("practitioner/both", {v1::DATA_MANAGER, v1::DESK_WORKER});
    const auto part = [&](const Caller& caller, const std::string& one, const std::string& other) {
      return separates ? world.protection().Separate(caller, Separating(one, other)).status()
                       : world.protection()
                             .DecideDuplicate(caller, Deciding(one, other, v1::DIFFERENT))
                             .status();
    };
    const auto held = [&] {
      return world.Child("H-7").flags.quarantined && world.Child("L-1").flags.shielded &&
             !world.Child("L-1").flags.separated && Pairs(world).size() == 1;
    };
    CHECK(ReasonOf(part(both, "L-1", "H-7")) == "SECOND_PERSON");
    CHECK(held());
    const v1::DeskItem wanted = Approvals(world).front();
    CHECK(wanted.case_reference() == "L-1");
    CHECK(wanted.question_reference() == "H-7");
    CHECK(wanted.reason() == (separates ? "SEPARATE" : "DIFFERENT"));
    CHECK(wanted.requested_by() == both.id);
    CHECK(ReasonOf(Approve(world, both).status()) == "SECOND_PERSON");
    CHECK(held());
    // Asked for again, the other way round and by whomever, it is the same request.
    CHECK(ReasonOf(part(Manager(), "H-7", "L-1")) == "SECOND_PERSON");
    CHECK(Approvals(world).size() == 1);
    // It is no request to lift the shield, nor is one of those taken for it.
    v1::RequestUnshieldRequest unshield;
    unshield.set_case_reference("L-1");
    unshield.set_reason(wanted.reason());
    CHECK(world.protection().RequestUnshield(Manager(), unshield)->number() != wanted.number());
    REQUIRE(Approve(world, testing::OtherDesk(), wanted.number(), false).ok());
    CHECK(held());
    CHECK(ReasonOf(part(both, "L-1", "H-7")) == "SECOND_PERSON");
    const uint64_t again = Approvals(world).front().number();
    CHECK(again > wanted.number());
    REQUIRE(Approve(world, testing::OtherDesk(), again).ok());
    CHECK(!world.Child("H-7").flags.quarantined);
    CHECK(world.Child("L-1").flags.shielded);
    CHECK(Pairs(world).empty());
    CHECK(world.Child("L-1").flags.separated == separates);
  }
}

TEST_CASE("A confirmed parting of records that were merged since parts nothing") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Shield("L-1");
  world.Add("H-7", Xanthippe());
  CHECK(ReasonOf(world.protection()
                     .DecideDuplicate(Manager(), Deciding("L-1", "H-7", v1::DIFFERENT))
                     .status()) == "SECOND_PERSON");
  REQUIRE(world.protection().DecideDuplicate(Manager(), Deciding("L-1", "H-7", v1::MERGE)).ok());
  CHECK(ReasonOf(Approve(world, Desk()).status()) == "STORE_FAILED");
  CHECK(world.Child("L-1").flags.shielded);
  CHECK(world.CountAudit(v1::AuditRow::DECISION, "TWO_CHILDREN") == 0);
}

// Two identities were separated, and a third record that holds both went on answering for either.
TEST_CASE("Separating takes a third record that resembles both out of every answer") {
  CareWorld world;
  v1::ChildDetails adopted = Somebody("Perpetua", "Vandersloot", "2016-05-17");
  v1::ChildDetails links = Xanthippe();
  *links.add_names() = adopted.names(0);
  links.mutable_names(1)->set_kind(v1::PersonName::ALIAS);
  *links.add_addresses() = adopted.addresses(0);
  v1::ChildDetails only_one = Xanthippe();
  only_one.mutable_addresses(0)->set_house("14");
  world.Add("L-1", Xanthippe());
  world.Add("A-1", adopted);
  world.Add("T-1", links);
  world.Add("T-2", only_one);
  world.Add("T-3", Somebody("Barnaby", "Ostrowe"));
  const auto reply = world.protection().Separate(Manager(), Separating("L-1", "A-1"));
  REQUIRE(reply.ok());
  CHECK(reply->quarantined() == 1);
  CHECK(world.Child("T-1").flags.quarantined);
  CHECK(!world.Child("T-2").flags.quarantined);
  CHECK(!world.Child("T-3").flags.quarantined);
  CHECK(!world.Child("L-1").flags.quarantined);
  CHECK(!world.Child("A-1").flags.quarantined);
  CHECK(world.CountAudit(v1::AuditRow::PROTECTION_CHANGED, "QUARANTINED") == 1);
  // It comes back when somebody has decided whose it is not.
  REQUIRE(
      world.protection().DecideDuplicate(Manager(), Deciding("A-1", "T-1", v1::DIFFERENT)).ok());
  CHECK(!world.Child("T-1").flags.quarantined);
}

// A merge quarantined what it came to resemble before it was a merge, and no row said so.
TEST_CASE("A merge that comes to resemble a shielded child is quarantined and the audit says so") {
  CareWorld world;
  world.Add("S-1", Xanthippe());
  world.Shield("S-1");
  world.Add("L-1", Somebody("Barnaby", "Ostrowe", "2016-05-17"));
  v1::ChildDetails named = Xanthippe();
  named.clear_date_of_birth();
  named.clear_addresses();
  named.add_addresses()->set_postcode("BD13QR");
  world.Add("H-7", named);
  REQUIRE(!world.Child("L-1").flags.quarantined);
  REQUIRE(!world.Child("H-7").flags.quarantined);
  const auto merged =
      world.protection().DecideDuplicate(Manager(), Deciding("L-1", "H-7", v1::MERGE));
  REQUIRE(merged.ok());
  CHECK(merged->quarantined() == 1);
  CHECK(world.Child("L-1").flags.quarantined);
  CHECK(world.CountAudit(v1::AuditRow::PROTECTION_CHANGED, "QUARANTINED") == 1);
}

TEST_CASE("Two references of one record are no pair") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Add("H-7", Xanthippe());
  REQUIRE(world.protection().DecideDuplicate(Manager(), Deciding("L-1", "H-7", v1::MERGE)).ok());
  CHECK(ReasonOf(world.protection().Separate(Manager(), Separating("L-1", "H-7")).status()) ==
        "DETAILS");
  CHECK(ReasonOf(world.protection()
                     .DecideDuplicate(Manager(), Deciding("L-1", "L-1", v1::MERGE))
                     .status()) == "DETAILS");
  CHECK(ReasonOf(world.protection()
                     .DecideDuplicate(Manager(), Deciding("L-1", "X-1", v1::MERGE))
                     .status()) == "NO_SUCH_CASE");
}

TEST_CASE("Only a person decides about duplicates and says what") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Add("H-7", Xanthippe());
  CHECK(ReasonOf(world.protection()
                     .DecideDuplicate(testing::DeskSystem(), Deciding("L-1", "H-7", v1::MERGE))
                     .status()) == "NOT_PERMITTED");
  CHECK(ReasonOf(world.protection()
                     .DecideDuplicate(Manager(),
                                      Deciding("L-1", "H-7", v1::DUPLICATE_DECISION_UNSPECIFIED))
                     .status()) == "DETAILS");
  CHECK(ReasonOf(world.protection().ConfirmShields(testing::DeskSystem()).status()) ==
        "NOT_PERMITTED");
  CHECK(Pairs(world).size() == 1);
}

TEST_CASE("Different children who wait for no decision are not decided") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Add("L-3", Somebody("Barnaby", "Ostrowe"));
  CHECK(Pairs(world).empty());
  CHECK(absl::IsNotFound(world.protection()
                             .DecideDuplicate(Manager(), Deciding("L-1", "L-3", v1::DIFFERENT))
                             .status()));
}

TEST_CASE("Confirmed shields are in the audit") {
  CareWorld world;
  REQUIRE(world.protection().ConfirmShields(Manager()).ok());
  CHECK(!world.store->ShieldsUnconfirmed());
  CHECK(world.CountAudit(v1::AuditRow::PROTECTION_CHANGED, "SHIELDS_CONFIRMED") == 1);
}

}  // namespace signpost::node
