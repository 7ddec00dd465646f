// The words for the protocol's closed lists: kebab-case names for options and
// files, plain English for the screen. One table each.
//
// Property: a value this program does not know is said to be unknown, never
// shown as something else.
// Thread safety: pure functions.
#ifndef SIGNPOST_CLI_WORDS_H_
#define SIGNPOST_CLI_WORDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signpost/v1/child.pb.h"
#include "signpost/v1/node.pb.h"
#include "signpost/v1/outcome.pb.h"
#include "signpost/v1/question.pb.h"

namespace signpost::cli {

// "s47-enquiry" and back; nothing for a name that is not in the list.
std::optional<v1::Purpose> PurposeFromName(std::string_view name);
std::string PurposeName(v1::Purpose purpose);
std::vector<std::string> PurposeNames();

// "childrens-social-care" and back; "Children's social care" for the screen.
std::optional<v1::ServiceType> ServiceFromName(std::string_view name);
std::vector<std::string> ServiceNames();
std::string ServiceName(v1::ServiceType service);
std::string ServiceWords(v1::ServiceType service);

std::optional<v1::Sex> SexFromName(std::string_view name);
std::string SexName(v1::Sex sex);
std::optional<v1::DateQuality> DateQualityFromName(std::string_view name);
std::string DateQualityName(v1::DateQuality quality);
std::optional<v1::PersonName::Kind> NameKindFromName(std::string_view name);
std::string NameKindName(v1::PersonName::Kind kind);
std::optional<v1::Address::Kind> AddressKindFromName(std::string_view name);
std::string AddressKindName(v1::Address::Kind kind);

// "unreachable", "suspended", ...
std::string CauseWords(v1::NoAnswerCause cause);
// "certain", "possible".
std::string GradeWords(v1::MatchGrade grade);
// "the dates of birth differ", ...
std::string ReasonWords(v1::MatchReason reason);
// "question asked", ...
std::string AuditKindWords(v1::AuditRow::Kind kind);
// "social worker", ...
std::string RoleWords(v1::Role role);
// "social-worker" and back; nothing for a name that is not in the list.
std::optional<v1::Role> RoleFromName(std::string_view name);
std::vector<std::string> RoleNames();
std::string RoleName(v1::Role role);
// "works with the child", "ask the desk", ...
std::string OutcomeWords(v1::Outcome outcome);
// What became of a signpost: "contact made", "nobody has said yet"; "MADE", "NOT_SAID".
std::string ContactWords(v1::Contact contact);
std::string ContactCode(v1::Contact contact);

// The enum's own name, as JSON uses it ("INVOLVED_NOW"); "UNKNOWN_17" for a number this program
// does not know.
std::string OutcomeCode(v1::Outcome outcome);
std::string CauseCode(v1::NoAnswerCause cause);
std::string GradeCode(v1::MatchGrade grade);
std::string ReasonCode(v1::MatchReason reason);
std::string AuditKindCode(v1::AuditRow::Kind kind);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_WORDS_H_
