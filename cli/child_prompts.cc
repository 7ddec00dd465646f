// A child's details at the keyboard, for a question or a record.
#include "cli/checked_prompt.h"
#include "cli/personal.h"
#include "cli/question_file.h"
#include "cli/text.h"
#include "cli/words.h"
#include "proto/limits.h"

namespace signpost::cli {
namespace {

constexpr size_t kUpnBytes = 13;

std::string DigitsOf(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c != ' ' && c != '-') out.push_back(c);
  }
  return out;
}

std::string CheckNhsNumber(const std::string& line) {
  return PassesNhsCheck(line) ? "" : "fails the NHS number's check digit";
}
std::string CheckUpn(const std::string& line) {
  return line.size() == kUpnBytes && TextUpTo(kUpnBytes)(line).empty()
             ? ""
             : "does not have 13 characters";
}
std::string CheckSex(const std::string& line) {
  return SexFromName(line) ? "" : "is not female, male, indeterminate or not-specified";
}

// Asks for one field after the other; the first failure ends it.
class Form {
 public:
  Form(Prompter& prompter, bool editing) : prompter_(prompter), editing_(editing) {}

  // The new value of a field that is `now`.
  std::string Ask(std::string_view question, const std::string& now, const LineCheck& check) {
    if (!status_.ok()) return now;
    const bool shown = editing_ && !now.empty();
    std::string prompt(question);
    if (shown) prompt += "[" + CleanText(now) + "; Enter keeps it, - takes it away] ";
    const LineCheck or_dash = [&check](const std::string& line) {
      return line == "-" ? "" : check(line);
    };
    const auto line = AskUntil(prompter_, prompt, shown ? or_dash : check);
    status_ = line.status();
    if (!line.ok() || line->empty()) return now;
    return shown && *line == "-" ? "" : *line;
  }
  std::string Ask(std::string_view question, const std::string& now) {
    return Ask(question, now, TextUpTo(kMaxNameBytes));
  }
  const absl::Status& status() const { return status_; }

 private:
  Prompter& prompter_;
  bool editing_;
  absl::Status status_;
};

template <typename Items, typename Kind>
auto* FindOfKind(Items& items, Kind kind) {
  for (auto& item : items) {
    if (item.kind() == kind) return &item;
  }
  return static_cast<decltype(&items[0])>(nullptr);
}

// Takes away what says nothing but its kind.
template <typename Items, typename Kind>
void DropEmpty(Items& items, Kind kind) {
  for (int i = items.size() - 1; i >= 0; --i) {
    auto item = items.Get(i);
    if (item.kind() != kind) continue;
    item.clear_kind();
    if (item.ByteSizeLong() == 0) items.DeleteSubrange(i, 1);
  }
}

v1::PersonName& NameOfKind(v1::ChildDetails& details, v1::PersonName::Kind kind) {
  if (auto* found = FindOfKind(*details.mutable_names(), kind)) return *found;
  v1::PersonName& name = *details.add_names();
  name.set_kind(kind);
  return name;
}

void AskForNames(Form& form, v1::ChildDetails& details) {
  v1::PersonName name = NameOfKind(details, v1::PersonName::CURRENT);
  name.set_given(form.Ask("First given name: ", name.given()));
  name.set_middle(form.Ask("Other given names: ", name.middle()));
  name.set_family(form.Ask("Family name: ", name.family()));
  NameOfKind(details, v1::PersonName::CURRENT) = name;
  v1::PersonName former = NameOfKind(details, v1::PersonName::FORMER);
  former.set_family(form.Ask("Former family name, if any: ", former.family()));
  const bool named = !name.given().empty() || !name.family().empty();
  if (former.family().empty()) {
    former.clear_given();
  } else if (named && former.given().empty()) {
    former.set_given(name.given());
  }
  NameOfKind(details, v1::PersonName::FORMER) = former;
  DropEmpty(*details.mutable_names(), v1::PersonName::CURRENT);
  DropEmpty(*details.mutable_names(), v1::PersonName::FORMER);
}

void AskForBirth(Form& form, v1::ChildDetails& details) {
  const std::string before = details.date_of_birth();
  details.set_date_of_birth(form.Ask("Date of birth (YYYY-MM-DD): ", before, CheckDateLine));
  if (details.date_of_birth().empty()) {
    details.clear_date_quality();
  } else if (details.date_of_birth() != before) {
    details.set_date_quality(v1::EXACT);
  }
  const std::string sex =
      details.sex() == v1::SEX_UNSPECIFIED ? std::string() : SexName(details.sex());
  const std::string said = form.Ask("Sex (female, male, indeterminate, or Enter): ", sex, CheckSex);
  details.set_sex(SexFromName(said).value_or(v1::SEX_UNSPECIFIED));
}

void AskForAddress(Form& form, v1::ChildDetails& details) {
  v1::Address* found = FindOfKind(*details.mutable_addresses(), v1::Address::CURRENT);
  v1::Address& address = found != nullptr ? *found : *details.add_addresses();
  address.set_kind(v1::Address::CURRENT);
  address.set_house(form.Ask("House number or name: ", address.house()));
  address.set_street(form.Ask("Street: ", address.street()));
  address.set_town(form.Ask("Town: ", address.town()));
  address.set_postcode(form.Ask("Postcode: ", address.postcode()));
  DropEmpty(*details.mutable_addresses(), v1::Address::CURRENT);
}

}  // namespace

absl::Status PromptForChild(Prompter& prompter, v1::ChildDetails& details) {
  Form form(prompter, details.ByteSizeLong() > 0);
  AskForNames(form, details);
  AskForBirth(form, details);
  AskForAddress(form, details);
  details.set_nhs_number(DigitsOf(form.Ask("NHS number: ", details.nhs_number(), CheckNhsNumber)));
  details.set_upn(form.Ask("Unique pupil number: ", details.upn(), CheckUpn));
  SIGNPOST_RETURN_IF_ERROR(form.status());
  if (HasSomethingToFind(details)) return absl::OkStatus();
  return absl::InvalidArgumentError("a child needs a name or an identifier");
}

}  // namespace signpost::cli
