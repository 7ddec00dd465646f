#include "cli/question_file.h"

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

void ReadAssertedPerson(const Struct& object, std::vector<std::string>& problems,
                        v1::AssertedPerson& person) {
  ObjectReader reader(object, "asserted_person", problems);
  person.set_id(reader.Text("id", kMaxReferenceBytes));
  person.set_name(reader.Text("name", kMaxPersonBytes));
  person.set_organisation(reader.Text("organisation", kMaxOrganisationBytes));
  person.set_role(ReadWord(reader, "role", &RoleFromName, v1::ROLE_UNSPECIFIED));
  person.set_telephone(reader.Text("telephone", kMaxTelephoneBytes));
  if (!reader.Has("role")) reader.Complain("role", "is needed");
  if (person.name().empty() && person.id().empty()) {
    problems.push_back("asserted_person needs a name, or the id of a person in the user table");
  }
  reader.Finish();
}

}  // namespace

bool HasSomethingToFind(const v1::ChildDetails& child) {
  return child.names_size() > 0 || !child.nhs_number().empty() || !child.upn().empty();
}

void ReadChildDetails(const Struct& object, std::vector<std::string>& problems,
                      v1::ChildDetails& child) {
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
   "contact": "", "on_behalf_of": "", "break_glass_reason": "", "approval": "",
   "asserted_person": {"id": "", "name": "", "organisation": "",
                       "role": "social-worker", "telephone": ""}}
  Kinds of names: current, former, alias, preferred. Leave out what is not known.
  asserted_person: systems only; the person for whom the system asks.)";

absl::Status ReadQuestionFile(std::string_view json, v1::AskRequest& request) {
  SIGNPOST_ASSIGN_OR_RETURN(const Struct object, ParseJsonObject(json));
  std::vector<std::string> problems;
  ObjectReader reader(object, "", problems);
  const std::string case_reference = reader.Text("case", kMaxReferenceBytes);
  const Struct* child = reader.Object("child");
  if (reader.Has("case") == reader.Has("child")) {
    problems.push_back("give one of case and child");
  } else if (child != nullptr) {
    ReadChildDetails(*child, problems, *request.mutable_details());
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
  request.set_approval_reference(reader.Text("approval", kMaxReferenceBytes));
  if (const Struct* person = reader.Object("asserted_person")) {
    ReadAssertedPerson(*person, problems, *request.mutable_asserted_person());
  }
  reader.Finish();
  return ProblemsToStatus(problems);
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
  limit("the approval's reference", request.approval_reference(), kMaxReferenceBytes);
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
