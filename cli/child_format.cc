#include "cli/records.h"
#include "cli/text.h"
#include "cli/words.h"

namespace signpost::cli {
namespace {

std::string Join(std::initializer_list<std::string> parts, const char* between) {
  std::string out;
  for (const std::string& part : parts) {
    if (!part.empty()) out += (out.empty() ? "" : between) + part;
  }
  return out;
}

void WriteName(JsonWriter& json, const v1::PersonName& name) {
  json.BeginObject();
  json.Field("kind", NameKindName(name.kind()));
  json.Field("given", name.given());
  json.Field("middle", name.middle());
  json.Field("family", name.family());
  json.EndObject();
}

void WriteAddress(JsonWriter& json, const v1::Address& address) {
  json.BeginObject();
  json.Field("kind", AddressKindName(address.kind()));
  json.Field("house", address.house());
  json.Field("street", address.street());
  json.Field("town", address.town());
  json.Field("postcode", address.postcode());
  json.EndObject();
}

void WriteInvolvement(JsonWriter& json, const v1::InvolvementRecord& record) {
  const v1::Involvement& involvement = record.involvement();
  json.BeginObject();
  json.Field("involvement_reference", record.involvement_reference());
  json.Field("service", ServiceName(involvement.service()));
  json.Field("organisation", involvement.organisation());
  json.Field("team", involvement.team());
  json.Field("practitioner", involvement.practitioner());
  json.Field("practitioner_role", involvement.practitioner_role());
  json.Field("telephone", involvement.telephone());
  json.Field("email", involvement.email());
  json.Field("lead_professional", involvement.lead_professional());
  json.Field("assessment_exists", involvement.assessment_exists());
  json.Field("start_on", involvement.start_on());
  json.OptionalField("end_on", involvement.end_on());
  json.OptionalField("review_by", involvement.review_by());
  json.Field("sensitive", involvement.sensitive());
  if (involvement.has_consent()) {
    json.Key("consent");
    json.BeginObject();
    json.Field("given_by", involvement.consent().given_by());
    json.Field("given_on", involvement.consent().given_on());
    json.OptionalField("withdrawn_on", involvement.consent().withdrawn_on());
    json.EndObject();
  }
  json.EndObject();
}

void AddDetails(Table& table, const v1::ChildDetails& details) {
  for (const v1::PersonName& name : details.names()) {
    table.Add({"Name (" + NameKindName(name.kind()) + ")",
               Join({name.given(), name.middle(), name.family()}, " ")});
  }
  const std::string quality = details.date_quality() == v1::EXACT
                                  ? ""
                                  : " (" + DateQualityName(details.date_quality()) + ")";
  if (!details.date_of_birth().empty()) {
    table.Add({"Date of birth", details.date_of_birth() + quality});
  }
  table.Add({"Sex", SexName(details.sex())});
  for (const v1::Address& address : details.addresses()) {
    table.Add(
        {"Address (" + AddressKindName(address.kind()) + ")",
         Join({Join({address.house(), address.street()}, " "), address.town(), address.postcode()},
              ", ")});
  }
  if (!details.nhs_number().empty()) table.Add({"NHS number", details.nhs_number()});
  if (!details.upn().empty()) table.Add({"Pupil number", details.upn()});
}

void WriteDetails(JsonWriter& json, const v1::ChildDetails& details) {
  json.Key("names");
  json.BeginArray();
  for (const v1::PersonName& name : details.names()) WriteName(json, name);
  json.EndArray();
  json.Field("date_of_birth", details.date_of_birth());
  json.Field("date_quality", DateQualityName(details.date_quality()));
  json.Field("sex", SexName(details.sex()));
  json.Key("addresses");
  json.BeginArray();
  for (const v1::Address& address : details.addresses()) WriteAddress(json, address);
  json.EndArray();
  json.Field("nhs_number", details.nhs_number());
  json.Field("upn", details.upn());
}

}  // namespace

std::string ChildText(const v1::ChildRecord& record) {
  Table table;
  table.Add({"Case", record.case_reference()});
  AddDetails(table, record.details());
  for (const v1::Carer& carer : record.carers()) {
    table.Add({"Carer", Join({carer.name(), carer.contact()}, ", ")});
  }
  table.Add({"Others can find it", record.findable() ? "yes" : "NOT YET: waiting for its keys"});
  std::string out = table.Render(0);
  out += record.involvements_size() == 0 ? "No involvements.\n" : "Involvements:\n";
  Table rows;
  for (const v1::InvolvementRecord& item : record.involvements()) {
    const v1::Involvement& i = item.involvement();
    rows.Add({item.involvement_reference(),
              Join({ServiceWords(i.service()), i.organisation(), i.team()}, ", "),
              Join({i.practitioner(), i.practitioner_role()}, ", ") +
                  (i.lead_professional() ? " (lead)" : ""),
              i.telephone(),
              i.end_on().empty() ? "since " + i.start_on() : i.start_on() + " to " + i.end_on(),
              i.review_by().empty() ? "" : "review by " + i.review_by(),
              i.sensitive() ? "SENSITIVE" : ""});
  }
  return out + rows.Render();
}

void WriteChild(JsonWriter& json, const v1::ChildRecord& record) {
  json.BeginObject();
  json.Field("schema", "signpost.child.show/v1");
  json.Field("case_reference", record.case_reference());
  WriteDetails(json, record.details());
  json.Key("carers");
  json.BeginArray();
  for (const v1::Carer& carer : record.carers()) {
    json.BeginObject();
    json.Field("name", carer.name());
    json.Field("contact", carer.contact());
    json.EndObject();
  }
  json.EndArray();
  json.Key("involvements");
  json.BeginArray();
  for (const v1::InvolvementRecord& record_item : record.involvements()) {
    WriteInvolvement(json, record_item);
  }
  json.EndArray();
  json.Field("enrolment", record.findable() ? "findable" : "waiting");
  json.EndObject();
}

std::string HistoryText(const std::vector<v1::ChildVersion>& versions) {
  if (versions.empty()) return "Nothing was there before: the record has not been corrected.\n";
  std::string out;
  for (const v1::ChildVersion& version : versions) {
    Table table;
    if (!version.case_reference().empty())
      table.Add({"Merged from case", version.case_reference()});
    AddDetails(table, version.details());
    out += "Revision " + Thousands(version.revision()) + ", until " +
           UtcMinute(version.until_ms()) + ":\n" + table.Render();
  }
  return out;
}

void WriteHistory(JsonWriter& json, const std::vector<v1::ChildVersion>& versions) {
  json.BeginObject();
  json.Field("schema", "signpost.child.history/v1");
  json.Key("versions");
  json.BeginArray();
  for (const v1::ChildVersion& version : versions) {
    json.BeginObject();
    json.Field("revision", version.revision());
    json.Field("until", UtcTime(version.until_ms()));
    json.OptionalField("merged_from_case", version.case_reference());
    WriteDetails(json, version.details());
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace signpost::cli
