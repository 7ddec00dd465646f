#include "node/rules/protection.h"

#include <catch2/catch.hpp>
#include <string>

#include "proto/base/reason.h"
#include "proto/limits.h"
#include "tests/unit/rules/fixture.h"

namespace signpost::node {
namespace {

constexpr KeyTypeSet kEnoughToReveal =
    KeyTypeBit(KeyType::kBirthBothNames) | KeyTypeBit(KeyType::kBirthPostcode);
constexpr KeyTypeSet kOneWeak = KeyTypeBit(KeyType::kPostcodeFamily);

v1::ChildDetails Child(const std::string& given, const std::string& family,
                       const std::string& postcode = "LS6 2AQ") {
  v1::ChildDetails details;
  v1::PersonName* name = details.add_names();
  name->set_kind(v1::PersonName::CURRENT);
  name->set_given(given);
  name->set_family(family);
  details.set_date_of_birth("2017-03-14");
  details.set_date_quality(v1::EXACT);
  details.set_sex(v1::FEMALE);
  v1::Address* address = details.add_addresses();
  address->set_kind(v1::Address::CURRENT);
  address->set_house("12");
  address->set_street("Station Road");
  address->set_town("Leeds");
  address->set_postcode(postcode);
  return details;
}

// As the node compares two of its records.
DuplicateVerdict Compare(const v1::ChildDetails& a, const ChildFlags& a_flags,
                         const v1::ChildDetails& b, const ChildFlags& b_flags,
                         bool separated_pair = false) {
  const NormalisedChild first = Normalise(a);
  const NormalisedChild second = Normalise(b);
  const KeyTypeSet shared = [&] {
    KeyTypeSet types = 0;
    const std::vector<MatchKey> others = HolderKeys(second);
    for (const MatchKey& key : HolderKeys(first)) {
      for (const MatchKey& other : others) {
        if (key == other) types |= KeyTypeBit(key.type);
      }
    }
    return types;
  }();
  return JudgeDuplicate(a_flags, b_flags, Decide(Score(first, second), 12'000'000), shared,
                        separated_pair);
}

TEST_CASE("ContactPoint 2009: a second unshielded record of a shielded child is taken out") {
  // What went wrong: ContactPoint shielded records. When a source system sent the same child again,
  // the new record carried no shield, and the address of a child in a refuge could be read.
  const v1::ChildDetails child = Child("Amelia", "Hartley");
  CHECK(Compare(child, Shielded(), child, {}) == DuplicateVerdict::kQuarantineSecond);
  CHECK(Compare(child, {}, child, Shielded()) == DuplicateVerdict::kQuarantineFirst);
  v1::ChildDetails arrived = child;
  arrived.mutable_names(0)->set_given("Amelie");
  arrived.mutable_addresses(0)->set_postcode("BS1 4DJ");
  arrived.set_nhs_number("9990000018");
  CHECK(Compare(child, Shielded(), arrived, {}) == DuplicateVerdict::kQuarantineSecond);

  const HeldRecord second = Held({Involved(v1::SCHOOL)}, Quarantined());
  for (const AskContext& context : {Enquiry(), Triage(), EnquiryWithBrokenGlass()}) {
    CHECK(IsNothing(Answer({Certain(second)}, context)));
  }
  CHECK(SilencesNode(second.child.flags));
}

TEST_CASE("Two likely records of one child wait for a data manager") {
  const v1::ChildDetails child = Child("Amelia", "Hartley");
  CHECK(Compare(child, {}, child, {}) == DuplicateVerdict::kDecide);
  CHECK(Compare(child, Shielded(), child, Shielded()) == DuplicateVerdict::kDecide);
  CHECK(Compare(child, {}, Child("Amelia", "Hartly"), {}) == DuplicateVerdict::kDecide);
}

TEST_CASE("Two records of different children are left alone") {
  v1::ChildDetails other = Child("George", "Okafor", "M14 5QF");
  other.set_date_of_birth("2012-11-02");
  CHECK(Compare(Child("Amelia", "Hartley"), {}, other, {}) == DuplicateVerdict::kUnrelated);
  CHECK(Compare(Child("Amelia", "Hartley"), Shielded(), other, {}) == DuplicateVerdict::kUnrelated);
}

TEST_CASE("Twins are no duplicates unless one of them is shielded") {
  const v1::ChildDetails one = Child("Amelia", "Hartley");
  v1::ChildDetails two = Child("George", "Hartley");
  two.set_sex(v1::MALE);
  CHECK(Compare(one, {}, two, {}) == DuplicateVerdict::kUnrelated);
  CHECK(Compare(one, Shielded(), two, {}) == DuplicateVerdict::kQuarantineSecond);
  const Decision crossed = {v1::POSSIBLE,
                            {v1::SAME_IDENTIFIER_DIFFERENT_DETAILS, v1::TWIN_OR_SIBLING}};
  CHECK(JudgeDuplicate({}, {}, crossed, 0, false) == DuplicateVerdict::kDecide);
}

TEST_CASE("Keys that meet the reveal policy are enough to quarantine and one weak key is not") {
  const Decision none;
  CHECK(JudgeDuplicate(Shielded(), {}, none, kEnoughToReveal, false) ==
        DuplicateVerdict::kQuarantineSecond);
  CHECK(JudgeDuplicate(Shielded(), {}, none, kStrongKeyTypes, false) ==
        DuplicateVerdict::kQuarantineSecond);
  CHECK(JudgeDuplicate(Shielded(), {}, none, kOneWeak, false) == DuplicateVerdict::kUnrelated);
  CHECK(JudgeDuplicate({}, {}, none, kEnoughToReveal, false) == DuplicateVerdict::kUnrelated);
}

TEST_CASE("A grade that is not known finds no duplicate") {
  const Decision strange = {static_cast<v1::MatchGrade>(40), {}};
  CHECK(JudgeDuplicate({}, {}, strange, 0, false) == DuplicateVerdict::kUnrelated);
}

TEST_CASE("Separated identities are never linked or suggested whatever they share") {
  const v1::ChildDetails child = Child("Amelia", "Hartley");
  for (const auto& first : {ChildFlags(), Shielded(), Separated()}) {
    for (const auto& second : {ChildFlags(), Shielded(), Separated()}) {
      CHECK(Compare(child, first, child, second, true) == DuplicateVerdict::kUnrelated);
    }
  }
}

TEST_CASE("Separated identities are never merged") {
  CHECK(JudgeMerge(false).ok());
  const absl::Status refused = JudgeMerge(true);
  CHECK(refused.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(DetailsOf(refused).reason == reason::kSeparated);
}

TEST_CASE("One identity of a separated pair is asked about as itself alone") {
  v1::ChildDetails details = Child("Amelia", "Hartley");
  details.set_nhs_number("9990000018");
  details.set_upn("P207000016049");
  v1::PersonName* former = details.add_names();
  former->set_kind(v1::PersonName::FORMER);
  former->set_given("Amy");
  former->set_family("Oldname");
  v1::PersonName* preferred = details.add_names();
  preferred->set_kind(v1::PersonName::PREFERRED);
  preferred->set_given("Millie");
  preferred->set_family("Oldname");
  *details.add_names() = *former;
  details.mutable_names(3)->set_kind(v1::PersonName::ALIAS);
  *details.add_addresses() = details.addresses(0);
  details.mutable_addresses(1)->set_kind(v1::Address::FORMER);
  details.mutable_addresses(1)->set_postcode("BS1 4DJ");

  const v1::ChildDetails own = OwnIdentityOnly(details);
  CHECK(own.nhs_number().empty());
  CHECK(own.upn().empty());
  REQUIRE(own.names_size() == 2);
  CHECK(own.names(0).family() == "Hartley");
  CHECK(own.names(1).given() == "Millie");
  REQUIRE(own.addresses_size() == 1);
  CHECK(own.date_of_birth() == "2017-03-14");
  CHECK(own.sex() == v1::FEMALE);
  const std::string bytes = own.SerializeAsString();
  CHECK(bytes.find("Oldname") == std::string::npos);
  CHECK(bytes.find("Amy") == std::string::npos);
  CHECK(bytes.find("BS1") == std::string::npos);
}

TEST_CASE("A separated record claims only on keys with its own current family name") {
  v1::ChildDetails details = Child("Amelia", "Hartley");
  details.set_nhs_number("9990000018");
  v1::PersonName* former = details.add_names();
  former->set_kind(v1::PersonName::FORMER);
  former->set_family("Zwick");
  for (const auto& keys : {OwnIdentityHolderKeys(details), OwnIdentityAskerKeys(details)}) {
    CHECK_FALSE(keys.empty());
    CHECK(CanMeetRevealPolicy(keys));
    for (const MatchKey& key : keys) {
      CHECK((KeyTypeBit(key.type) & kFamilyNameKeyTypes) != 0);
      CHECK(key.fields.find("ZW") == std::string::npos);
    }
  }
}

TEST_CASE("Keys of the two identities of one child do not meet") {
  const v1::ChildDetails now = Child("Grace", "Hartley");
  v1::ChildDetails before = Child("Amelia", "Okafor", "BS1 4DJ");
  before.set_nhs_number("9990000018");
  v1::ChildDetails linked = now;
  linked.set_nhs_number("9990000018");
  v1::PersonName* former = linked.add_names();
  former->set_kind(v1::PersonName::FORMER);
  former->set_given("Amelia");
  former->set_family("Okafor");
  for (const MatchKey& key : OwnIdentityHolderKeys(linked)) {
    for (const MatchKey& other : AskerKeys(Normalise(before))) CHECK_FALSE(key == other);
  }
}

TEST_CASE("A record without a current name has no identity to be found by") {
  v1::ChildDetails details = Child("Amelia", "Hartley");
  details.mutable_names(0)->set_kind(v1::PersonName::ALIAS);
  CHECK(OwnIdentityHolderKeys(details).empty());
}

TEST_CASE("A merge keeps what the survivor says and adds what it lacks") {
  v1::ChildDetails survivor = Child("Amelia", "Hartley");
  survivor.clear_sex();
  v1::ChildDetails absorbed = Child("Amelia", "Hartley-Jones", "BS1 4DJ");
  absorbed.set_date_of_birth("2017-03-15");
  absorbed.set_nhs_number("9990000018");
  absorbed.set_upn("P207000016049");
  const v1::ChildDetails merged = MergeDetails(survivor, absorbed);
  CHECK(merged.date_of_birth() == "2017-03-14");
  CHECK(merged.nhs_number() == "9990000018");
  CHECK(merged.upn() == "P207000016049");
  CHECK(merged.sex() == v1::FEMALE);
  REQUIRE(merged.names_size() == 2);
  CHECK(merged.names(0).family() == "Hartley");
  CHECK(merged.names(1).family() == "Hartley-Jones");
  CHECK(merged.names(1).kind() == v1::PersonName::ALIAS);
  REQUIRE(merged.addresses_size() == 2);
  CHECK(merged.addresses(0).kind() == v1::Address::CURRENT);
  CHECK(merged.addresses(1).kind() == v1::Address::FORMER);
  survivor.set_nhs_number("9990000026");
  CHECK(MergeDetails(survivor, absorbed).nhs_number() == "9990000026");
}

TEST_CASE("A merge adds no name or address twice and stays within the limits") {
  const v1::ChildDetails survivor = Child("Amelia", "Hartley");
  v1::ChildDetails same = Child("AMELIA", "hartley", "ls62aq");
  CHECK(MergeDetails(survivor, same).names_size() == 1);
  CHECK(MergeDetails(survivor, same).addresses_size() == 1);
  for (int i = 0; i < 20; ++i) {
    same.add_names()->set_family("Name" + std::string(static_cast<size_t>(i + 1), 'x'));
    same.add_addresses()->set_street(std::string(static_cast<size_t>(i + 1), 'y') + " Lane");
  }
  const v1::ChildDetails merged = MergeDetails(survivor, same);
  CHECK(merged.names_size() == static_cast<int>(kMaxNames));
  CHECK(merged.addresses_size() == static_cast<int>(kMaxAddresses));
}

TEST_CASE("A merged record is found by the keys of both") {
  const v1::ChildDetails survivor = Child("Amelia", "Hartley");
  v1::ChildDetails absorbed = Child("Amelia", "Okafor", "BS1 4DJ");
  const KeyTypeSet own = KeyTypesOf(HolderKeys(Normalise(absorbed)));
  const std::vector<MatchKey> keys = HolderKeys(Normalise(MergeDetails(survivor, absorbed)));
  KeyTypeSet met = 0;
  for (const MatchKey& key : HolderKeys(Normalise(absorbed))) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) met |= KeyTypeBit(key.type);
  }
  CHECK(met == own);
}

TEST_CASE("A decision to shield has a known reason and a review within six months") {
  const auto check = [](const std::string& reason, const std::string& review_by) {
    return CheckShieldDecision({reason, "desk", review_by}, kToday);
  };
  for (const char* reason :
       {"REFUGE", "WITNESS_PROTECTION", "ADOPTION_AT_RISK", "HONOUR_BASED_ABUSE", "OTHER"}) {
    CHECK(check(reason, "2026-12-15").ok());
  }
  CHECK(check("REFUGE", InDays(0)).ok());
  for (const absl::Status& refused :
       {check("", "2026-12-15"), check("refuge", "2026-12-15"), check("REFUGE", ""),
        check("REFUGE", "2026-12-16"), check("REFUGE", InDays(-1)), check("REFUGE", "never")}) {
    CHECK(refused.code() == absl::StatusCode::kInvalidArgument);
    CHECK(DetailsOf(refused).reason == reason::kDetails);
  }
}

}  // namespace
}  // namespace signpost::node
