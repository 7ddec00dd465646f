#include "node/rules/telling.h"

#include <catch2/catch.hpp>
#include <string>

#include "proto/limits.h"
#include "proto/question/fit.h"
#include "tests/unit/rules/fixture.h"

namespace signpost::node {
namespace {

Judgement Judge(const HeldRecord& record, const AskContext& context) {
  return JudgeRecord(record, context, DefaultTable(), Today());
}

TEST_CASE("A current involvement is told with whom to ring and with the desk") {
  v1::Involvement involvement = Involved(v1::CHILDRENS_SOCIAL_CARE);
  involvement.set_lead_professional(true);
  involvement.set_email("a.example@leeds.example");
  involvement.set_assessment_exists(true);
  const HeldRecord record = Held({involvement});
  const v1::AnswerBody body = Answer({Certain(record)}, Triage());
  CHECK(body.outcome() == v1::INVOLVED_NOW);
  CHECK(body.grade() == v1::CERTAIN);
  CHECK(body.as_of_ms() == kAsOfMs);
  CHECK(body.desk().telephone() == OwnDesk().telephone());
  CHECK_FALSE(body.more());
  REQUIRE(body.signposts_size() == 1);
  const v1::Signpost& signpost = body.signposts(0);
  CHECK(signpost.service() == v1::CHILDRENS_SOCIAL_CARE);
  CHECK(signpost.organisation() == "Org CHILDRENS_SOCIAL_CARE");
  CHECK(signpost.team() == "Team CHILDRENS_SOCIAL_CARE");
  CHECK(signpost.practitioner() == "Person CHILDRENS_SOCIAL_CARE");
  CHECK(signpost.practitioner_role() == "Worker");
  CHECK(signpost.telephone() == "01632 960001");
  CHECK(signpost.lead_professional());
  CHECK(signpost.since() == "2025-11-03");
  CHECK(signpost.until().empty());
}

TEST_CASE("Past involvement counts and says from when to when") {
  const HeldRecord record = Held({Involved(v1::EARLY_HELP, "2024-01-01", "2026-01-31")});
  const v1::AnswerBody body = Answer({Certain(record)}, Triage());
  CHECK(body.outcome() == v1::INVOLVED_BEFORE);
  REQUIRE(body.signposts_size() == 1);
  CHECK(body.signposts(0).since() == "2024-01-01");
  CHECK(body.signposts(0).until() == "2026-01-31");
}

TEST_CASE("An involvement that expired without an end says until when it was believed") {
  // An empty `until` reads as current.
  HeldRecord record = Held({});
  record.involvements.push_back(
      Row(Involved(v1::EARLY_HELP, "2024-01-01"), kNowMs - int64_t{30} * 86'400'000));
  v1::AnswerBody body = Answer({Certain(record)}, Triage());
  CHECK(body.outcome() == v1::INVOLVED_BEFORE);
  CHECK(body.signposts(0).until() == InDays(-30));
  record.involvements[0].involvement.set_end_on(InDays(60));
  record.involvements[0].involvement.set_review_by(InDays(-5));
  body = Answer({Certain(record)}, Triage());
  CHECK(body.outcome() == v1::INVOLVED_BEFORE);
  CHECK(body.signposts(0).until() == InDays(-5));
}

TEST_CASE("A record without involvements neither claims nor tells") {
  const HeldRecord record = Held({});
  CHECK_FALSE(MaySpeak(record, Today()));
  CHECK_FALSE(Judge(record, Triage()).claims);
  CHECK(IsNothing(Answer({Certain(record)}, Triage())));
  CHECK(IsNothing(Answer({}, Triage())));
}

TEST_CASE("An archived record tells nothing") {
  const HeldRecord record = Held({Involved(v1::EARLY_HELP)}, Archived());
  CHECK_FALSE(MaySpeak(record, Today()));
  CHECK_FALSE(Judge(record, Triage()).claims);
  CHECK(IsNothing(Answer({Certain(record)}, EnquiryWithBrokenGlass())));
}

TEST_CASE("Whom the table does not let ask is told nothing") {
  const HeldRecord record = Held({Involved(v1::EARLY_HELP)});
  for (const AskContext& context :
       {Asking(v1::EDUCATION_WORKER, v1::S47_ENQUIRY), Asking(v1::NODE_ADMIN, v1::S47_ENQUIRY),
        Asking(static_cast<v1::Role>(60), v1::S47_ENQUIRY),
        Asking(v1::SOCIAL_WORKER, static_cast<v1::Purpose>(60)),
        Asking(v1::SOCIAL_WORKER, v1::SERVICE_TEST),
        Asking(v1::SOCIAL_WORKER, v1::MASH_TRIAGE, true)}) {
    CHECK_FALSE(Judge(record, context).claims);
    CHECK(IsNothing(Answer({Certain(record), Possible(record)}, context)));
  }
}

TEST_CASE("For the quality of data nobody is named and the desk is") {
  const HeldRecord record = Held({Involved(v1::EARLY_HELP)});
  const v1::AnswerBody body = Answer({Certain(record)}, Asking(v1::DATA_MANAGER, v1::DATA_QUALITY));
  CHECK(body.outcome() == v1::ASK_DESK);
  CHECK(body.signposts().empty());
  CHECK(body.reference() == kReference);
  CHECK(body.desk().telephone() == OwnDesk().telephone());
}

TEST_CASE("Current comes before ended and leads before others and the newest first") {
  v1::Involvement lead = Involved(v1::EARLY_HELP, "2024-01-01");
  lead.set_lead_professional(true);
  const HeldRecord record =
      Held({Involved(v1::SCHOOL, "2023-01-01", "2026-02-01"), Involved(v1::HOUSING, "2025-01-01"),
            lead, Involved(v1::HOSPITAL, "2026-01-01")});
  const v1::AnswerBody body = Answer({Certain(record)}, Triage());
  REQUIRE(body.signposts_size() == 4);
  CHECK(body.outcome() == v1::INVOLVED_NOW);
  CHECK(body.signposts(0).service() == v1::EARLY_HELP);
  CHECK(body.signposts(1).service() == v1::HOSPITAL);
  CHECK(body.signposts(2).service() == v1::HOUSING);
  CHECK(body.signposts(3).service() == v1::SCHOOL);
}

TEST_CASE("Beyond six signposts the answer says that there are more") {
  std::vector<v1::Involvement> many(kMaxSignposts, Involved(v1::SCHOOL));
  HeldRecord record = Held(many);
  CHECK_FALSE(Answer({Certain(record)}, Triage()).more());
  many.push_back(Involved(v1::HOUSING));
  record = Held(many);
  const v1::AnswerBody body = Answer({Certain(record)}, Triage());
  CHECK(body.signposts_size() == static_cast<int>(kMaxSignposts));
  CHECK(body.more());
}

TEST_CASE("An answer with every field at its longest still fits") {
  v1::Involvement involvement = Involved(v1::SCHOOL);
  for (std::string* text :
       {involvement.mutable_organisation(), involvement.mutable_team(),
        involvement.mutable_practitioner(), involvement.mutable_practitioner_role(),
        involvement.mutable_telephone()}) {
    text->assign(5000, 'x');
  }
  const HeldRecord record = Held(std::vector<v1::Involvement>(9, involvement));
  v1::Desk desk = OwnDesk();
  desk.set_hours(std::string(3000, 'y'));
  const v1::AnswerBody body = BuildAnswer({Certain(record)}, Triage(), DefaultTable(), Today(),
                                          desk, std::string(300, 'z'), kAsOfMs);
  CHECK(FitAnswer(body).ok());
  CHECK(body.more());
}

TEST_CASE("Several certain records answer together") {
  const HeldRecord one = Held({Involved(v1::SCHOOL)});
  const HeldRecord two = Held({Involved(v1::HOUSING)});
  CHECK(Answer({Certain(one), Certain(two)}, Triage()).signposts_size() == 2);
}

TEST_CASE("A possible match names nobody since the child may be another") {
  const HeldRecord record = Held({Involved(v1::SCHOOL)});
  const v1::AnswerBody body = Answer({Possible(record)}, Triage());
  CHECK(body.outcome() == v1::ASK_DESK);
  CHECK(body.grade() == v1::POSSIBLE);
  REQUIRE(body.reasons_size() == 1);
  CHECK(body.reasons(0) == v1::TWIN_OR_SIBLING);
  CHECK(body.signposts().empty());
  CHECK(body.reference() == kReference);
  CHECK(body.desk().telephone() == OwnDesk().telephone());
}

TEST_CASE("Beside a certain match a possible one is not told") {
  const HeldRecord certain = Held({Involved(v1::SCHOOL)});
  const HeldRecord possible = Held({Involved(v1::HOUSING)});
  const v1::AnswerBody body = Answer({Possible(possible, 60), Certain(certain)}, Triage());
  CHECK(body.outcome() == v1::INVOLVED_NOW);
  REQUIRE(body.signposts_size() == 1);
  CHECK(body.signposts(0).service() == v1::SCHOOL);
}

TEST_CASE("Of several possible matches the best gives its reasons") {
  const HeldRecord record = Held({Involved(v1::SCHOOL)});
  GradedRecord worse = Possible(record, 24);
  GradedRecord better = Possible(record, 26);
  better.reasons = {v1::DATE_OF_BIRTH_DIFFERS};
  for (const auto& records : {std::vector{worse, better}, std::vector{better, worse}}) {
    CHECK(Answer(records, Triage()).reasons(0) == v1::DATE_OF_BIRTH_DIFFERS);
  }
}

TEST_CASE("A match of no known grade is no match") {
  const HeldRecord record = Held({Involved(v1::SCHOOL)});
  for (const int grade : {0, 3, 99, -1}) {
    const GradedRecord graded = {&record, static_cast<v1::MatchGrade>(grade), {}, 90};
    CHECK(IsNothing(Answer({graded}, Triage())));
  }
  CHECK(IsNothing(Answer({GradedRecord{}}, Triage())));
}

TEST_CASE("What is withheld reads withheld with the desk and nothing else") {
  const HeldRecord withheld = Held({Involved(v1::SCHOOL)}, WithheldFlag());
  const HeldRecord other = Held({Involved(v1::HOUSING)});
  CHECK(Judge(withheld, Triage()).claims);
  const v1::AnswerBody body = Answer({Certain(other), Certain(withheld)}, Triage());
  CHECK(body.outcome() == v1::WITHHELD);
  CHECK(body.signposts().empty());
  CHECK(body.reference() == kReference);
  CHECK(body.desk().telephone() == OwnDesk().telephone());
  CHECK_FALSE(body.more());
}

TEST_CASE("Withholding where nothing would be told is no claim either") {
  const HeldRecord empty = Held({}, WithheldFlag());
  CHECK_FALSE(Judge(empty, Triage()).claims);
  const HeldRecord sensitive = Held({Involved(v1::MENTAL_HEALTH)}, WithheldFlag());
  CHECK_FALSE(Judge(sensitive, Triage()).claims);
  CHECK(IsNothing(Answer({Certain(sensitive)}, Triage())));
  CHECK(Answer({Certain(sensitive)}, Enquiry()).outcome() == v1::WITHHELD);
}

TEST_CASE("Nothing to report is one form and carries when the index was complete") {
  v1::AnswerBody expected;
  expected.set_outcome(v1::NOTHING_TO_REPORT);
  expected.set_as_of_ms(kAsOfMs);
  CHECK(NothingToReport(kAsOfMs).SerializeAsString() == expected.SerializeAsString());
}

TEST_CASE("A sensitive service with consent is told as a sensitive service and no more") {
  v1::Involvement sensitive = Consenting(Involved(v1::MENTAL_HEALTH));
  sensitive.set_lead_professional(true);
  const HeldRecord record = Held({sensitive});
  const v1::AnswerBody body = Answer({Certain(record)}, Triage());
  CHECK(body.outcome() == v1::INVOLVED_NOW);
  REQUIRE(body.signposts_size() == 1);
  v1::Signpost masked;
  masked.set_service(v1::SENSITIVE_SERVICE);
  CHECK(body.signposts(0).SerializeAsString() == masked.SerializeAsString());
  CHECK(body.desk().telephone() == OwnDesk().telephone());
  CHECK_FALSE(Judge(record, Triage()).desk_must_know);
}

TEST_CASE("Neither place nor number betrays anything of sensitive services") {
  v1::Involvement lead = Consenting(Involved(v1::MENTAL_HEALTH, "2026-06-01"));
  lead.set_lead_professional(true);
  const HeldRecord record =
      Held({lead, Consenting(Involved(v1::SEXUAL_HEALTH, "2026-05-01")),
            Involved(v1::SCHOOL, "2020-01-01"),
            Consenting(Involved(v1::SUBSTANCE_MISUSE, "2026-01-01", "2026-03-01"))});
  const v1::AnswerBody body = Answer({Certain(record)}, Triage());
  REQUIRE(body.signposts_size() == 2);
  CHECK(body.signposts(0).service() == v1::SCHOOL);
  CHECK(body.signposts(1).service() == v1::SENSITIVE_SERVICE);
}

TEST_CASE("A sensitive service without consent is not told and the desk must know") {
  const HeldRecord record = Held({Involved(v1::SEXUAL_HEALTH)});
  CHECK(MaySpeak(record, Today()));
  const Judgement judgement = Judge(record, Triage());
  CHECK_FALSE(judgement.claims);
  CHECK(judgement.desk_must_know);
  CHECK(IsNothing(Answer({Certain(record)}, Triage())));
}

TEST_CASE("In a section 47 enquiry a sensitive service without consent means ask the desk") {
  const HeldRecord record = Held({Involved(v1::SEXUAL_HEALTH)});
  CHECK(Judge(record, Enquiry()).claims);
  const v1::AnswerBody body = Answer({Certain(record)}, Enquiry());
  CHECK(body.outcome() == v1::ASK_DESK);
  CHECK(body.signposts().empty());
  CHECK(body.grade() == v1::CERTAIN);
}

TEST_CASE("Beside what is named the desk is said to have more") {
  const HeldRecord record = Held({Involved(v1::SCHOOL), Involved(v1::SEXUAL_HEALTH)});
  const v1::AnswerBody enquiry = Answer({Certain(record)}, Enquiry());
  CHECK(enquiry.outcome() == v1::INVOLVED_NOW);
  CHECK(enquiry.signposts_size() == 1);
  CHECK(enquiry.more());
  const v1::AnswerBody triage = Answer({Certain(record)}, Triage());
  CHECK(triage.signposts_size() == 1);
  CHECK_FALSE(triage.more());
  CHECK(Judge(record, Triage()).desk_must_know);
}

TEST_CASE("Withdrawing consent takes effect with the next question") {
  const HeldRecord before = Held({Consenting(Involved(v1::MENTAL_HEALTH))});
  CHECK(Answer({Certain(before)}, Triage()).outcome() == v1::INVOLVED_NOW);
  const HeldRecord after = Held({Consenting(Involved(v1::MENTAL_HEALTH), "2026-01-05", InDays(0))});
  CHECK_FALSE(Judge(after, Triage()).claims);
  CHECK(IsNothing(Answer({Certain(after)}, Triage())));
}

}  // namespace
}  // namespace signpost::node
