// Random records, policies (hostile ones with unknown values among them) and questions: nothing
// outside the matrix and the laws is ever told. The oracle reads RULES.md anew: it compares ISO
// dates as text, looks rows up in the raw policy, and searches the answer's bytes for words that
// were planted in every field of every involvement.
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "proto/base/random.h"
#include "proto/question/fit.h"
#include "tests/unit/rules/fixture.h"

namespace signpost::node {
namespace {

constexpr int kCases = 20'000;

class Dice {
 public:
  explicit Dice(std::string_view seed) : random_(seed) {}
  int Below(int bound) { return static_cast<int>(random_.Below(static_cast<uint64_t>(bound))); }
  bool OneIn(int n) { return Below(n) == 0; }
  template <typename T>
  T Pick(std::initializer_list<T> values) {
    return values.begin()[Below(static_cast<int>(values.size()))];
  }
  // A value of the enum, or now and then one that nobody knows.
  template <typename Enum>
  Enum Any(int most) {
    if (OneIn(12)) return static_cast<Enum>(Pick({-1, most + 1, 99, 1'000'000}));
    return static_cast<Enum>(Below(most + 1));
  }

 private:
  SeededRandom random_;
};

std::string SomeDate(Dice& dice) {
  if (dice.OneIn(15)) return dice.Pick<const char*>({"", "soon", "2026-02-30", "2026-6-1"});
  return InDays(dice.Below(900) - 700);
}

struct World {
  v1::Policy policy;
  std::vector<HeldRecord> records;
  std::vector<GradedRecord> graded;
  AskContext context;
};

v1::Involvement SomeInvolvement(Dice& dice, const std::string& mark) {
  v1::Involvement involvement;
  involvement.set_service(dice.Any<v1::ServiceType>(v1::ServiceType_MAX));
  involvement.set_organisation(mark + "-organisation");
  involvement.set_team(mark + "-team");
  involvement.set_practitioner(mark + "-practitioner");
  involvement.set_practitioner_role(mark + "-role");
  involvement.set_telephone(mark + "-telephone");
  involvement.set_email(mark + "-email");
  involvement.set_lead_professional(dice.OneIn(3));
  involvement.set_assessment_exists(dice.OneIn(3));
  involvement.set_start_on(SomeDate(dice));
  if (dice.OneIn(2)) involvement.set_end_on(SomeDate(dice));
  if (dice.OneIn(2)) involvement.set_review_by(SomeDate(dice));
  involvement.set_sensitive(dice.OneIn(3));
  if (dice.OneIn(2)) {
    involvement.mutable_consent()->set_given_by(mark + "-consent");
    involvement.mutable_consent()->set_given_on(SomeDate(dice));
    if (dice.OneIn(3)) involvement.mutable_consent()->set_withdrawn_on(SomeDate(dice));
  }
  return involvement;
}

v1::Policy SomePolicy(Dice& dice) {
  v1::Policy policy;
  policy.set_version(static_cast<uint32_t>(dice.Below(9)));
  if (dice.OneIn(10)) policy.set_format(static_cast<uint32_t>(dice.Below(4)));
  if (dice.OneIn(3)) policy.set_look_back_months(static_cast<uint32_t>(1 + dice.Below(24)));
  if (dice.OneIn(2)) return policy;
  for (int rows = dice.Below(60); rows > 0; --rows) {
    v1::DisclosureRule* rule = policy.add_rules();
    rule->set_role(dice.Any<v1::Role>(v1::Role_MAX));
    rule->set_purpose(dice.Any<v1::Purpose>(v1::Purpose_MAX));
    rule->set_ordinary(dice.Any<v1::Disclosure>(v1::Disclosure_MAX));
    rule->set_sensitive_with_consent(dice.Any<v1::Disclosure>(v1::Disclosure_MAX));
    rule->set_sensitive_without_consent(dice.Any<v1::Disclosure>(v1::Disclosure_MAX));
    rule->set_broken_glass(dice.Any<v1::Disclosure>(v1::Disclosure_MAX));
  }
  return policy;
}

AskContext SomeQuestion(Dice& dice) {
  AskContext context;
  context.role = dice.Any<v1::Role>(v1::Role_MAX);
  context.purpose = dice.Any<v1::Purpose>(v1::Purpose_MAX);
  if (dice.OneIn(2)) context.role = v1::SOCIAL_WORKER;
  if (dice.OneIn(2)) context.purpose = v1::S47_ENQUIRY;
  context.has_purpose_text = dice.OneIn(2);
  context.breaks_glass = dice.OneIn(3);
  context.mediated = dice.OneIn(6);
  return context;
}

World SomeWorld(Dice& dice, int number) {
  World world;
  world.policy = SomePolicy(dice);
  world.context = SomeQuestion(dice);
  const int records = 1 + dice.Below(3);
  for (int r = 0; r < records; ++r) {
    HeldRecord record;
    record.child.case_reference = "mark-case-" + std::to_string(r);
    for (bool ChildFlags::*flag :
         {&ChildFlags::shielded, &ChildFlags::separated, &ChildFlags::quarantined,
          &ChildFlags::archived, &ChildFlags::withheld}) {
      record.child.flags.*flag = dice.OneIn(6);
    }
    for (int i = dice.Below(5); i > 0; --i) {
      const std::string mark =
          "mark" + std::to_string(number) + "-" + std::to_string(r) + "-" + std::to_string(i);
      record.involvements.push_back(
          Row(SomeInvolvement(dice, mark), dice.OneIn(2) ? 0 : kNowMs + dice.Below(9) - 4));
    }
    world.records.push_back(std::move(record));
  }
  for (const HeldRecord& record : world.records) {
    world.graded.push_back({&record,
                            dice.Any<v1::MatchGrade>(v1::MatchGrade_MAX),
                            {v1::EVIDENCE_BELOW_CERTAIN},
                            static_cast<double>(dice.Below(50))});
  }
  return world;
}

// --- The oracle ---

bool IsoDay(const std::string& text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && text != "2026-02-30";
}

// RULES.md section 7: from its start until its end or review, and for the look-back after it.
bool Tellable(const InvolvementRow& row, uint32_t look_back_months) {
  const std::string today = FormatDay(kToday);
  const v1::Involvement& in = row.involvement;
  if (!IsoDay(in.start_on()) || in.start_on() > today) return false;
  std::string over = "9999-12-31";
  for (const std::string& date : {in.end_on(), in.review_by()}) {
    if (date.empty()) continue;
    if (!IsoDay(date)) return false;
    over = std::min(over, date);
  }
  if (in.review_by().empty() && row.expires_ms > 0) over = std::min(over, today);
  return over >= FormatDay(MonthsBefore(kToday, look_back_months == 0 ? 12 : look_back_months));
}

bool Sensitive(const v1::Involvement& in) {
  return in.sensitive() || in.service() == v1::SEXUAL_HEALTH || in.service() == v1::MENTAL_HEALTH ||
         in.service() == v1::SUBSTANCE_MISUSE;
}

bool HasConsent(const v1::Involvement& in) {
  const std::string today = FormatDay(kToday);
  const v1::Consent& consent = in.consent();
  return IsoDay(consent.given_on()) && consent.given_on() <= today &&
         (consent.withdrawn_on().empty() ||
          (IsoDay(consent.withdrawn_on()) && consent.withdrawn_on() > today));
}

// The most that any row for this role and purpose says of a cell, 0 to 4; 0 without a row. Laws
// apply on top of it.
template <typename Cell>
int MostSaid(const World& world, Cell cell) {
  const v1::Policy policy = world.policy.rules().empty() ? DefaultPolicy() : world.policy;
  int most = 0;
  for (const v1::DisclosureRule& rule : policy.rules()) {
    if (rule.role() != world.context.role || rule.purpose() != world.context.purpose) continue;
    const int said = (rule.*cell)();
    if (said >= 1 && said <= 4) most = std::max(most, said);
  }
  return most;
}

bool MayAskAtAll(const World& world) {
  const AskContext& context = world.context;
  if (world.policy.format() > 1) return false;
  if (context.role < 1 || context.role > 10 || context.purpose < 1 || context.purpose > 12) {
    return false;
  }
  if (context.role == v1::PRIVACY_OFFICER || context.role == v1::NODE_ADMIN) return false;
  if (context.purpose == v1::SERVICE_TEST) return false;
  if (context.purpose == v1::OTHER_PURPOSE && !context.has_purpose_text) return false;
  return !context.mediated || context.role == v1::DESK_WORKER;
}

// What may be told of this involvement, 0 to 4.
int Licence(const World& world, const HeldRecord& record, const InvolvementRow& row) {
  const ChildFlags& flags = record.child.flags;
  if (!MayAskAtAll(world) || flags.shielded || flags.quarantined || flags.archived) return 0;
  const int service = row.involvement.service();
  if (service < 1 || service > 20) return 0;
  if (!Tellable(row, world.policy.look_back_months())) return 0;
  if (!Sensitive(row.involvement)) return MostSaid(world, &v1::DisclosureRule::ordinary);
  if (HasConsent(row.involvement)) {
    return std::min(3, MostSaid(world, &v1::DisclosureRule::sensitive_with_consent));
  }
  return std::min(2, MostSaid(world, &v1::DisclosureRule::sensitive_without_consent));
}

bool GlassOpens(const World& world, const HeldRecord& record) {
  const ChildFlags& flags = record.child.flags;
  return MayAskAtAll(world) && world.context.breaks_glass && flags.shielded && !flags.archived &&
         MostSaid(world, &v1::DisclosureRule::broken_glass) >= 2;
}

int MostOf(const World& world, const HeldRecord& record) {
  int most = GlassOpens(world, record) ? 2 : 0;
  for (const InvolvementRow& row : record.involvements) {
    most = std::max(most, Licence(world, record, row));
  }
  return most;
}

// Whether the record is sure enough to say anything, and to name somebody.
bool Sure(const GradedRecord& graded) { return graded.grade == v1::CERTAIN; }
bool SureEnough(const GradedRecord& graded) {
  return Sure(graded) || (graded.grade == v1::POSSIBLE && !graded.record->child.flags.separated);
}

std::set<std::string> WordsOf(const v1::Involvement& in) {
  return {in.organisation(), in.team(),  in.practitioner(),      in.practitioner_role(),
          in.telephone(),    in.email(), in.consent().given_by()};
}

void CheckWords(const World& world, const std::string& bytes) {
  bool some_certain_withheld = false;
  for (const GradedRecord& graded : world.graded) {
    some_certain_withheld |=
        Sure(graded) && graded.record->child.flags.withheld && MostOf(world, *graded.record) > 2;
    REQUIRE(bytes.find(graded.record->child.case_reference) == std::string::npos);
  }
  for (const GradedRecord& graded : world.graded) {
    const bool may_name =
        Sure(graded) && !graded.record->child.flags.withheld && !some_certain_withheld;
    for (const InvolvementRow& row : graded.record->involvements) {
      const bool licensed = may_name && Licence(world, *graded.record, row) == 4;
      for (const std::string& word : WordsOf(row.involvement)) {
        if (word.empty() || bytes.find(word) == std::string::npos) continue;
        INFO(word);
        REQUIRE(licensed);
        REQUIRE(word.find("-email") == std::string::npos);
        REQUIRE(word.find("-consent") == std::string::npos);
      }
    }
  }
}

void CheckSignposts(const World& world, const v1::AnswerBody& body) {
  int masked_licences = 0;
  for (const GradedRecord& graded : world.graded) {
    if (!Sure(graded)) continue;
    for (const InvolvementRow& row : graded.record->involvements) {
      masked_licences += Licence(world, *graded.record, row) >= 3 ? 1 : 0;
    }
  }
  for (const v1::Signpost& signpost : body.signposts()) {
    if (signpost.service() != v1::SENSITIVE_SERVICE) continue;
    v1::Signpost bare;
    bare.set_service(v1::SENSITIVE_SERVICE);
    REQUIRE(signpost.SerializeAsString() == bare.SerializeAsString());
    REQUIRE(--masked_licences >= 0);
  }
}

// What the outcome itself gives away must be licensed too.
void CheckOutcome(const World& world, const v1::AnswerBody& body) {
  int most = 0;
  int most_sure = 0;
  bool withheld = false;
  bool glass = false;
  for (const GradedRecord& graded : world.graded) {
    if (!SureEnough(graded)) continue;
    const int record_most = MostOf(world, *graded.record);
    most = std::max(most, record_most);
    if (Sure(graded)) most_sure = std::max(most_sure, record_most);
    withheld |= Sure(graded) && graded.record->child.flags.withheld && record_most >= 2;
    glass |= GlassOpens(world, *graded.record);
  }
  switch (body.outcome()) {
    case v1::NOTHING_TO_REPORT:
      REQUIRE(IsNothing(body));
      return;
    case v1::ASK_DESK:
      REQUIRE(most >= 2);
      REQUIRE(body.signposts().empty());
      return;
    case v1::WITHHELD:
      REQUIRE(withheld);
      REQUIRE(body.signposts().empty());
      return;
    case v1::INVOLVED_NOW:
    case v1::INVOLVED_BEFORE:
      REQUIRE(most_sure >= 3);
      REQUIRE_FALSE(withheld);
      REQUIRE_FALSE(glass);
      REQUIRE(body.signposts_size() > 0);
      return;
    default:
      FAIL("an outcome that no holder gives");
  }
}

TEST_CASE("Nothing outside the matrix and the laws is ever told") {
  Dice dice("nothing beyond the matrix ------");
  int told = 0;
  int named = 0;
  std::set<v1::Outcome> outcomes;
  for (int i = 0; i < kCases; ++i) {
    World world = SomeWorld(dice, i);
    const DisclosureTable table = DisclosureTable::Of(world.policy);
    const RuleDay day = Today(world.policy);
    const v1::AnswerBody body =
        BuildAnswer(world.graded, world.context, table, day, OwnDesk(), kReference, kAsOfMs);
    INFO("case " << i << " " << body.ShortDebugString());
    REQUIRE(FitAnswer(body).ok());
    CheckWords(world, body.SerializeAsString());
    CheckSignposts(world, body);
    CheckOutcome(world, body);
    outcomes.insert(body.outcome());
    told += body.outcome() != v1::NOTHING_TO_REPORT ? 1 : 0;
    named += body.signposts_size() > 0 ? 1 : 0;
  }
  // The worlds are neither all silent nor all open, or the above would show nothing.
  CHECK(outcomes.size() == 5);
  CHECK(told > kCases / 20);
  CHECK(told < kCases / 2);
  CHECK(named > kCases / 50);
}

TEST_CASE("A record claims exactly when it could tell this asker something") {
  Dice dice("a claim betrays nobody who is silent");
  int claims = 0;
  for (int i = 0; i < kCases; ++i) {
    World world = SomeWorld(dice, i);
    const DisclosureTable table = DisclosureTable::Of(world.policy);
    const RuleDay day = Today(world.policy);
    const HeldRecord& record = world.records.front();
    const Judgement judgement = JudgeRecord(record, world.context, table, day);
    const v1::AnswerBody body =
        BuildAnswer({Certain(record)}, world.context, table, day, OwnDesk(), kReference, kAsOfMs);
    INFO("case " << i);
    REQUIRE(judgement.claims == (body.outcome() != v1::NOTHING_TO_REPORT));
    if (judgement.claims) REQUIRE(MostOf(world, record) >= 2);
    // Before the asker is known only such records may count as could speak, or be broken to.
    if (judgement.claims && !record.child.flags.shielded) REQUIRE(MaySpeak(record, day));
    claims += judgement.claims ? 1 : 0;
  }
  CHECK(claims > kCases / 20);
}

}  // namespace
}  // namespace signpost::node
