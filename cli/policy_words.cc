#include "cli/policy_words.h"

#include <array>

#include "cli/refusal.h"
#include "cli/text.h"
#include "cli/word_table.h"
#include "cli/words.h"
#include "proto/base/bytes.h"
#include "proto/directory/disclosure.h"

namespace signpost::cli {
namespace {

constexpr uint32_t kDefaultLookBackMonths = 12;  // of v1::Policy

constexpr std::array<Word<v1::Disclosure>, 4> kDisclosures = {{
    {v1::TELL_NOTHING, "nothing"},
    {v1::TELL_DESK, "the desk only"},
    {v1::TELL_MASKED, "\"a sensitive service\""},
    {v1::TELL_SERVICE, "service, person, telephone"},
}};

constexpr const char* kLaws =
    R"(What no policy can loosen:
  - a shielded child tells nothing; with the glass broken at most the desk
  - a sensitive service is never named: with consent "a sensitive service", without
    consent at most the desk
  - privacy officers and node administrators do not ask; a service test asks about
    reserved test children only
  - what a policy leaves out, or a node does not know, may not be asked and tells
    nothing
)";

constexpr const char* kUnknownFormat =
    "Its form is newer than this program: by it no question is asked and none is answered.\n";

// One kind of involvement, as the four columns of the table.
struct Cell {
  const char* key;
  const char* words;
  v1::Disclosure DisclosureCells::*disclosure;
};
constexpr std::array<Cell, 4> kCells = {{
    {"ordinary", "ordinary", &DisclosureCells::ordinary},
    {"sensitive_with_consent", "sensitive with consent", &DisclosureCells::sensitive_with_consent},
    {"sensitive_without_consent", "sensitive without consent",
     &DisclosureCells::sensitive_without_consent},
    {"broken_glass", "shielded, glass broken", &DisclosureCells::broken_glass},
}};

std::vector<v1::Role> Roles() {
  std::vector<v1::Role> roles;
  for (const std::string& name : RoleNames()) roles.push_back(*RoleFromName(name));
  return roles;
}
std::vector<v1::Purpose> Purposes() {
  std::vector<v1::Purpose> purposes;
  for (const std::string& name : PurposeNames()) purposes.push_back(*PurposeFromName(name));
  return purposes;
}

uint32_t LookBack(const v1::Policy& policy) {
  return policy.look_back_months() == 0 ? kDefaultLookBackMonths : policy.look_back_months();
}

std::string PurposeTable(const DisclosureTable& table, v1::Purpose purpose) {
  Table rows;
  rows.Add({"", "ordinary", "sensitive, consent", "sensitive, none", "shielded, glass broken"});
  bool any = false;
  for (const v1::Role role : Roles()) {
    const DisclosureCells* cells = table.Find(role, purpose);
    if (cells == nullptr) continue;
    any = true;
    std::vector<std::string> row = {RoleWords(role)};
    for (const Cell& cell : kCells) row.push_back(DisclosureWords(cells->*cell.disclosure));
    rows.Add(std::move(row));
  }
  return PurposeName(purpose) + (any ? ":\n" + rows.Render() : ": nobody may ask\n");
}

void WriteCells(JsonWriter& json, const DisclosureCells& cells) {
  for (const Cell& cell : kCells) json.Field(cell.key, DisclosureCode(cells.*cell.disclosure));
}

std::string CellsInWords(const DisclosureCells& cells) {
  std::string out;
  for (const Cell& cell : kCells) {
    out += std::string(out.empty() ? "" : "; ") + cell.words + ": " +
           DisclosureWords(cells.*cell.disclosure);
  }
  return out;
}

// Whether every word of it can be vouched for.
bool IsUnderstood(const v1::Policy& policy) {
  if (!CheckPolicy(policy).ok()) return false;
  v1::Policy known = policy;
  known.DiscardUnknownFields();
  return known.ByteSizeLong() == policy.ByteSizeLong();
}

void DescribeRule(v1::Role role, v1::Purpose purpose, const DisclosureCells* before,
                  const DisclosureCells* after, std::vector<std::string>& lines) {
  const std::string label = "Policy: " + RoleWords(role) + " for " + PurposeName(purpose);
  if (before == nullptr && after == nullptr) return;
  if (before == nullptr) {
    lines.push_back(label + " may now ask; " + CellsInWords(*after));
    return;
  }
  if (after == nullptr) {
    lines.push_back(label + " may no longer ask");
    return;
  }
  std::string changed;
  for (const Cell& cell : kCells) {
    const v1::Disclosure was = before->*cell.disclosure;
    const v1::Disclosure is = after->*cell.disclosure;
    if (was == is) continue;
    changed += (changed.empty() ? ": " : "; ") + std::string(cell.words) + ": " +
               DisclosureWords(was) + " becomes " + DisclosureWords(is);
  }
  if (!changed.empty()) lines.push_back(label + changed);
}

bool SameRows(const v1::Policy& a, const v1::Policy& b) {
  v1::Policy first;
  v1::Policy second;
  *first.mutable_rules() = a.rules();
  *second.mutable_rules() = b.rules();
  return first.SerializeAsString() == second.SerializeAsString();
}

std::string Becomes(const char* what, uint32_t before, uint32_t after) {
  return std::string("Policy: ") + what + " " + std::to_string(before) + " becomes " +
         std::to_string(after);
}

}  // namespace

std::string DisclosureWords(v1::Disclosure disclosure) {
  return SayWord(kDisclosures, disclosure, kUnknownWord);
}

std::string DisclosureCode(v1::Disclosure disclosure) {
  return CodeOr(v1::Disclosure_Name(disclosure), static_cast<int>(disclosure));
}

std::string PolicyText(const v1::Policy& policy, std::string_view source) {
  const DisclosureTable table = DisclosureTable::Of(policy);
  std::string out = "Policy " + std::to_string(policy.version()) + ", " + CleanText(source) +
                    (policy.rules().empty() ? " (the default table)" : "") + ".\n";
  if (!table.known()) return out + kUnknownFormat;
  out += "Ended involvements are told of for " + Counted(LookBack(policy), "month", "months") +
         ".\nWhat is told, by purpose and by the role of the person who asks:\n\n";
  for (const v1::Purpose purpose : Purposes()) out += PurposeTable(table, purpose) + "\n";
  return out + kLaws;
}

void WritePolicy(JsonWriter& json, const v1::Policy& policy, std::string_view source) {
  const DisclosureTable table = DisclosureTable::Of(policy);
  json.BeginObject();
  json.Field("schema", "signpost.federation.policy.show/v1");
  json.Field("source", source);
  json.Field("policy_version", policy.version());
  json.Field("form", table.known() ? "known" : "unknown");
  json.Field("look_back_months", LookBack(policy));
  json.Key("rules");
  json.BeginArray();
  for (const v1::Purpose purpose : Purposes()) {
    for (const v1::Role role : Roles()) {
      const DisclosureCells* cells = table.Find(role, purpose);
      if (cells == nullptr) continue;
      json.BeginObject();
      json.Field("role", RoleName(role));
      json.Field("purpose", PurposeName(purpose));
      WriteCells(json, *cells);
      json.EndObject();
    }
  }
  json.EndArray();
  json.EndObject();
}

std::string PolicyCheckText(const v1::Policy& policy, v1::Role role, v1::Purpose purpose) {
  const DisclosureTable table = DisclosureTable::Of(policy);
  const std::string head = "Policy " + std::to_string(policy.version()) + ". ";
  if (!table.known()) return head + kUnknownFormat;
  const DisclosureCells* cells = table.Find(role, purpose);
  if (cells == nullptr) {
    const bool never = role == v1::PRIVACY_OFFICER || role == v1::NODE_ADMIN;
    const Refusal& refusal = RefusalOf(never                         ? "ROLE_MAY_NOT_ASK"
                                       : purpose == v1::SERVICE_TEST ? "SERVICE_TEST_NOT_AVAILABLE"
                                                                     : "PURPOSE_NOT_FOR_ROLE");
    return head + "In the role " + RoleWords(role) + " nobody may ask for " + PurposeName(purpose) +
           ": the own node refuses before anything is sent.\nWho can lift " +
           "it: " + std::string(refusal.who_can_lift) + ".\n";
  }
  Table rows;
  rows.Add({"an ordinary involvement", DisclosureWords(cells->ordinary)});
  rows.Add({"a sensitive service, with consent", DisclosureWords(cells->sensitive_with_consent)});
  rows.Add(
      {"a sensitive service, without consent", DisclosureWords(cells->sensitive_without_consent)});
  rows.Add({"a shielded child", "nothing, like a child who is not known"});
  rows.Add({"a shielded child, the glass broken",
            cells->MayBreakGlass() ? "the desk only; reviewed at both ends"
                                   : "this role may not break the glass for this purpose"});
  return head + "In the role " + RoleWords(role) + ", for " + PurposeName(purpose) +
         ", others tell of\n" + rows.Render() +
         (cells->sensitive_without_consent == v1::TELL_NOTHING
              ? "Where only a sensitive service without consent knows the child, nothing is told, "
                "and the desk there hears of the question.\n"
              : "");
}

void WritePolicyCheck(JsonWriter& json, const v1::Policy& policy, v1::Role role,
                      v1::Purpose purpose) {
  const DisclosureTable table = DisclosureTable::Of(policy);
  const DisclosureCells* cells = table.Find(role, purpose);
  json.BeginObject();
  json.Field("schema", "signpost.federation.policy.check/v1");
  json.Field("policy_version", policy.version());
  json.Field("form", table.known() ? "known" : "unknown");
  json.Field("role", RoleName(role));
  json.Field("purpose", PurposeName(purpose));
  json.Field("ask", cells == nullptr ? "refused" : "allowed");
  if (cells != nullptr) WriteCells(json, *cells);
  json.EndObject();
}

std::optional<std::vector<std::string>> DescribePolicyChanges(const v1::Policy& before,
                                                              const v1::Policy& after) {
  if (!IsUnderstood(before) || !IsUnderstood(after)) return std::nullopt;
  std::vector<std::string> lines;
  if (before.version() != after.version()) {
    lines.push_back(Becomes("version", before.version(), after.version()));
  }
  if (before.format() != after.format()) {
    lines.push_back(Becomes("format", before.format(), after.format()));
  }
  if (before.look_back_months() != after.look_back_months()) {
    lines.push_back("Policy: ended involvements are told of for " +
                    Counted(LookBack(after), "month", "months") + " instead of " +
                    std::to_string(LookBack(before)));
  }
  const DisclosureTable old_table = DisclosureTable::Of(before);
  const DisclosureTable new_table = DisclosureTable::Of(after);
  const size_t without_rules = lines.size();
  for (const v1::Purpose purpose : Purposes()) {
    for (const v1::Role role : Roles()) {
      DescribeRule(role, purpose, old_table.Find(role, purpose), new_table.Find(role, purpose),
                   lines);
    }
  }
  if (lines.size() == without_rules && !SameRows(before, after)) {
    lines.push_back("Policy: its rows are written differently; what they tell is the same");
  }
  return lines;
}

}  // namespace signpost::cli
