#include "cli/question_file.h"

#include <absl/strings/str_join.h>

#include <functional>
#include <string>
#include <vector>

#include "cli/json_reader.h"
#include "cli/personal.h"
#include "cli/words.h"
#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost::cli {
namespace {

using google::protobuf::Struct;

constexpr size_t kMaxBasisBytes = 100;  // AskRequest.lawful_basis
constexpr size_t kMaxKindBytes = 40;
constexpr size_t kUpnBytes = 13;
constexpr int kMaxAttempts = 5;

std::string DigitsOf(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c != ' ' && c != '-') out.push_back(c);
  }
  return out;
}

// Reads a word of a closed list; `fallback` when the key is absent.
template <typename E>
E ReadWord(ObjectReader& reader, const std::string& key,
           std::optional<E> (*from_name)(std::string_view), E fallback) {
  const std::string word = reader.Text(key, kMaxKindBytes);
  if (word.empty()) return fallback;
  const std::optional<E> value = from_name(word);
  if (!value) reader.Complain(key, "is not one of the documented words");
  return value.value_or(fallback);
}

void ReadName(const Struct& object, const std::string& path, std::vector<std::string>& problems,
              v1::PersonName& name) {
  ObjectReader reader(object, path, problems);
  name.set_kind(ReadWord(reader, "kind", &NameKindFromName, v1::PersonName::CURRENT));
  name.set_given(reader.Text("given", kMaxNameBytes));
  name.set_middle(reader.Text("middle", kMaxNameBytes));
  name.set_family(reader.Text("family", kMaxNameBytes));
  if (name.given().empty() && name.family().empty()) {
    problems.push_back(path + " needs a given or a family name");
  }
  reader.Finish();
}

void ReadAddress(const Struct& object, const std::string& path, std::vector<std::string>& problems,
                 v1::Address& address) {
  ObjectReader reader(object, path, problems);
  address.set_kind(ReadWord(reader, "kind", &AddressKindFromName, v1::Address::CURRENT));
  address.set_house(reader.Text("house", kMaxNameBytes));
  address.set_street(reader.Text("street", kMaxNameBytes));
  address.set_town(reader.Text("town", kMaxNameBytes));
  address.set_postcode(reader.Text("postcode", kMaxNameBytes));
  reader.Finish();
}

bool HasSomethingToFind(const v1::ChildDetails& child) {
  return child.names_size() > 0 || !child.nhs_number().empty() || !child.upn().empty();
}

void ReadChild(const Struct& object, std::vector<std::string>& problems, v1::ChildDetails& child) {
  ObjectReader reader(object, "child", problems);
  int i = 0;
  for (const Struct* name : reader.Objects("names", kMaxNames)) {
    ReadName(*name, "child.names[" + std::to_string(i++) + "]", problems, *child.add_names());
  }
  child.set_date_of_birth(reader.Text("date_of_birth", kMaxKindBytes));
  if (!child.date_of_birth().empty() && !IsRealDate(child.date_of_birth())) {
    reader.Complain("date_of_birth", "is not a date YYYY-MM-DD that exists");
  }
  const auto quality = child.date_of_birth().empty() ? v1::DATE_QUALITY_UNSPECIFIED : v1::EXACT;
  child.set_date_quality(ReadWord(reader, "date_quality", &DateQualityFromName, quality));
  child.set_sex(ReadWord(reader, "sex", &SexFromName, v1::SEX_UNSPECIFIED));
  i = 0;
  for (const Struct* address : reader.Objects("addresses", kMaxAddresses)) {
    ReadAddress(*address, "child.addresses[" + std::to_string(i++) + "]", problems,
                *child.add_addresses());
  }
  child.set_nhs_number(DigitsOf(reader.Text("nhs_number", kMaxKindBytes)));
  if (!child.nhs_number().empty() && !PassesNhsCheck(child.nhs_number())) {
    reader.Complain("nhs_number", "fails its check digit");
  }
  child.set_upn(reader.Text("upn", kUpnBytes));
  if (!child.upn().empty() && child.upn().size() != kUpnBytes) {
    reader.Complain("upn", "does not have 13 characters");
  }
  reader.Finish();
  if (!HasSomethingToFind(child)) problems.push_back("child needs a name or an identifier");
}

using Check = std::function<std::string(const std::string&)>;

// Asks until `check` says nothing against the line; an empty line is always taken.
absl::StatusOr<std::string> AskUntil(Prompter& prompter, const std::string& question,
                                     const Check& check) {
  std::string prompt = question;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    absl::StatusOr<std::string> line = prompter.Ask(prompt);
    std::string complaint;
    if (line.ok()) {
      complaint = line->empty() ? "" : check(*line);
      if (complaint.empty()) return line;
    } else if (absl::IsInvalidArgument(line.status())) {
      complaint = std::string(line.status().message());
    } else {
      return line.status();
    }
    prompt = "That " + complaint + ". " + question;
  }
  return absl::CancelledError("too many lines that cannot be right");
}

Check TextUpTo(size_t max_bytes) {
  return [max_bytes](const std::string& line) -> std::string {
    if (line.size() > max_bytes) return absl::StrCat("is longer than ", max_bytes, " bytes");
    return IsPlainText(line) ? "" : "holds control characters";
  };
}

std::string CheckDate(const std::string& line) {
  return IsRealDate(line) ? "" : "is not a date YYYY-MM-DD that exists";
}
std::string CheckNhsNumber(const std::string& line) {
  return PassesNhsCheck(line) ? "" : "fails the NHS number's check digit";
}
std::string CheckUpn(const std::string& line) {
  return line.size() == kUpnBytes && IsPlainText(line) ? "" : "does not have 13 characters";
}
std::string CheckSex(const std::string& line) {
  return SexFromName(line) ? "" : "is not female, male, indeterminate or not-specified";
}

}  // namespace

const std::string_view kQuestionFileHelp =
    R"(Question file (JSON, at most 64 KiB; an unknown key is refused):
  {"case": "8841",                      a case reference, or a child:
   "child": {
     "names": [{"kind": "current", "given": "", "middle": "", "family": ""}],
     "date_of_birth": "YYYY-MM-DD",
     "date_quality": "exact",           exact, estimated, month-only, year-only
     "sex": "female",                   female, male, indeterminate, not-specified
     "addresses": [{"kind": "current", "house": "", "street": "", "town": "",
                    "postcode": ""}],   current, former, no-fixed-address
     "nhs_number": "", "upn": ""},
   "purpose": "s47-enquiry", "purpose_text": "", "lawful_basis": "",
   "contact": "", "on_behalf_of": "", "break_glass_reason": ""}
  Kinds of names: current, former, alias, preferred. Leave out what is not known.)";

absl::Status ReadQuestionFile(std::string_view json, v1::AskRequest& request) {
  SIGNPOST_ASSIGN_OR_RETURN(const Struct object, ParseJsonObject(json));
  std::vector<std::string> problems;
  ObjectReader reader(object, "", problems);
  const std::string case_reference = reader.Text("case", kMaxReferenceBytes);
  const Struct* child = reader.Object("child");
  if (reader.Has("case") == reader.Has("child")) {
    problems.push_back("give one of case and child");
  } else if (child != nullptr) {
    ReadChild(*child, problems, *request.mutable_details());
  } else {
    request.set_case_reference(case_reference);
    if (case_reference.empty() && problems.empty()) problems.push_back("case is empty");
  }
  request.set_purpose(ReadWord(reader, "purpose", &PurposeFromName, v1::PURPOSE_UNSPECIFIED));
  request.set_purpose_text(reader.Text("purpose_text", kMaxTextBytes));
  request.set_lawful_basis(reader.Text("lawful_basis", kMaxBasisBytes));
  request.set_contact_telephone(reader.Text("contact", kMaxTelephoneBytes));
  request.set_on_behalf_of(reader.Text("on_behalf_of", kMaxPersonBytes));
  request.set_break_glass_reason(reader.Text("break_glass_reason", kMaxTextBytes));
  reader.Finish();
  return ProblemsToStatus(problems);
}

absl::StatusOr<std::string> PromptForText(Prompter& prompter, std::string_view question,
                                          size_t max_bytes) {
  return AskUntil(prompter, std::string(question), TextUpTo(max_bytes));
}

absl::Status PromptForChild(Prompter& prompter, v1::ChildDetails& details) {
  const Check name_check = TextUpTo(kMaxNameBytes);
  const auto ask = [&](const std::string& question, const Check& check, auto&& store) {
    absl::StatusOr<std::string> line = AskUntil(prompter, question, check);
    if (line.ok() && !line->empty()) store(*line);
    return line.status();
  };
  v1::PersonName name;
  v1::PersonName former;
  v1::Address address;
  const auto into = [](auto& message, auto setter) {
    return [&message, setter](const std::string& line) { (message.*setter)(line); };
  };
  using Name = v1::PersonName;
  using Home = v1::Address;
  void (Name::*given)(const std::string&) = &Name::set_given;
  void (Name::*middle)(const std::string&) = &Name::set_middle;
  void (Name::*family)(const std::string&) = &Name::set_family;
  void (Home::*house)(const std::string&) = &Home::set_house;
  void (Home::*street)(const std::string&) = &Home::set_street;
  void (Home::*town)(const std::string&) = &Home::set_town;
  void (Home::*postcode)(const std::string&) = &Home::set_postcode;
  SIGNPOST_RETURN_IF_ERROR(ask("First given name: ", name_check, into(name, given)));
  SIGNPOST_RETURN_IF_ERROR(ask("Other given names: ", name_check, into(name, middle)));
  SIGNPOST_RETURN_IF_ERROR(ask("Family name: ", name_check, into(name, family)));
  SIGNPOST_RETURN_IF_ERROR(ask("Former family name, if any: ", name_check, into(former, family)));
  SIGNPOST_RETURN_IF_ERROR(ask("Date of birth (YYYY-MM-DD): ", CheckDate, [&](const auto& line) {
    details.set_date_of_birth(line);
    details.set_date_quality(v1::EXACT);
  }));
  SIGNPOST_RETURN_IF_ERROR(ask("Sex (female, male, indeterminate, or Enter): ", CheckSex,
                               [&](const auto& line) { details.set_sex(*SexFromName(line)); }));
  SIGNPOST_RETURN_IF_ERROR(ask("House number or name: ", name_check, into(address, house)));
  SIGNPOST_RETURN_IF_ERROR(ask("Street: ", name_check, into(address, street)));
  SIGNPOST_RETURN_IF_ERROR(ask("Town: ", name_check, into(address, town)));
  SIGNPOST_RETURN_IF_ERROR(ask("Postcode: ", name_check, into(address, postcode)));
  SIGNPOST_RETURN_IF_ERROR(ask("NHS number: ", CheckNhsNumber,
                               [&](const auto& line) { details.set_nhs_number(DigitsOf(line)); }));
  SIGNPOST_RETURN_IF_ERROR(
      ask("Unique pupil number: ", CheckUpn, [&](const auto& line) { details.set_upn(line); }));
  if (!name.given().empty() || !name.family().empty()) {
    name.set_kind(v1::PersonName::CURRENT);
    *details.add_names() = name;
    if (!former.family().empty()) {
      former.set_kind(v1::PersonName::FORMER);
      former.set_given(name.given());
      *details.add_names() = former;
    }
  }
  if (address.ByteSizeLong() > 0) {
    address.set_kind(v1::Address::CURRENT);
    *details.add_addresses() = address;
  }
  if (HasSomethingToFind(details)) return absl::OkStatus();
  return absl::InvalidArgumentError("a question needs a name or an identifier");
}

absl::Status CheckRequest(const v1::AskRequest& request) {
  std::vector<std::string> problems;
  const auto limit = [&](std::string_view field, const std::string& value, size_t max_bytes) {
    if (value.size() > max_bytes) {
      problems.push_back(absl::StrCat(ToAbsl(field), " is longer than ", max_bytes, " bytes"));
    } else if (!IsPlainText(value)) {
      problems.push_back(absl::StrCat(ToAbsl(field), " holds control characters"));
    }
  };
  limit("the case reference", request.case_reference(), kMaxReferenceBytes);
  limit("the purpose text", request.purpose_text(), kMaxTextBytes);
  limit("the lawful basis", request.lawful_basis(), kMaxBasisBytes);
  limit("the contact telephone", request.contact_telephone(), kMaxTelephoneBytes);
  limit("the person asked for", request.on_behalf_of(), kMaxPersonBytes);
  limit("the break-glass reason", request.break_glass_reason(), kMaxTextBytes);
  if (request.purpose() == v1::PURPOSE_UNSPECIFIED) problems.push_back("a purpose is needed");
  const bool other = request.purpose() == v1::OTHER_PURPOSE;
  if (other && request.purpose_text().empty()) {
    problems.push_back("the purpose \"other\" needs a purpose text");
  }
  if (!other && !request.purpose_text().empty()) {
    problems.push_back("a purpose text goes with the purpose \"other\" only");
  }
  return ProblemsToStatus(problems);
}

}  // namespace signpost::cli
