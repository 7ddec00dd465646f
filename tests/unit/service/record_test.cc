// What people and systems do with their authority's own records.
#include <catch2/catch.hpp>
#include <functional>

#include "node/service/record_access.h"
#include "node/service/record_check.h"
#include "tests/unit/service/care.h"

namespace signpost::node {
namespace {

using testing::CareWorld;
using testing::Desk;
using testing::InDays;
using testing::kNow;
using testing::Manager;
using testing::PutOf;
using testing::ReasonOf;
using testing::Somebody;
using testing::Worker;
using testing::Xanthippe;

v1::GetChildRequest Getting(const std::string& reference) {
  v1::GetChildRequest request;
  request.set_case_reference(reference);
  return request;
}

v1::OpenInvolvementRequest Opening(const std::string& reference, const std::string& own,
                                   v1::ServiceType service = v1::EARLY_HELP) {
  v1::OpenInvolvementRequest request;
  request.set_case_reference(reference);
  request.set_involvement_reference(own);
  request.mutable_involvement()->set_service(service);
  request.mutable_involvement()->set_practitioner("Q. Draithe");
  request.mutable_involvement()->set_start_on("2026-01-05");
  return request;
}

v1::RenewInvolvementRequest Renewing(const std::string& reference, const std::string& own,
                                     const std::string& review_by) {
  v1::RenewInvolvementRequest request;
  request.set_case_reference(reference);
  request.set_involvement_reference(own);
  request.set_review_by(review_by);
  return request;
}

v1::SetConsentRequest Consenting(const std::string& own, const std::string& by,
                                 const std::string& on, const std::string& withdrawn = "") {
  v1::SetConsentRequest request;
  request.set_case_reference("L-1");
  request.set_involvement_reference(own);
  request.set_given_by(by);
  request.set_given_on(on);
  request.set_withdrawn_on(withdrawn);
  return request;
}

std::string WhyRefused(const v1::PutChildRequest& request) {
  const auto checked = CheckChild(request, NumberUse::kTraining, kNow);
  return checked.ok() ? "" : std::string(checked.status().message());
}

bool Mentions(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

v1::ImportChunkReply Import(CareWorld& world, const std::string& csv, bool check_only = false) {
  v1::ImportChunkRequest request;
  request.set_kind(v1::IMPORT_CHILDREN);
  request.set_csv(csv);
  request.set_first_line(2);
  request.set_check_only(check_only);
  const auto reply = world.records().Import(Manager(), request);
  INFO(reply.status().message());
  REQUIRE(reply.ok());
  return *reply;
}

std::string XanthippeCsv(const std::string& reference, bool shielded) {
  return "case_reference,given_name,family_name,date_of_birth,sex,house,street,town,postcode,"
         "shielded,shield_reason\n" +
         reference + ",Xanthippe,Quillonshaw,2016-05-17,F,12,Station Road,Leeds,LS6 2AQ," +
         (shielded ? "yes,REFUGE" : "no,") + "\n";
}

}  // namespace

TEST_CASE("A child is added once and corrected with its history kept") {
  CareWorld world;
  REQUIRE(world.records().Put(Worker(), PutOf("L-1", Xanthippe())).ok());
  CHECK(world.changes == 1);
  const auto again = world.records().Put(Worker(), PutOf("L-1", Xanthippe()));
  CHECK(ReasonOf(again.status()) == "CASE_EXISTS");
  CHECK(ReasonOf(world.records().Put(Worker(), PutOf("L-9", Xanthippe(), true)).status()) ==
        "NO_SUCH_CASE");

  v1::ChildDetails corrected = Xanthippe();
  corrected.mutable_names(0)->set_given("Xanthipa");
  REQUIRE(world.records().Put(Worker(), PutOf("L-1", corrected, true)).ok());
  corrected.mutable_names(0)->set_given("Xantippa");
  REQUIRE(world.records().Put(Worker(), PutOf("L-1", corrected, true)).ok());
  const auto record = world.records().Get(Worker(), Getting("L-1"));
  REQUIRE(record.ok());
  CHECK(record->details().names(0).given() == "Xantippa");
  const auto history = world.records().ListHistory(Manager(), Getting("L-1"));
  REQUIRE(history.ok());
  REQUIRE(history->size() == 2);
  CHECK(history->front().details().names(0).given() == "Xanthipa");
  CHECK(history->back().details().names(0).given() == "Xanthippe");
  CHECK(world.CountAudit(v1::AuditRow::RECORD_CHANGED, "CHILD_ADDED") == 1);
  CHECK(world.CountAudit(v1::AuditRow::RECORD_CHANGED, "CHILD_CORRECTED") == 2);
}

TEST_CASE("A child is checked as an import checks its rows and told by field and reason") {
  const auto with = [](const std::function<void(v1::PutChildRequest&)>& edit) {
    v1::PutChildRequest request = PutOf("L-1", Xanthippe());
    edit(request);
    return WhyRefused(request);
  };
  CHECK(with([](v1::PutChildRequest&) {}).empty());
  CHECK(Mentions(with([](auto& r) { r.set_case_reference(""); }), "case_reference: MISSING"));
  CHECK(Mentions(with([](auto& r) { r.set_case_reference(std::string(65, 'x')); }), "TOO_LONG"));
  CHECK(
      Mentions(with([](auto& r) { r.mutable_details()->clear_names(); }), "family_name: MISSING"));
  CHECK(Mentions(
      with([](auto& r) { r.mutable_details()->mutable_names(0)->set_given(std::string(61, 'x')); }),
      "given_name: TOO_LONG"));
  CHECK(Mentions(with([](auto& r) { r.mutable_details()->mutable_names(0)->set_given("\x07"); }),
                 "given_name: NOT_UTF8"));
  CHECK(Mentions(with([](auto& r) {
                   for (int i = 0; i < 8; ++i) r.mutable_details()->add_names();
                 }),
                 "names: TOO_MANY"));
  CHECK(Mentions(with([](auto& r) { r.mutable_details()->set_date_of_birth("2016-02-30"); }),
                 "date_of_birth: NO_SUCH_DATE"));
  CHECK(Mentions(with([](auto& r) { r.mutable_details()->set_date_of_birth("17/05/2016"); }),
                 "date_of_birth: DATE_NOT_YYYY_MM_DD"));
  CHECK(Mentions(with([](auto& r) { r.mutable_details()->set_date_of_birth(InDays(2)); }),
                 "date_of_birth: DATE_IN_FUTURE"));
  CHECK(Mentions(with([](auto& r) { r.mutable_details()->set_nhs_number("9990000019"); }),
                 "nhs_number: NHS_NUMBER_INVALID"));
  CHECK(Mentions(with([](auto& r) { r.mutable_details()->set_nhs_number("4857730006"); }),
                 "nhs_number: NHS_NUMBER_NOT_FOR_TRAINING"));
  CHECK(Mentions(with([](auto& r) { r.mutable_details()->set_upn("B000000000000"); }),
                 "upn: UPN_INVALID"));
  CHECK(Mentions(
      with([](auto& r) { r.mutable_details()->mutable_addresses(0)->set_postcode("NOWHERE"); }),
      "postcode: POSTCODE_INVALID"));
  CHECK(Mentions(with([](auto& r) { r.set_date_of_death("2016-05-16"); }),
                 "date_of_death: DEATH_BEFORE_BIRTH"));
  CHECK(Mentions(with([](auto& r) { r.set_date_of_death("never"); }),
                 "date_of_death: DATE_NOT_YYYY_MM_DD"));
  CHECK(Mentions(with([](auto& r) { r.mutable_details()->set_sex(static_cast<v1::Sex>(9)); }),
                 "sex: NOT_IN_LIST"));
  CHECK(Mentions(with([](auto& r) {
                   for (int i = 0; i < 9; ++i) r.add_carers()->set_name("C");
                 }),
                 "carers: TOO_MANY"));
}

TEST_CASE("No refusal repeats what was sent") {
  v1::PutChildRequest request = PutOf("L-1", Xanthippe());
  request.mutable_details()->set_nhs_number("9990000019");
  CHECK(!Mentions(WhyRefused(request), "9990000019"));
  request = PutOf("L-1", Xanthippe());
  request.mutable_details()->mutable_addresses(0)->set_postcode("QUILLON");
  CHECK(!Mentions(WhyRefused(request), "QUILLON"));
}

TEST_CASE("A child by whom nobody could be found is refused with what would help") {
  CareWorld world;
  v1::ChildDetails details;
  details.add_names()->set_family("Quillonshaw");
  const auto added = world.records().Put(Worker(), PutOf("L-1", details));
  CHECK(ReasonOf(added.status()) == "DETAILS");
  CHECK(Mentions(std::string(added.status().message()), "date of birth"));
  CHECK(absl::IsNotFound(world.store->GetChildByCase("L-1").status()));
  details.mutable_names(0)->set_given("Xanthippe");
  details.set_date_of_birth("2016-05-17");
  CHECK(world.records().Put(Worker(), PutOf("L-1", details)).ok());
}

TEST_CASE("Identifiers and postcodes are kept in their one form and 1900-01-01 as missing") {
  v1::PutChildRequest request = PutOf("L-1", Xanthippe());
  request.mutable_details()->set_nhs_number("999 000 0018");
  request.mutable_details()->mutable_addresses(0)->set_postcode("ls6 2aq");
  const auto checked = CheckChild(request, NumberUse::kTraining, kNow);
  REQUIRE(checked.ok());
  CHECK(checked->details.nhs_number() == "9990000018");
  CHECK(checked->details.addresses(0).postcode() == "LS62AQ");
  request.mutable_details()->set_date_of_birth("1900-01-01");
  const auto undated = CheckChild(request, NumberUse::kTraining, kNow);
  REQUIRE(undated.ok());
  CHECK(undated->details.date_of_birth().empty());
  CHECK(undated->details.date_quality() == v1::DATE_QUALITY_UNSPECIFIED);
}

// A correction of a name once would have brought a child back to life, whose death it did not say.
TEST_CASE("A correction leaves what it does not say") {
  CareWorld world;
  v1::PutChildRequest request = PutOf("L-1", Xanthippe());
  request.set_date_of_death("2026-03-01");
  request.set_keep_until_25(true);
  request.add_carers()->set_name("A. Quillonshaw");
  REQUIRE(world.records().Put(Worker(), request).ok());
  v1::ChildDetails corrected = Xanthippe();
  corrected.mutable_names(0)->set_given("Xanthipa");
  REQUIRE(world.records().Put(Worker(), PutOf("L-1", corrected, true)).ok());
  const ChildRow child = world.Child("L-1");
  CHECK(child.date_of_death == "2026-03-01");
  CHECK(child.keep_until_25);
  CHECK(child.carers.size() == 1);
}

// ContactPoint, 2009: a second record of a shielded child arrived without the shield, and was
// shown.
TEST_CASE("A second record of a shielded child that is added is out of every answer") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Shield("L-1");
  const auto reply = world.records().Put(Worker(), PutOf("H-7", Xanthippe()));
  REQUIRE(reply.ok());
  CHECK(world.Child("H-7").flags.quarantined);
  // Who added it is not told that a hidden record resembles it.
  CHECK(reply->possible_duplicates() == 0);
  CHECK(!reply->waits_for_decision());
  const auto told = world.records().Put(Manager(), PutOf("S-9", Xanthippe()));
  REQUIRE(told.ok());
  CHECK(told->waits_for_decision());
  CHECK(told->possible_duplicates() >= 1);
  CHECK(world.Child("S-9").flags.quarantined);
  // Nor can it be corrected into the open.
  REQUIRE(world.records().Put(Worker(), PutOf("H-7", Xanthippe(), true)).ok());
  CHECK(world.Child("H-7").flags.quarantined);
  REQUIRE(world.records().Put(Manager(), PutOf("H-7", Xanthippe(), true)).ok());
  CHECK(world.Child("H-7").flags.quarantined);
}

// A practitioner added a child with somebody's details, and read NO_SUCH_CASE of it exactly when a
// shielded child had them.
TEST_CASE("Whoever adds or corrects a record does not learn that a shielded child resembles it") {
  CareWorld guarded;
  guarded.Add("L-1", Xanthippe());
  guarded.Shield("L-1");
  CareWorld empty;
  const auto both = [&](const auto& call) {
    const auto with = call(guarded);
    const auto without = call(empty);
    REQUIRE(with.ok());
    REQUIRE(without.ok());
    CHECK(with->SerializeAsString() == without->SerializeAsString());
  };
  both([](CareWorld& world) { return world.records().Put(Worker(), PutOf("H-7", Xanthippe())); });
  REQUIRE(guarded.Child("H-7").flags.quarantined);
  for (CareWorld* world : {&guarded, &empty}) {
    const ChildRow child = world->Child("H-7");
    TagSet set;
    set.child_id = child.id;
    set.revision = child.revision;
    set.tags.emplace_back();
    set.tags.back().key_type = 1;
    set.tags.back().key_digest = std::string(16, 'd');
    set.tags.back().hint = std::string(32, 'h');
    set.tags.back().poss = Secret::CopyOf(std::string(32, 'p'));
    REQUIRE(world->store->ReplaceTags(1, {&set, 1}).ok());
  }
  both([](CareWorld& world) { return world.records().Get(Worker(), Getting("H-7")); });
  CHECK(guarded.records().Get(Worker(), Getting("H-7"))->findable());
  CHECK(!guarded.records().Get(Manager(), Getting("H-7"))->findable());
  both([](CareWorld& world) { return world.records().Open(Worker(), Opening("H-7", "i-1")); });
  both([](CareWorld& world) {
    return world.records().Put(Worker(), PutOf("H-7", Xanthippe(), true));
  });
  both([](CareWorld& world) {
    v1::ShieldRequest shield;
    shield.set_case_reference("H-7");
    shield.set_reason("REFUGE");
    return world.protection().Shield(Worker(), shield);
  });
}

TEST_CASE("A quarantined record that is shielded too is hidden") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Shield("L-1");
  world.Add("H-7", Xanthippe());
  world.Shield("H-7");
  CHECK(ReasonOf(world.records().Get(Worker(), Getting("H-7")).status()) == "NO_SUCH_CASE");
}

// The counts of an import say of a row of one's own whether the child is held or shielded.
TEST_CASE("Only a person is told how many duplicates an import found") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Shield("L-1");
  v1::ImportChunkRequest request;
  request.set_kind(v1::IMPORT_CHILDREN);
  request.set_csv(XanthippeCsv("H-7", false));
  for (const bool check_only : {true, false}) {
    request.set_check_only(check_only);
    const auto reply = world.records().Import(testing::DeskSystem(), request);
    REQUIRE(reply.ok());
    CHECK(reply->accepted() == 1);
    CHECK(reply->quarantined() == 0);
    CHECK(reply->duplicates() == 0);
    CHECK(reply->quality().duplicates() == 0);
    CHECK(reply->quality().rows() == (check_only ? 1U : 0U));
  }
  CHECK(world.Child("H-7").flags.quarantined);
  CHECK(Import(world, XanthippeCsv("S-9", false), true).quality().duplicates() == 1);
  CHECK(Import(world, XanthippeCsv("S-9", false)).quarantined() == 1);
}

TEST_CASE("A second record of a shielded child that is imported is out of every answer") {
  CareWorld world;
  CHECK(Import(world, XanthippeCsv("L-1", true)).accepted() == 1);
  CHECK(world.Child("L-1").flags.shielded);
  const v1::ImportChunkReply reply = Import(world, XanthippeCsv("H-7", false));
  CHECK(reply.accepted() == 1);
  CHECK(reply.quarantined() == 1);
  CHECK(world.Child("H-7").flags.quarantined);
  // The same file once more, and the shielded child without its column: nothing comes into the
  // open.
  Import(world, XanthippeCsv("H-7", false));
  Import(world, XanthippeCsv("L-1", false));
  CHECK(world.Child("H-7").flags.quarantined);
  CHECK(world.Child("L-1").flags.shielded);
}

TEST_CASE("A corrected record that comes to resemble a shielded child is out of every answer") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Shield("L-1");
  world.Add("H-7", Somebody("Barnaby", "Ostrowe"));
  CHECK(!world.Child("H-7").flags.quarantined);
  REQUIRE(world.records().Put(Worker(), PutOf("H-7", Xanthippe(), true)).ok());
  CHECK(world.Child("H-7").flags.quarantined);
}

TEST_CASE("Likely duplicates are queued and never merged") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  const auto reply = world.records().Put(Manager(), PutOf("H-7", Xanthippe()));
  REQUIRE(reply.ok());
  CHECK(reply->possible_duplicates() == 1);
  CHECK(!reply->waits_for_decision());
  CHECK(world.Child("L-1").id != world.Child("H-7").id);
  const auto pairs = world.protection().ListDuplicates(v1::ListDuplicatesRequest());
  REQUIRE(pairs.ok());
  REQUIRE(pairs->size() == 1);
  CHECK(pairs->front().case_reference() == "L-1");
  CHECK(pairs->front().other_case_reference() == "H-7");
  CHECK(pairs->front().grade() != v1::MATCH_GRADE_UNSPECIFIED);
}

TEST_CASE("A check of an import stores nothing and says how good the rows are") {
  CareWorld world;
  const size_t rows = world.Audit().size();
  const v1::ImportChunkReply reply = Import(world, XanthippeCsv("L-1", true), true);
  CHECK(reply.quality().rows() == 1);
  CHECK(reply.quality().nhs_number_missing() == 1);
  CHECK(absl::IsNotFound(world.store->GetChildByCase("L-1").status()));
  CHECK(world.Audit().size() == rows);
  CHECK(world.changes == 0);
}

TEST_CASE("Taken case references read the same whoever may see the record") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  world.Add("L-2", Somebody("Barnaby", "Ostrowe"));
  world.Shield("L-1");
  const v1::PutChildRequest hidden = PutOf("L-1", Somebody("Cosmo", "Trellis"));
  const v1::PutChildRequest open = PutOf("L-2", Somebody("Cosmo", "Trellis"));
  CHECK(world.records().Put(Worker(), hidden).status() ==
        world.records().Put(Worker(), open).status());
}

TEST_CASE("A separated record reads as the one identity that it is") {
  CareWorld world;
  v1::ChildDetails adopted = Somebody("Perpetua", "Vandersloot");
  v1::PersonName* former = adopted.add_names();
  former->set_kind(v1::PersonName::FORMER);
  former->set_family("Quillonshaw");
  adopted.set_nhs_number("9990000018");
  v1::Address* old_home = adopted.add_addresses();
  old_home->set_kind(v1::Address::FORMER);
  old_home->set_postcode("LS62AQ");
  world.Add("L-1", Xanthippe());
  world.Add("A-1", adopted);
  v1::SeparateRequest separate;
  separate.set_case_reference("L-1");
  separate.set_other_case_reference("A-1");
  REQUIRE(world.protection().Separate(Manager(), separate).ok());

  const auto seen = world.records().Get(Worker(), Getting("A-1"));
  REQUIRE(seen.ok());
  CHECK(seen->details().names_size() == 1);
  CHECK(seen->details().names(0).family() == "Vandersloot");
  CHECK(seen->details().addresses_size() == 1);
  CHECK(seen->details().nhs_number().empty());
  const auto whole = world.records().Get(Manager(), Getting("A-1"));
  REQUIRE(whole.ok());
  CHECK(whole->details().names_size() == 2);

  // The carers of one identity, who may be those of the other, were shown to everybody.
  v1::PutChildRequest with_carer = PutOf("A-1", adopted, true);
  with_carer.add_carers()->set_name("A. Quillonshaw");
  REQUIRE(world.records().Put(Manager(), with_carer).ok());
  CHECK(world.records().Get(Worker(), Getting("A-1"))->carers_size() == 0);
  CHECK(world.records().Get(Manager(), Getting("A-1"))->carers_size() == 1);

  // Corrected by somebody who was not shown the rest: the rest stays.
  v1::ChildDetails corrected = seen->details();
  corrected.mutable_names(0)->set_given("Perpetia");
  REQUIRE(world.records().Put(Worker(), PutOf("A-1", corrected, true)).ok());
  const ChildRow child = world.Child("A-1");
  CHECK(child.details.names(0).given() == "Perpetia");
  REQUIRE(child.details.names_size() == 2);
  CHECK(child.details.names(1).family() == "Quillonshaw");
  CHECK(child.details.addresses_size() == 2);
  CHECK(child.details.nhs_number() == "9990000018");
}

TEST_CASE("An archived record is the data manager's alone") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  REQUIRE(world.store->SetArchived(world.Child("L-1").id, true, kNow, {}).ok());
  const absl::Status hidden = world.records().Get(Worker(), Getting("L-1")).status();
  CHECK(hidden == world.records().Get(Worker(), Getting("X-1")).status());
  CHECK(ReasonOf(world.records().Get(Desk(), Getting("L-1")).status()) == "NO_SUCH_CASE");
  CHECK(ReasonOf(world.records().Open(Worker(), Opening("L-1", "i-1")).status()) == "NO_SUCH_CASE");
  const auto record = world.records().Get(Manager(), Getting("L-1"));
  REQUIRE(record.ok());
  CHECK(!record->findable());
}

TEST_CASE("Nothing is done with a hidden record and the reply and the audit are an unknown one's") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  REQUIRE(world.records().Open(Worker(), Opening("L-1", "i-1")).ok());
  world.Shield("L-1");
  const size_t rows = world.Audit().size();
  v1::CloseInvolvementRequest close;
  close.set_involvement_reference("i-1");
  close.set_end_on("2026-09-01");
  const auto both = [&](const auto& call) {
    const absl::Status hidden = call("L-1");
    CHECK(ReasonOf(hidden) == "NO_SUCH_CASE");
    CHECK(hidden == call("X-1"));
  };
  both(
      [&](const std::string& ref) { return world.records().Get(Worker(), Getting(ref)).status(); });
  both([&](const std::string& ref) {
    return world.records().Open(Worker(), Opening(ref, "i-2")).status();
  });
  both([&](const std::string& ref) {
    close.set_case_reference(ref);
    return world.records().Close(Worker(), close).status();
  });
  both([&](const std::string& ref) {
    return world.records().Renew(Worker(), Renewing(ref, "i-1", "")).status();
  });
  both([&](const std::string& ref) {
    v1::SetConsentRequest consent = Consenting("i-1", "Carer", "2026-09-01");
    consent.set_case_reference(ref);
    return world.records().SetConsent(Worker(), consent).status();
  });
  both([&](const std::string& ref) {
    return world.records().Put(Worker(), PutOf(ref, Xanthippe(), true)).status();
  });
  CHECK(world.Audit().size() == rows);
}

TEST_CASE("A match is explained field by field in words and bits without a value") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  v1::ExplainMatchRequest request;
  request.set_case_reference("L-1");
  *request.mutable_details() = Xanthippe();
  request.mutable_details()->mutable_names(0)->set_given("Xantippe");
  const auto explained = world.records().Explain(Manager(), request);
  REQUIRE(explained.ok());
  CHECK(explained->grade() == v1::CERTAIN);
  CHECK(explained->total_bits() > explained->certain_bits());
  CHECK(explained->certain_bits() > explained->possible_bits());
  CHECK(explained->reveal_policy_met());
  CHECK(explained->shared_key_types_size() > 0);
  REQUIRE(explained->fields_size() == 8);
  CHECK(explained->fields(0).field() == "given name");
  CHECK(explained->fields(0).level() == "close");
  CHECK(explained->fields(3).level() == "equal");
  CHECK(explained->fields(3).bits() > 10);
  CHECK(explained->fields(5).level() == "same postcode, same house");
  CHECK(explained->fields(6).level() == "missing");
  CHECK(!Mentions(explained->ShortDebugString(), "uillonshaw"));
  *request.mutable_details() = Somebody("Barnaby", "Ostrowe");
  CHECK(world.records().Explain(Manager(), request)->grade() == v1::MATCH_GRADE_UNSPECIFIED);
  request.set_case_reference("X-1");
  CHECK(ReasonOf(world.records().Explain(Manager(), request).status()) == "NO_SUCH_CASE");
  CHECK(world.CountAudit(v1::AuditRow::RECORD_READ, "EXPLAIN_MATCH") == 2);
}

TEST_CASE("Every role but the officer and the administrator works with records") {
  for (int role = v1::SOCIAL_WORKER; role <= v1::NODE_ADMIN; ++role) {
    const Caller caller = testing::MakeCaller("practitioner/x", {static_cast<v1::Role>(role)});
    CHECK(NeedsPractitioner(caller).ok() ==
          (role != v1::PRIVACY_OFFICER && role != v1::NODE_ADMIN));
    CHECK(SeesProtected(caller) == (role == v1::DESK_WORKER || role == v1::DATA_MANAGER));
  }
  CHECK(absl::IsPermissionDenied(NeedsPractitioner(testing::MakeCaller("practitioner/x", {}))));
}

}  // namespace signpost::node
