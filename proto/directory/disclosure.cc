#include "proto/directory/disclosure.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>

namespace signpost {
namespace {

constexpr uint32_t kMaxLookBackMonths = 120;
constexpr uint32_t kMaxPolicyVersion = 0xffff;  // two bytes of a question's header
constexpr int kMaxPolicyRules = 256;

// Laws: no table makes a cell say more than this.
constexpr v1::Disclosure kMostOfConsented = v1::TELL_MASKED;
constexpr v1::Disclosure kMostOfUnconsented = v1::TELL_DESK;
constexpr v1::Disclosure kMostOfShielded = v1::TELL_DESK;

bool Known(v1::Role role) { return v1::Role_IsValid(role) && role != v1::ROLE_UNSPECIFIED; }
bool Known(v1::Purpose purpose) {
  return v1::Purpose_IsValid(purpose) && purpose != v1::PURPOSE_UNSPECIFIED;
}
bool NeverAsks(v1::Role role) { return role == v1::PRIVACY_OFFICER || role == v1::NODE_ADMIN; }

v1::Disclosure Cut(v1::Disclosure said, v1::Disclosure most) {
  if (!v1::Disclosure_IsValid(said) || said == v1::DISCLOSURE_UNSPECIFIED) return v1::TELL_NOTHING;
  return std::min(said, most);
}

DisclosureCells CellsOf(const v1::DisclosureRule& rule) {
  return {Cut(rule.ordinary(), v1::TELL_SERVICE),
          Cut(rule.sensitive_with_consent(), kMostOfConsented),
          Cut(rule.sensitive_without_consent(), kMostOfUnconsented),
          Cut(rule.broken_glass(), kMostOfShielded)};
}

// Of two rows for the same role and purpose, what both allow.
DisclosureCells Stricter(const DisclosureCells& a, const DisclosureCells& b) {
  return {std::min(a.ordinary, b.ordinary),
          std::min(a.sensitive_with_consent, b.sensitive_with_consent),
          std::min(a.sensitive_without_consent, b.sensitive_without_consent),
          std::min(a.broken_glass, b.broken_glass)};
}

using Roles = std::initializer_list<v1::Role>;
constexpr Roles kPractitioners = {
    v1::SOCIAL_WORKER,    v1::EARLY_HELP_WORKER,     v1::HEALTH_WORKER, v1::POLICE_OFFICER,
    v1::EDUCATION_WORKER, v1::EMERGENCY_DUTY_WORKER, v1::DESK_WORKER};
constexpr Roles kGlassBreakers = {v1::SOCIAL_WORKER, v1::HEALTH_WORKER, v1::POLICE_OFFICER,
                                  v1::EMERGENCY_DUTY_WORKER, v1::DESK_WORKER};

bool IsOneOf(v1::Role role, Roles roles) {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

struct PurposeRow {
  v1::Purpose purpose;
  Roles roles;
  v1::Disclosure ordinary;
  v1::Disclosure with_consent;
  v1::Disclosure without_consent;
  bool glass_may_break;
};

constexpr Roles kEnquiryRoles = {v1::SOCIAL_WORKER, v1::HEALTH_WORKER, v1::POLICE_OFFICER,
                                 v1::EMERGENCY_DUTY_WORKER, v1::DESK_WORKER};
constexpr Roles kAssessmentRoles = {v1::SOCIAL_WORKER, v1::EARLY_HELP_WORKER, v1::HEALTH_WORKER,
                                    v1::EMERGENCY_DUTY_WORKER, v1::DESK_WORKER};
constexpr Roles kDutyRoles = {v1::SOCIAL_WORKER, v1::EMERGENCY_DUTY_WORKER, v1::DESK_WORKER};
constexpr Roles kCourtRoles = {v1::SOCIAL_WORKER, v1::DESK_WORKER};
constexpr Roles kTransferRoles = {v1::SOCIAL_WORKER, v1::EARLY_HELP_WORKER, v1::HEALTH_WORKER,
                                  v1::EDUCATION_WORKER, v1::DESK_WORKER};
constexpr Roles kDeathReviewRoles = {v1::SOCIAL_WORKER, v1::HEALTH_WORKER, v1::POLICE_OFFICER,
                                     v1::DESK_WORKER};
constexpr Roles kQualityRoles = {v1::DESK_WORKER, v1::DATA_MANAGER};

// node/rules/RULES.md section 3 shows this table.
constexpr PurposeRow kDefaultRows[] = {
    {v1::S47_ENQUIRY, kEnquiryRoles, v1::TELL_SERVICE, v1::TELL_MASKED, v1::TELL_DESK, true},
    {v1::S17_ASSESSMENT, kAssessmentRoles, v1::TELL_SERVICE, v1::TELL_MASKED, v1::TELL_NOTHING,
     false},
    {v1::MASH_TRIAGE, kPractitioners, v1::TELL_SERVICE, v1::TELL_MASKED, v1::TELL_NOTHING, false},
    {v1::EMERGENCY_CARE, kEnquiryRoles, v1::TELL_SERVICE, v1::TELL_MASKED, v1::TELL_NOTHING, true},
    {v1::EMERGENCY_DUTY_PURPOSE, kDutyRoles, v1::TELL_SERVICE, v1::TELL_MASKED, v1::TELL_NOTHING,
     true},
    {v1::MISSING_CHILD, kPractitioners, v1::TELL_SERVICE, v1::TELL_MASKED, v1::TELL_NOTHING, true},
    {v1::COURT_PROCEEDINGS, kCourtRoles, v1::TELL_SERVICE, v1::TELL_MASKED, v1::TELL_NOTHING,
     false},
    {v1::TRANSFER_IN, kTransferRoles, v1::TELL_SERVICE, v1::TELL_MASKED, v1::TELL_NOTHING, false},
    {v1::CHILD_DEATH_REVIEW, kDeathReviewRoles, v1::TELL_SERVICE, v1::TELL_NOTHING,
     v1::TELL_NOTHING, false},
    {v1::DATA_QUALITY, kQualityRoles, v1::TELL_DESK, v1::TELL_NOTHING, v1::TELL_NOTHING, false},
    {v1::OTHER_PURPOSE, kPractitioners, v1::TELL_SERVICE, v1::TELL_NOTHING, v1::TELL_NOTHING,
     false},
};

// The row as a person finds it: by its names, or its numbers where there are none.
std::string RowName(const v1::DisclosureRule& rule) {
  const std::string role =
      v1::Role_IsValid(rule.role()) ? v1::Role_Name(rule.role()) : absl::StrCat(rule.role());
  const std::string purpose = v1::Purpose_IsValid(rule.purpose()) ? v1::Purpose_Name(rule.purpose())
                                                                  : absl::StrCat(rule.purpose());
  return absl::StrCat(role, " for ", purpose);
}

class PolicyCheck {
 public:
  explicit PolicyCheck(const v1::Policy& policy) : policy_(policy) {}

  absl::Status Run() {
    if (policy_.format() > kPolicyFormat) {
      Problem("format ", policy_.format(), " is not known to this program");
    }
    if (policy_.version() > kMaxPolicyVersion) Problem("version is above 65,535");
    if (policy_.look_back_months() > kMaxLookBackMonths) Problem("look_back_months is above 120");
    if (policy_.rules_size() > kMaxPolicyRules) {
      Problem("more than 256 rules");
    } else {
      for (const v1::DisclosureRule& rule : policy_.rules()) Check(rule);
    }
    if (problems_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_POLICY: correct the policy and make the directory again:", problems_));
  }

 private:
  template <typename... Parts>
  void Problem(const Parts&... parts) {
    absl::StrAppend(&problems_, "\n", parts...);
  }

  void Check(const v1::DisclosureRule& rule) {
    const std::string name = RowName(rule);
    if (!Known(rule.role())) Problem(name, ": the role is not known");
    if (!Known(rule.purpose())) Problem(name, ": the purpose is not known");
    if (NeverAsks(rule.role())) Problem(name, ": this role never asks");
    if (rule.purpose() == v1::SERVICE_TEST) {
      Problem(name, ": SERVICE_TEST matches canaries only and has no row");
    }
    if (!rows_.emplace(rule.role(), rule.purpose()).second) Problem(name, ": stands twice");
    CheckCell(name, "ordinary", rule.ordinary(), v1::TELL_SERVICE);
    CheckCell(name, "sensitive_with_consent", rule.sensitive_with_consent(), kMostOfConsented);
    CheckCell(name, "sensitive_without_consent", rule.sensitive_without_consent(),
              kMostOfUnconsented);
    CheckCell(name, "broken_glass", rule.broken_glass(), kMostOfShielded);
  }

  void CheckCell(const std::string& name, const char* cell, v1::Disclosure said,
                 v1::Disclosure most) {
    if (!v1::Disclosure_IsValid(said)) {
      Problem(name, ": ", cell, " holds a disclosure that is not known");
    } else if (said > most) {
      Problem(name, ": ", cell, " may be at most ", v1::Disclosure_Name(most));
    }
  }

  const v1::Policy& policy_;
  std::set<std::pair<int, int>> rows_;
  std::string problems_;
};

}  // namespace

DisclosureTable DisclosureTable::Of(const v1::Policy& policy) {
  DisclosureTable table;
  table.version_ = policy.version();
  table.known_ = policy.format() <= kPolicyFormat;
  if (!table.known_) return table;
  const v1::Policy defaults = policy.rules().empty() ? DefaultPolicy() : v1::Policy();
  for (const v1::DisclosureRule& rule :
       policy.rules().empty() ? defaults.rules() : policy.rules()) {
    if (!Known(rule.role()) || !Known(rule.purpose()) || NeverAsks(rule.role()) ||
        rule.purpose() == v1::SERVICE_TEST) {
      continue;
    }
    const DisclosureCells cells = CellsOf(rule);
    const auto [at, is_new] = table.cells_.emplace(std::pair(rule.role(), rule.purpose()), cells);
    if (!is_new) at->second = Stricter(at->second, cells);
  }
  return table;
}

const DisclosureCells* DisclosureTable::Find(v1::Role role, v1::Purpose purpose) const {
  const auto found = cells_.find({role, purpose});
  return found == cells_.end() ? nullptr : &found->second;
}

v1::Policy DefaultPolicy() {
  v1::Policy policy;
  policy.set_format(kPolicyFormat);
  for (const PurposeRow& row : kDefaultRows) {
    for (const v1::Role role : row.roles) {
      v1::DisclosureRule& rule = *policy.add_rules();
      rule.set_role(role);
      rule.set_purpose(row.purpose);
      rule.set_ordinary(row.ordinary);
      rule.set_sensitive_with_consent(row.with_consent);
      rule.set_sensitive_without_consent(row.without_consent);
      rule.set_broken_glass(
          row.glass_may_break && IsOneOf(role, kGlassBreakers) ? v1::TELL_DESK : v1::TELL_NOTHING);
    }
  }
  return policy;
}

absl::Status CheckPolicy(const v1::Policy& policy) { return PolicyCheck(policy).Run(); }

}  // namespace signpost
