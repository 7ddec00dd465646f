#include "cli/words.h"

#include "cli/word_table.h"

namespace signpost::cli {
namespace {

constexpr std::array<Word<v1::Purpose>, 12> kPurposes = {{
    {v1::S47_ENQUIRY, "s47-enquiry"},
    {v1::S17_ASSESSMENT, "s17-assessment"},
    {v1::MASH_TRIAGE, "mash-triage"},
    {v1::EMERGENCY_CARE, "emergency-care"},
    {v1::EMERGENCY_DUTY_PURPOSE, "emergency-duty"},
    {v1::MISSING_CHILD, "missing-child"},
    {v1::COURT_PROCEEDINGS, "court-proceedings"},
    {v1::TRANSFER_IN, "transfer-in"},
    {v1::CHILD_DEATH_REVIEW, "child-death-review"},
    {v1::DATA_QUALITY, "data-quality"},
    {v1::SERVICE_TEST, "service-test"},
    {v1::OTHER_PURPOSE, "other"},
}};

constexpr std::array<Word<v1::ServiceType>, 20> kServices = {{
    {v1::CHILDRENS_SOCIAL_CARE, "childrens-social-care"},
    {v1::EARLY_HELP, "early-help"},
    {v1::YOUTH_JUSTICE, "youth-justice"},
    {v1::POLICE_SERVICE, "police"},
    {v1::PROBATION, "probation"},
    {v1::HEALTH_VISITING, "health-visiting"},
    {v1::SCHOOL_NURSING, "school-nursing"},
    {v1::GENERAL_PRACTICE, "general-practice"},
    {v1::HOSPITAL, "hospital"},
    {v1::CAMHS, "camhs"},
    {v1::SCHOOL, "school"},
    {v1::EARLY_YEARS, "early-years"},
    {v1::SPECIAL_EDUCATIONAL_NEEDS, "special-educational-needs"},
    {v1::EDUCATION_WELFARE, "education-welfare"},
    {v1::HOUSING, "housing"},
    {v1::VOLUNTARY_ORGANISATION, "voluntary-organisation"},
    {v1::SEXUAL_HEALTH, "sexual-health"},
    {v1::MENTAL_HEALTH, "mental-health"},
    {v1::SUBSTANCE_MISUSE, "substance-misuse"},
    {v1::OTHER_SERVICE, "other"},
}};

constexpr std::array<Word<v1::ServiceType>, 21> kServiceWords = {{
    {v1::CHILDRENS_SOCIAL_CARE, "Children's social care"},
    {v1::EARLY_HELP, "Early help"},
    {v1::YOUTH_JUSTICE, "Youth justice"},
    {v1::POLICE_SERVICE, "Police"},
    {v1::PROBATION, "Probation"},
    {v1::HEALTH_VISITING, "Health visiting"},
    {v1::SCHOOL_NURSING, "School nursing"},
    {v1::GENERAL_PRACTICE, "General practice"},
    {v1::HOSPITAL, "Hospital"},
    {v1::CAMHS, "Child and adolescent mental health"},
    {v1::SCHOOL, "School"},
    {v1::EARLY_YEARS, "Early years"},
    {v1::SPECIAL_EDUCATIONAL_NEEDS, "Special educational needs"},
    {v1::EDUCATION_WELFARE, "Education welfare"},
    {v1::HOUSING, "Housing"},
    {v1::VOLUNTARY_ORGANISATION, "Voluntary organisation"},
    {v1::SEXUAL_HEALTH, "Sexual health"},
    {v1::MENTAL_HEALTH, "Mental health"},
    {v1::SUBSTANCE_MISUSE, "Substance misuse"},
    {v1::OTHER_SERVICE, "Another service"},
    {v1::SENSITIVE_SERVICE, "A sensitive service"},
}};

constexpr std::array<Word<v1::Sex>, 4> kSexes = {{
    {v1::SEX_UNSPECIFIED, "not-specified"},
    {v1::FEMALE, "female"},
    {v1::MALE, "male"},
    {v1::INDETERMINATE, "indeterminate"},
}};

constexpr std::array<Word<v1::DateQuality>, 4> kDateQualities = {{
    {v1::EXACT, "exact"},
    {v1::ESTIMATED, "estimated"},
    {v1::MONTH_ONLY, "month-only"},
    {v1::YEAR_ONLY, "year-only"},
}};

constexpr std::array<Word<v1::PersonName::Kind>, 4> kNameKinds = {{
    {v1::PersonName::CURRENT, "current"},
    {v1::PersonName::FORMER, "former"},
    {v1::PersonName::ALIAS, "alias"},
    {v1::PersonName::PREFERRED, "preferred"},
}};

constexpr std::array<Word<v1::Address::Kind>, 3> kAddressKinds = {{
    {v1::Address::CURRENT, "current"},
    {v1::Address::FORMER, "former"},
    {v1::Address::NO_FIXED_ADDRESS, "no-fixed-address"},
}};

constexpr std::array<Word<v1::NoAnswerCause>, 11> kCauses = {{
    {v1::UNREACHABLE, "unreachable"},
    {v1::LATE, "no answer in time"},
    {v1::MAINTENANCE, "closed for maintenance"},
    {v1::INVALID, "its answer does not verify"},
    {v1::HUB_UNREACHABLE, "the hub cannot be reached"},
    {v1::MEMBER_NOT_READY, "not ready to answer"},
    {v1::INTERRUPTED, "interrupted at your own node"},
    {v1::SUSPENDED, "suspended"},
    {v1::NOT_YET_ACTIVE, "not yet active"},
    {v1::LEAVING, "leaving or left"},
    {v1::KEYS_UNAVAILABLE, "not asked: the blinding keys cannot be reached"},
}};

constexpr std::array<Word<v1::MatchGrade>, 2> kGrades = {{
    {v1::POSSIBLE, "possible"},
    {v1::CERTAIN, "certain"},
}};

constexpr std::array<Word<v1::MatchReason>, 6> kReasons = {{
    {v1::SAME_IDENTIFIER_DIFFERENT_DETAILS, "same identifier but different details"},
    {v1::TWIN_OR_SIBLING, "may be a twin or sibling"},
    {v1::GIVEN_NAME_MISSING_OR_WEAK, "the given name is missing or says little"},
    {v1::DATE_OF_BIRTH_DIFFERS, "the dates of birth differ"},
    {v1::NHS_NUMBERS_DIFFER, "the NHS numbers differ"},
    {v1::EVIDENCE_BELOW_CERTAIN, "too little agrees to be certain"},
}};

constexpr std::array<Word<v1::AuditRow::Kind>, 19> kAuditKinds = {{
    {v1::AuditRow::QUESTION_ASKED, "question asked"},
    {v1::AuditRow::QUESTION_ENDED, "question ended"},
    {v1::AuditRow::CLAIM_MADE, "claim made"},
    {v1::AuditRow::DISCLOSURE, "disclosure"},
    {v1::AuditRow::ANSWERED_NOTHING, "answered: nothing to report"},
    {v1::AuditRow::RECORD_CHANGED, "record changed"},
    {v1::AuditRow::IMPORT_DONE, "import"},
    {v1::AuditRow::RECORD_READ, "record read"},
    {v1::AuditRow::ADMIN, "administration"},
    {v1::AuditRow::LATE_ANSWER, "late answer"},
    {v1::AuditRow::BAD_SIGNATURE, "ALARM: bad signature"},
    {v1::AuditRow::PROTECTED_TYPED, "ALARM: own protected child typed, nothing left"},
    {v1::AuditRow::CALL_REFUSED, "call refused"},
    {v1::AuditRow::BREAK_GLASS, "GLASS BROKEN: a review is due"},
    {v1::AuditRow::PROTECTION_CHANGED, "protection changed"},
    {v1::AuditRow::USER_CHANGED, "user changed"},
    {v1::AuditRow::UPKEEP_DONE, "upkeep pass"},
    {v1::AuditRow::DESTROYED, "record destroyed"},
    {v1::AuditRow::DECISION, "decision"},
}};

constexpr std::array<Word<v1::Role>, 10> kRoles = {{
    {v1::SOCIAL_WORKER, "social worker"},
    {v1::EARLY_HELP_WORKER, "early help worker"},
    {v1::HEALTH_WORKER, "health worker"},
    {v1::POLICE_OFFICER, "police officer"},
    {v1::EDUCATION_WORKER, "education worker"},
    {v1::EMERGENCY_DUTY_WORKER, "emergency duty worker"},
    {v1::DESK_WORKER, "desk"},
    {v1::PRIVACY_OFFICER, "privacy officer"},
    {v1::DATA_MANAGER, "data manager"},
    {v1::NODE_ADMIN, "node administrator"},
}};

constexpr std::array<Word<v1::Role>, 10> kRoleNames = {{
    {v1::SOCIAL_WORKER, "social-worker"},
    {v1::EARLY_HELP_WORKER, "early-help-worker"},
    {v1::HEALTH_WORKER, "health-worker"},
    {v1::POLICE_OFFICER, "police-officer"},
    {v1::EDUCATION_WORKER, "education-worker"},
    {v1::EMERGENCY_DUTY_WORKER, "emergency-duty-worker"},
    {v1::DESK_WORKER, "desk-worker"},
    {v1::PRIVACY_OFFICER, "privacy-officer"},
    {v1::DATA_MANAGER, "data-manager"},
    {v1::NODE_ADMIN, "node-admin"},
}};

constexpr std::array<Word<v1::Contact>, 3> kContacts = {{
    {v1::CONTACT_UNSPECIFIED, "nobody has said yet"},
    {v1::MADE, "contact made"},
    {v1::NOT_MADE, "tried in vain"},
}};

constexpr std::array<Word<v1::Outcome>, 9> kOutcomes = {{
    {v1::INVOLVED_NOW, "works with the child"},
    {v1::INVOLVED_BEFORE, "worked with the child before"},
    {v1::ASK_DESK, "ask the desk"},
    {v1::NOTHING_TO_REPORT, "nothing to report"},
    {v1::MORE_DETAILS_NEEDED, "more details needed"},
    {v1::WITHHELD, "withheld"},
    {v1::REFUSED, "refused"},
    {v1::NO_ANSWER, "no answer"},
    {v1::NOT_JOINED, "not joined"},
}};

}  // namespace

std::optional<v1::Purpose> PurposeFromName(std::string_view name) {
  return FindWord(kPurposes, name);
}
std::string PurposeName(v1::Purpose purpose) { return SayWord(kPurposes, purpose, kUnknownWord); }
std::vector<std::string> PurposeNames() { return WordNames(kPurposes); }

std::optional<v1::ServiceType> ServiceFromName(std::string_view name) {
  return FindWord(kServices, name);
}
std::vector<std::string> ServiceNames() { return WordNames(kServices); }
std::string ServiceName(v1::ServiceType service) {
  // Only answers say it, so it is no word that a record could be given.
  if (service == v1::SENSITIVE_SERVICE) return "sensitive-service";
  return SayWord(kServices, service, kUnknownWord);
}
std::string ServiceWords(v1::ServiceType service) {
  return SayWord(kServiceWords, service, "A service unknown to this version");
}

std::optional<v1::Sex> SexFromName(std::string_view name) { return FindWord(kSexes, name); }
std::string SexName(v1::Sex sex) { return SayWord(kSexes, sex, kUnknownWord); }
std::optional<v1::DateQuality> DateQualityFromName(std::string_view name) {
  return FindWord(kDateQualities, name);
}
std::string DateQualityName(v1::DateQuality quality) {
  return SayWord(kDateQualities, quality, "not said");
}
std::optional<v1::PersonName::Kind> NameKindFromName(std::string_view name) {
  return FindWord(kNameKinds, name);
}
std::string NameKindName(v1::PersonName::Kind kind) {
  return SayWord(kNameKinds, kind, "not said");
}
std::optional<v1::Address::Kind> AddressKindFromName(std::string_view name) {
  return FindWord(kAddressKinds, name);
}
std::string AddressKindName(v1::Address::Kind kind) {
  return SayWord(kAddressKinds, kind, "not said");
}

std::string CauseWords(v1::NoAnswerCause cause) {
  return SayWord(kCauses, cause, "cause not known");
}
std::string GradeWords(v1::MatchGrade grade) { return SayWord(kGrades, grade, "grade not known"); }
std::string ReasonWords(v1::MatchReason reason) {
  return SayWord(kReasons, reason, "a reason unknown to this version");
}
std::string AuditKindWords(v1::AuditRow::Kind kind) {
  return SayWord(kAuditKinds, kind, kUnknownWord);
}
std::string RoleWords(v1::Role role) { return SayWord(kRoles, role, ""); }

std::optional<v1::Role> RoleFromName(std::string_view name) { return FindWord(kRoleNames, name); }
std::vector<std::string> RoleNames() { return WordNames(kRoleNames); }
std::string RoleName(v1::Role role) { return SayWord(kRoleNames, role, kUnknownWord); }

std::string OutcomeWords(v1::Outcome outcome) { return SayWord(kOutcomes, outcome, kUnknownWord); }
std::string ContactWords(v1::Contact contact) { return SayWord(kContacts, contact, kUnknownWord); }
std::string ContactCode(v1::Contact contact) {
  return contact == v1::CONTACT_UNSPECIFIED
             ? "NOT_SAID"
             : CodeOr(v1::Contact_Name(contact), static_cast<int>(contact));
}

std::string OutcomeCode(v1::Outcome outcome) {
  return CodeOr(v1::Outcome_Name(outcome), static_cast<int>(outcome));
}
std::string CauseCode(v1::NoAnswerCause cause) {
  return CodeOr(v1::NoAnswerCause_Name(cause), static_cast<int>(cause));
}
std::string GradeCode(v1::MatchGrade grade) {
  return CodeOr(v1::MatchGrade_Name(grade), static_cast<int>(grade));
}
std::string ReasonCode(v1::MatchReason reason) {
  return CodeOr(v1::MatchReason_Name(reason), static_cast<int>(reason));
}
std::string AuditKindCode(v1::AuditRow::Kind kind) {
  return CodeOr(v1::AuditRow::Kind_Name(kind), static_cast<int>(kind));
}

}  // namespace signpost::cli
