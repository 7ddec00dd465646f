#include <catch2/catch.hpp>
#include <string>

#include "node/rules/protection.h"
#include "node/rules/telling.h"
#include "tests/unit/rules/fixture.h"

namespace signpost::node {
namespace {

Judgement Judge(const HeldRecord& record, const AskContext& context) {
  return JudgeRecord(record, context, DefaultTable(), Today());
}

TEST_CASE("A shielded child reads like an unknown one to every role and purpose") {
  const HeldRecord shielded = Held(
      {Involved(v1::CHILDRENS_SOCIAL_CARE), Consenting(Involved(v1::MENTAL_HEALTH))}, Shielded());
  CHECK_FALSE(MaySpeak(shielded, Today()));
  for (int role = -1; role <= v1::Role_MAX + 1; ++role) {
    for (int purpose = -1; purpose <= v1::Purpose_MAX + 1; ++purpose) {
      const AskContext context =
          Asking(static_cast<v1::Role>(role), static_cast<v1::Purpose>(purpose));
      REQUIRE_FALSE(Judge(shielded, context).claims);
      REQUIRE_FALSE(Judge(shielded, context).desk_must_know);
      REQUIRE(IsNothing(Answer({Certain(shielded)}, context)));
      REQUIRE(IsNothing(Answer({Possible(shielded)}, context)));
    }
  }
}

TEST_CASE("A quarantined record is out of every answer and stays so with the glass broken") {
  const HeldRecord record = Held({Involved(v1::EARLY_HELP)}, Quarantined());
  CHECK_FALSE(MaySpeak(record, Today()));
  CHECK_FALSE(Judge(record, Enquiry()).claims);
  CHECK(IsNothing(Answer({Certain(record)}, Enquiry())));
  CHECK(IsNothing(Answer({Certain(record)}, EnquiryWithBrokenGlass())));
}

TEST_CASE("A shielded record that waits for a decision too is opened by a broken glass alone") {
  // Quarantine was judged first: in an emergency nobody could be reached.
  ChildFlags flags = Shielded();
  flags.quarantined = true;
  const HeldRecord record = Held({Involved(v1::EARLY_HELP)}, flags);
  CHECK_FALSE(Judge(record, Enquiry()).claims);
  CHECK(IsNothing(Answer({Certain(record)}, Enquiry())));
  CHECK(Judge(record, EnquiryWithBrokenGlass()).claims);
  CHECK(Answer({Certain(record)}, EnquiryWithBrokenGlass()).outcome() == v1::ASK_DESK);
  flags.archived = true;
  CHECK_FALSE(Judge(Held({Involved(v1::EARLY_HELP)}, flags), EnquiryWithBrokenGlass()).claims);
}

TEST_CASE("Shielded and quarantined records silence their node and others do not") {
  CHECK(SilencesNode(Shielded()));
  CHECK(SilencesNode(Quarantined()));
  CHECK_FALSE(SilencesNode(Separated()));
  CHECK_FALSE(SilencesNode(Archived()));
  CHECK_FALSE(SilencesNode(WithheldFlag()));
  CHECK_FALSE(SilencesNode(ChildFlags()));
}

TEST_CASE("With the glass broken a shielded child means ask the desk and nothing else") {
  const HeldRecord shielded = Held({Involved(v1::CHILDRENS_SOCIAL_CARE)}, Shielded());
  const HeldRecord ordinary = Held({Involved(v1::SCHOOL)});
  const HeldRecord withheld = Held({Involved(v1::SCHOOL)}, WithheldFlag());
  CHECK(Judge(shielded, EnquiryWithBrokenGlass()).claims);
  for (const auto& records :
       {std::vector{Certain(shielded)}, std::vector{Certain(ordinary), Certain(shielded)},
        std::vector{Certain(withheld), Certain(shielded)}}) {
    const v1::AnswerBody body = Answer(records, EnquiryWithBrokenGlass());
    CHECK(body.outcome() == v1::ASK_DESK);
    CHECK(body.signposts().empty());
    CHECK_FALSE(body.more());
    CHECK(body.desk().out_of_hours_telephone() == "01632 960201");
    CHECK(body.reference() == kReference);
  }
}

TEST_CASE("Breaking the glass opens no more of an ordinary child's record") {
  const HeldRecord record = Held({Involved(v1::SCHOOL), Involved(v1::MENTAL_HEALTH)});
  CHECK(Answer({Certain(record)}, EnquiryWithBrokenGlass()).SerializeAsString() ==
        Answer({Certain(record)}, Enquiry()).SerializeAsString());
}

TEST_CASE("Broken glass of a role that may not break it opens nothing at all") {
  const HeldRecord shielded = Held({Involved(v1::SCHOOL)}, Shielded());
  for (const AskContext& context : {Asking(v1::EDUCATION_WORKER, v1::MISSING_CHILD, true),
                                    Asking(v1::SOCIAL_WORKER, v1::MASH_TRIAGE, true),
                                    Asking(v1::PRIVACY_OFFICER, v1::S47_ENQUIRY, true)}) {
    CHECK_FALSE(Judge(shielded, context).claims);
    CHECK(IsNothing(Answer({Certain(shielded)}, context)));
  }
}

TEST_CASE("The glass stays whole where a policy says so") {
  v1::Policy policy;
  v1::DisclosureRule* rule = policy.add_rules();
  rule->set_role(v1::SOCIAL_WORKER);
  rule->set_purpose(v1::S47_ENQUIRY);
  rule->set_ordinary(v1::TELL_SERVICE);
  const HeldRecord shielded = Held({Involved(v1::SCHOOL)}, Shielded());
  CHECK(IsNothing(
      Answer({Certain(shielded)}, EnquiryWithBrokenGlass(), DisclosureTable::Of(policy))));
}

TEST_CASE("A separated record answers when it is certain and not when it is possible") {
  const HeldRecord record = Held({Involved(v1::SCHOOL)}, Separated());
  CHECK(MaySpeak(record, Today()));
  CHECK(Answer({Certain(record)}, Triage()).outcome() == v1::INVOLVED_NOW);
  CHECK(IsNothing(Answer({Possible(record)}, Triage())));
}

TEST_CASE("A separated record that is possible does not keep another from answering") {
  const HeldRecord separated = Held({Involved(v1::SCHOOL)}, Separated());
  const HeldRecord other = Held({Involved(v1::HOUSING)});
  GradedRecord best = Possible(separated, 90);
  best.reasons = {v1::NHS_NUMBERS_DIFFER};
  const v1::AnswerBody body = Answer({best, Possible(other, 24)}, Triage());
  CHECK(body.outcome() == v1::ASK_DESK);
  CHECK(body.reasons(0) == v1::TWIN_OR_SIBLING);
}

TEST_CASE("A separated identity that is shielded is not told by a possible match in any case") {
  HeldRecord record = Held({Involved(v1::SCHOOL)}, Shielded());
  record.child.flags.separated = true;
  CHECK(IsNothing(Answer({Possible(record)}, EnquiryWithBrokenGlass())));
  CHECK(Answer({Certain(record)}, EnquiryWithBrokenGlass()).outcome() == v1::ASK_DESK);
}

}  // namespace
}  // namespace signpost::node
