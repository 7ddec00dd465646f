// Two identities of one child that must never be linked: a question about one
// never yields the other.
#include "node/rules/protection.h"
#include "tests/unit/lookup/fixture.h"

namespace signpost::node {
namespace {

// Alice before her adoption: same birth date, same NHS number, another family and address.
v1::ChildDetails BirthIdentity() {
  v1::ChildDetails details = Alice();
  details.mutable_names(0)->set_family("Thistlewood");
  details.mutable_addresses(0)->set_house("3");
  details.mutable_addresses(0)->set_street("Quarry Lane");
  details.mutable_addresses(0)->set_town("Norwich");
  details.mutable_addresses(0)->set_postcode("NR1 3QG");
  return details;
}

// Holds the birth identity as case-1 and, when `both`, the adoptive one as case-2, separated.
struct World {
  explicit World(bool both) {
    f.at(1).Hold(BirthIdentity(), {SocialWork("2026-03-02", "")});
    f.at(1).store.children[1].flags.separated = true;
    if (both) {
      v1::Involvement other = SocialWork("2026-04-02", "");
      other.set_practitioner("C. Other");
      f.at(1).Hold(Alice(), {other});
      f.at(1).store.children[2].flags.separated = true;
    }
    f.EnrolAll();
  }
  TestMember& holder() { return f.at(1); }
  FakeStore& store() { return f.at(1).store; }
  Federation f{2};
};

TEST_CASE("A question about one identity does not find the other though the NHS number is shared") {
  World world(false);
  CHECK(world.f.AskOne(world.holder()).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(world.holder().answerer->counters().claims_with_evidence == 0);
  CHECK(world.holder().alerts.Flush().ok());
  CHECK(world.store().audit.empty());
  CHECK(world.store().desk.empty());
}

TEST_CASE("A separated record answers a question about its own identity") {
  World world(false);
  const v1::LedgerRow row =
      world.f.AskOne(world.holder(), Federation::GoodIntro(), BirthIdentity());
  REQUIRE(row.outcome() == v1::INVOLVED_NOW);
  CHECK(row.answer().signposts(0).practitioner() == "A. Example");
}

TEST_CASE("Of two separated identities each answers for itself and never for the other") {
  World world(true);
  const v1::LedgerRow birth =
      world.f.AskOne(world.holder(), Federation::GoodIntro(), BirthIdentity());
  REQUIRE(birth.answer().signposts_size() == 1);
  CHECK(birth.answer().signposts(0).practitioner() == "A. Example");
  const v1::LedgerRow adoptive = world.f.AskOne(world.holder());
  REQUIRE(adoptive.answer().signposts_size() == 1);
  CHECK(adoptive.answer().signposts(0).practitioner() == "C. Other");
}

TEST_CASE("An asker who gives both identities gets an answer of one of them at most") {
  World world(true);
  v1::ChildDetails both = Alice();
  v1::PersonName& former = *both.add_names();
  former = BirthIdentity().names(0);
  former.set_kind(v1::PersonName::FORMER);
  *both.add_addresses() = BirthIdentity().addresses(0);
  const v1::LedgerRow row = world.f.AskOne(world.holder(), Federation::GoodIntro(), both);
  CHECK(row.answer().signposts_size() <= 1);
  CHECK(world.store().CountAudit(v1::AuditRow::DISCLOSURE) <= 1);
}

TEST_CASE("A claim of a separated record proves only keys with its own family name in them") {
  World world(false);
  HeldMatch all = *MatchHeld(world.store(), kEpoch, SlotOf(kStart), {}, world.store().children[1],
                             HeldKeys::kOwnIdentity);
  CHECK(all.bitmap == 0);
  std::vector<Tag> asked;
  for (const QuestionTag& tag : world.f.Tags(BirthIdentity())) {
    asked.push_back(*SlotTag({reinterpret_cast<const char*>(tag.hint.data()), tag.hint.size()},
                             SlotOf(kStart)));
  }
  const auto match = [&](HeldKeys keys) {
    return *MatchHeld(world.store(), kEpoch, SlotOf(kStart), asked, world.store().children[1],
                      keys);
  };
  const HeldMatch own = match(HeldKeys::kOwnIdentity);
  CHECK(RevealPolicyMet(own.types));
  CHECK((own.types & ~kFamilyNameKeyTypes) == 0);
  CHECK((match(HeldKeys::kAll).types & kStrongKeyTypes) != 0);
}

TEST_CASE("A separated record that is no more than possibly the child says nothing") {
  World world(false);
  v1::ChildDetails twin = BirthIdentity();
  twin.clear_nhs_number();
  twin.mutable_names(0)->set_given("Bartholomea");
  const v1::LedgerRow silent = world.f.AskOne(world.holder(), Federation::GoodIntro(), twin);
  CHECK(silent.outcome() == v1::NOTHING_TO_REPORT);
  CHECK(world.store().CountAudit(v1::AuditRow::DISCLOSURE) == 0);
  world.store().children[1].flags = {};
  const v1::LedgerRow possible = world.f.AskOne(world.holder(), Federation::GoodIntro(), twin);
  CHECK(possible.outcome() == v1::ASK_DESK);
}

TEST_CASE("A question about an own separated record asks by its one identity and reuses its tags") {
  World world(true);
  TestMember& own = world.holder();
  const v1::ChildDetails details = OwnIdentityOnly(own.store.children[2].details);
  for (const MatchKey& key : AskingKeys(details, AskedIdentity::kOwnOnly)) {
    CHECK((KeyTypeBit(key.type) & kFamilyNameKeyTypes) != 0);
  }
  const TagSet stored = *own.store.LoadTags(kEpoch, 2);
  const auto plan = PlanQuestion(details, world.f.epoch(), &stored, Federation::DigestOf(own),
                                 world.f.random, AskedIdentity::kOwnOnly);
  REQUIRE(plan.ok());
  CHECK(plan->reused);
  CHECK(plan->tags.size() <= kQuestionSlots);
  for (const QuestionTag& tag : plan->tags) {
    CHECK((KeyTypeBit(tag.key_type) & kFamilyNameKeyTypes) != 0);
  }
}

TEST_CASE("The own row of one identity never tells of the other") {
  World world(true);
  TestMember& own = world.holder();
  LocalAnswerer local(own.store, own.index);
  LocalAnswerer::Request request;
  request.epoch = kEpoch;
  request.context = ContextOf(Federation::GoodIntro());
  const auto told = [&](const v1::ChildDetails& details) {
    const auto tags = world.f.Tags(details);
    request.details = details;
    std::string practitioners;
    for (const bool with_tags : {true, false}) {
      request.tags = with_tags ? &tags : nullptr;
      const auto answer = local.Answer(request, *own.book->Newest(), own.code, kStart);
      REQUIRE(answer.ok());
      for (const v1::Signpost& s : answer->body().signposts()) practitioners += s.practitioner();
    }
    return practitioners;
  };
  CHECK(told(Alice()) == "C. OtherC. Other");
  CHECK(told(BirthIdentity()) == "A. ExampleA. Example");
  request.case_reference = "case-1";
  CHECK(told(OwnIdentityOnly(BirthIdentity())) == "A. ExampleA. Example");
}

TEST_CASE(
    "A shielded identity silences nobody who shares its NHS number alone and raises no alert") {
  // It was judged by all of its keys: the number that both identities share silenced the other
  // one's holder, and the alert tied the two together.
  World world(false);
  world.store().children[1].flags.shielded = true;
  world.holder().Hold(Alice(), {SocialWork("2026-04-02", "")});
  world.f.EnrolAll();
  CHECK(world.f.AskOne(world.holder()).outcome() == v1::INVOLVED_NOW);
  CHECK(world.holder().alerts.Flush().ok());
  CHECK(world.store().Desk(v1::ALERT_SHIELDED).empty());
  CHECK(world.f.AskOne(world.holder(), Federation::GoodIntro(), BirthIdentity()).outcome() ==
        v1::NOTHING_TO_REPORT);
  CHECK(world.holder().alerts.Flush().ok());
  CHECK(world.store().Desk(v1::ALERT_SHIELDED).size() == 1);
}

}  // namespace
}  // namespace signpost::node
