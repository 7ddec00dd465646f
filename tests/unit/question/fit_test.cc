#include "proto/question/fit.h"

#include <catch2/catch.hpp>
#include <functional>

#include "proto/limits.h"
#include "tests/unit/question/fixture.h"

namespace signpost {
namespace {

v1::Intro FullIntro() {
  v1::Intro intro;
  intro.set_member(std::string(32, 'M'));
  intro.set_person(std::string(120, 'p'));
  intro.set_person_asserted(true);
  intro.set_on_behalf_of(std::string(120, 'b'));
  intro.set_role(v1::NODE_ADMIN);
  intro.set_organisation(std::string(80, 'o'));
  intro.set_purpose(v1::OTHER_PURPOSE);
  intro.set_purpose_text(std::string(200, 't'));
  intro.set_lawful_basis(std::string(100, 'l'));
  intro.set_contact_telephone(std::string(30, '1'));
  intro.set_break_glass_reason(std::string(200, 'g'));
  return intro;
}

v1::ChildDetails FullDetails() {
  v1::ChildDetails details;
  for (size_t i = 0; i < kMaxNames; ++i) {
    v1::PersonName* name = details.add_names();
    name->set_kind(static_cast<v1::PersonName::Kind>(i % 4 + 1));
    name->set_given(std::string(60, static_cast<char>('a' + i)));
    name->set_middle(std::string(60, 'm'));
    name->set_family(std::string(60, 'f'));
  }
  for (size_t i = 0; i < kMaxAddresses; ++i) {
    v1::Address* address = details.add_addresses();
    address->set_kind(i == 5 ? v1::Address::CURRENT : v1::Address::FORMER);
    address->set_house(std::string(60, static_cast<char>('0' + i)));
    address->set_street(std::string(60, 's'));
    address->set_town(std::string(60, 't'));
    address->set_postcode(std::string(10, 'P'));
  }
  details.set_date_of_birth("2015-03-09");
  details.set_date_quality(v1::YEAR_ONLY);
  details.set_sex(v1::INDETERMINATE);
  details.set_nhs_number(std::string(10, '9'));
  details.set_upn(std::string(13, 'P'));
  return details;
}

v1::AnswerBody FullAnswer() {
  v1::AnswerBody answer;
  answer.set_outcome(v1::INVOLVED_NOW);
  for (size_t i = 0; i < kMaxSignposts; ++i) {
    v1::Signpost* signpost = answer.add_signposts();
    signpost->set_service(v1::OTHER_SERVICE);
    signpost->set_organisation(std::string(80, 'o'));
    signpost->set_team(std::string(80, 't'));
    signpost->set_practitioner(std::string(120, 'p'));
    signpost->set_practitioner_role(std::string(80, 'r'));
    signpost->set_telephone(std::string(30, '1'));
    signpost->set_lead_professional(true);
    signpost->set_since("2025-01-01");
    signpost->set_until("2026-01-01");
  }
  answer.set_more(true);
  answer.mutable_desk()->set_name(std::string(80, 'n'));
  answer.mutable_desk()->set_telephone(std::string(30, '1'));
  answer.mutable_desk()->set_hours(std::string(200, 'h'));
  answer.mutable_desk()->set_out_of_hours_telephone(std::string(30, '2'));
  answer.mutable_desk()->set_email(std::string(120, 'e'));
  answer.set_grade(v1::CERTAIN);
  for (int i = 0; i < 8; ++i) answer.add_reasons(v1::EVIDENCE_BELOW_CERTAIN);
  answer.set_as_of_ms(INT64_MAX);
  answer.set_reference(std::string(64, 'R'));
  return answer;
}

// Every text of a message one byte above its limit is refused by the field's name.
template <typename Message>
void CheckEveryText(const Message& full, absl::Status (*fit)(const Message&, Enums),
                    const std::string& prefix) {
  const auto* descriptor = full.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* field = descriptor->field(i);
    if (field->is_repeated() || field->type() != field->TYPE_STRING) continue;
    Message message = full;
    const auto* reflection = message.GetReflection();
    const std::string value = reflection->GetString(message, field);
    reflection->SetString(&message, field, value + "x");
    CHECK(fit(message, Enums::kKnown).message() == prefix + field->name());
    reflection->SetString(&message, field, "\xc3(");
    CHECK(fit(message, Enums::kKnown).message() == prefix + field->name());
  }
}

TEST_CASE("An intro with every field at its maximum fits its question") {
  Fixture fixture;
  CHECK(FitIntro(FullIntro()).ok());
  CHECK(FullIntro().ByteSizeLong() <= kMaxIntroSize);
  CHECK(BuildQuestion(Fixture::Header(), fixture.tags, fixture.Recipients(), FullIntro(),
                      fixture.asker_key, fixture.random)
            .ok());
}

TEST_CASE("An intro text above its limit or not UTF-8 is refused by name") {
  CheckEveryText<v1::Intro>(FullIntro(), FitIntro, "intro.");
}

TEST_CASE("An intro with an unknown role or purpose is refused of a sender only") {
  v1::Intro intro = FullIntro();
  intro.set_role(static_cast<v1::Role>(99));
  CHECK(FitIntro(intro).message() == "intro.role");
  CHECK(FitIntro(intro, Enums::kAny).ok());
  intro = FullIntro();
  intro.set_purpose(static_cast<v1::Purpose>(99));
  CHECK(FitIntro(intro).message() == "intro.purpose");
}

TEST_CASE("Details text above its limit is refused by name") {
  v1::ChildDetails details;
  details.set_date_of_birth("2015-03-09");
  details.set_nhs_number(std::string(10, '9'));
  details.set_upn(std::string(13, 'P'));
  CheckEveryText<v1::ChildDetails>(details, FitDetails, "details.");
}

TEST_CASE("Names and addresses above their limits are refused by name") {
  const auto fit = [](const std::function<void(v1::ChildDetails&)>& change) {
    v1::ChildDetails details;
    details.add_names();
    details.add_addresses();
    change(details);
    const absl::Status status = FitDetails(details);
    return std::string(status.message().data(), status.message().size());
  };
  const std::string long_text(61, 'x');
  CHECK(fit([&](auto& d) { d.mutable_names(0)->set_given(long_text); }) == "details.names.given");
  CHECK(fit([&](auto& d) { d.mutable_names(0)->set_middle(long_text); }) == "details.names.middle");
  CHECK(fit([&](auto& d) { d.mutable_names(0)->set_family(long_text); }) == "details.names.family");
  CHECK(fit([&](auto& d) { d.mutable_addresses(0)->set_house(long_text); }) ==
        "details.addresses.house");
  CHECK(fit([&](auto& d) { d.mutable_addresses(0)->set_street(long_text); }) ==
        "details.addresses.street");
  CHECK(fit([&](auto& d) { d.mutable_addresses(0)->set_town(long_text); }) ==
        "details.addresses.town");
  CHECK(fit([&](auto& d) { d.mutable_addresses(0)->set_postcode("12345678901"); }) ==
        "details.addresses.postcode");
  CHECK(fit([&](auto& d) {
          while (d.names_size() <= 8) d.add_names();
        }) == "details.names");
  CHECK(fit([&](auto& d) {
          while (d.addresses_size() <= 6) d.add_addresses();
        }) == "details.addresses");
  CHECK(fit([&](auto& d) { d.set_sex(static_cast<v1::Sex>(99)); }) == "details.sex");
  CHECK(fit([&](auto& d) { d.set_date_quality(static_cast<v1::DateQuality>(99)); }) ==
        "details.date_quality");
}

TEST_CASE("Details with every field at its maximum are reduced to what fits") {
  const v1::ChildDetails full = FullDetails();
  CHECK(FitDetails(full).message() == "details");
  const v1::ChildDetails reduced = ReduceDetails(full);
  CHECK(FitDetails(reduced).ok());
  CHECK(reduced.nhs_number() == full.nhs_number());
  CHECK(reduced.upn() == full.upn());
  CHECK(reduced.date_of_birth() == full.date_of_birth());
  CHECK(reduced.sex() == full.sex());
  CHECK(reduced.names_size() >= 4);
  CHECK(reduced.addresses_size() >= 3);
  // Both current names, and the current address although it comes last.
  CHECK(reduced.names(0).given() == std::string(60, 'a'));
  CHECK(reduced.addresses(reduced.addresses_size() - 1).kind() == v1::Address::CURRENT);
  int current = 0;
  for (const v1::PersonName& name : reduced.names()) current += name.kind() == 1 ? 1 : 0;
  CHECK(current == 2);
}

TEST_CASE("Details that fit are not touched by the reduction") {
  v1::ChildDetails details = FullDetails();
  details.mutable_names()->DeleteSubrange(3, 5);
  details.mutable_addresses()->DeleteSubrange(3, 3);
  REQUIRE(FitDetails(details).ok());
  CHECK(ReduceDetails(details).SerializeAsString() == details.SerializeAsString());
}

TEST_CASE("Fields that are too long are cut between characters") {
  v1::ChildDetails details;
  std::string name;
  for (int i = 0; i < 40; ++i) name += "\xc5\x82";
  details.add_names()->set_family("x" + name);
  const v1::ChildDetails reduced = ReduceDetails(details);
  CHECK(FitDetails(reduced).ok());
  CHECK(reduced.names(0).family().size() == 59);
  CHECK(CutUtf8("abc", 2) == "ab");
  CHECK(CutUtf8("a\xf0\x9f\x98\x80", 4) == "a");
  CHECK(CutUtf8("", 0).empty());
}

TEST_CASE("An answer with every field at its maximum fits its message") {
  CHECK(FitAnswer(FullAnswer()).ok());
  CHECK(FullAnswer().ByteSizeLong() <= kMaxAnswerBodySize);
  CHECK(ReduceAnswer(FullAnswer()).SerializeAsString() == FullAnswer().SerializeAsString());
}

TEST_CASE("An answer's field above its limit is refused by name") {
  CheckEveryText<v1::AnswerBody>(FullAnswer(), FitAnswer, "answer.");
  const auto fit_signpost = [](const v1::Signpost& signpost, Enums enums) {
    v1::AnswerBody answer = FullAnswer();
    *answer.mutable_signposts(0) = signpost;
    return FitAnswer(answer, enums);
  };
  const auto fit_desk = [](const v1::Desk& desk, Enums enums) {
    v1::AnswerBody answer = FullAnswer();
    *answer.mutable_desk() = desk;
    return FitAnswer(answer, enums);
  };
  CheckEveryText<v1::Signpost>(FullAnswer().signposts(0), fit_signpost, "answer.signposts.");
  CheckEveryText<v1::Desk>(FullAnswer().desk(), fit_desk, "answer.desk.");
  v1::AnswerBody answer = FullAnswer();
  answer.add_signposts();
  CHECK(FitAnswer(answer).message() == "answer.signposts");
  answer = FullAnswer();
  answer.add_reasons(v1::TWIN_OR_SIBLING);
  CHECK(FitAnswer(answer).message() == "answer.reasons");
  answer = FullAnswer();
  answer.set_as_of_ms(-1);
  CHECK(FitAnswer(answer).message() == "answer.as_of_ms");
  answer = FullAnswer();
  answer.set_grade(static_cast<v1::MatchGrade>(9));
  CHECK(FitAnswer(answer).message() == "answer.grade");
}

TEST_CASE("An answer with more signposts than fit keeps the first six and says so") {
  v1::AnswerBody answer = FullAnswer();
  answer.set_more(false);
  for (int i = 0; i < 20; ++i) {
    v1::Signpost* signpost = answer.add_signposts();
    *signpost = answer.signposts(0);
    signpost->set_team(std::string(4000, 'z'));
  }
  answer.mutable_signposts(0)->set_organisation(std::string(5000, 'q'));
  answer.mutable_desk()->set_hours(std::string(5000, 'h'));
  const v1::AnswerBody reduced = ReduceAnswer(answer);
  CHECK(FitAnswer(reduced).ok());
  CHECK(reduced.signposts_size() == 6);
  CHECK(reduced.more());
  CHECK(reduced.signposts(0).organisation() == std::string(80, 'q'));
}

}  // namespace
}  // namespace signpost
