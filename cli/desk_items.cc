#include "cli/desk_items.h"

#include "cli/desk_words.h"
#include "cli/references.h"
#include "cli/text.h"
#include "cli/words.h"
#include "proto/base/bytes.h"

namespace signpost::cli {
namespace {

bool IsRequest(const v1::DeskItem& item) {
  return item.kind() == v1::REVIEW_WITHHOLD || item.kind() == v1::APPROVAL_ASK_PROTECTED ||
         item.kind() == v1::APPROVAL_UNSHIELD;
}

std::string Label(const v1::DeskItem& item) {
  const bool open = item.state() == v1::OPEN;
  return "No. " + std::to_string(item.number()) + "  " +
         (open ? DeskTask(item.kind()) : DeskStateWords(item.state())) + "  ";
}

// "01632 960001: A. Example, social worker, Ashford team (E10000016)".
std::string WhoAsked(const v1::DeskAsker& asker) {
  std::string out = asker.contact_telephone().empty() ? "no telephone given, ask their desk"
                                                      : asker.contact_telephone();
  out +=
      ": " + (asker.person().empty() ? std::string("a person who is not named") : asker.person());
  if (asker.person_asserted()) out += " (so says the system that asked)";
  const std::string role = RoleWords(asker.role());
  if (!role.empty()) out += ", " + role;
  if (!asker.organisation().empty()) out += ", " + asker.organisation();
  if (!asker.member().empty()) out += " (" + asker.member() + ")";
  if (!asker.on_behalf_of().empty()) out += ", on behalf of " + asker.on_behalf_of();
  return CleanText(out);
}

std::string FirstLine(const v1::DeskItem& item) {
  if (!IsRequest(item)) return Label(item) + WhoAsked(item.asker());
  return Label(item) + "asked for by " + CleanText(ActorOf(item.requested_by())) +
         (item.state() == v1::OPEN ? "; another person must decide" : "");
}

std::string Purpose(const v1::DeskAsker& asker) {
  if (asker.purpose() == v1::PURPOSE_UNSPECIFIED) return "";
  const std::string text = asker.purpose_text().empty() ? "" : " (" + asker.purpose_text() + ")";
  return CleanText(", purpose " + PurposeName(asker.purpose()) + text);
}

std::string KeyTypes(const v1::DeskItem& item) {
  std::string out;
  for (const uint32_t type : item.key_types())
    out += (out.empty() ? "" : "; ") + KeyTypeWords(type);
  return out;
}

void AddLine(std::string& out, const std::string& line) {
  if (!line.empty()) out += "    " + line + "\n";
}

std::string Deadline(const v1::DeskItem& item, int64_t now_ms) {
  if (item.due_ms() == 0 || item.state() != v1::OPEN) return "";
  const bool approval =
      item.kind() == v1::APPROVAL_ASK_PROTECTED || item.kind() == v1::APPROVAL_UNSHIELD;
  const std::string when = UtcMinute(item.due_ms());
  if (item.due_ms() > now_ms) return (approval ? "to be decided by " : "review due by ") + when;
  return approval ? "TOO LATE: it had to be decided by " + when : "OVERDUE since " + when;
}

std::string HowTo(const v1::DeskItem& item) {
  if (item.state() != v1::OPEN || item.kind() == v1::NOTICE_ANSWERED) return "";
  const std::string number = std::to_string(item.number());
  if (DeskTask(item.kind()) == "RING BACK") return "then: signpost desk called-back " + number;
  return "then: signpost desk decide " + number + " --confirm, or --overturn";
}

void WriteAsker(JsonWriter& json, const v1::DeskAsker& asker) {
  json.Key("asker");
  json.BeginObject();
  json.Field("contact_telephone", asker.contact_telephone());
  json.Field("person", asker.person());
  json.Field("person_asserted", asker.person_asserted());
  json.OptionalField("on_behalf_of", asker.on_behalf_of());
  json.Field("role", RoleName(asker.role()));
  json.Field("organisation", asker.organisation());
  json.Field("member", asker.member());
  json.Field("purpose", PurposeName(asker.purpose()));
  json.OptionalField("purpose_text", asker.purpose_text());
  json.OptionalField("break_glass_reason", asker.break_glass_reason());
  json.EndObject();
}

void WriteEvents(JsonWriter& json, const v1::DeskItem& item) {
  json.Key("events");
  json.BeginArray();
  for (const v1::DeskEvent& event : item.events()) {
    json.BeginObject();
    json.Field("at", UtcTime(event.at_ms()));
    json.Field("actor", event.actor());
    json.Field("state", DeskStateCode(event.state()));
    json.OptionalField("note", event.note());
    json.EndObject();
  }
  json.EndArray();
}

void WriteItemFields(JsonWriter& json, const v1::DeskItem& item) {
  json.Field("number", item.number());
  json.Field("kind", DeskKindCode(item.kind()));
  json.Field("state", DeskStateCode(item.state()));
  if (item.has_asker()) WriteAsker(json, item.asker());
  json.Field("case_reference", item.case_reference());
  json.Field("at", UtcTime(item.at_ms()));
  if (item.due_ms() > 0) json.Field("due", UtcTime(item.due_ms()));
  json.Key("key_types");
  json.BeginArray();
  for (const uint32_t type : item.key_types()) json.Unsigned(type);
  json.EndArray();
  if (item.told() != v1::OUTCOME_UNSPECIFIED) json.Field("told", OutcomeCode(item.told()));
  json.OptionalField("question_reference", item.question_reference());
  if (item.times() > 1) json.Field("times", item.times());
  json.OptionalField("requested_by", item.requested_by());
  json.OptionalField("reason", item.reason());
  if (item.policy_version() > 0) json.Field("policy_version", item.policy_version());
  WriteEvents(json, item);
}

}  // namespace

std::string DeskItemText(const v1::DeskItem& item, int64_t now_ms) {
  std::string out = FirstLine(item) + "\n";
  AddLine(out, "case " + CleanText(item.case_reference()) + ", " + UtcMinute(item.at_ms()) +
                   Purpose(item.asker()) +
                   (item.times() > 1 ? ", " + Thousands(item.times()) + " times" : ""));
  AddLine(out,
          DeskKindWords(item.kind()) +
              (item.told() == v1::OUTCOME_UNSPECIFIED ? "" : ": " + OutcomeWords(item.told())));
  if (!item.reason().empty()) AddLine(out, "reason " + CleanText(WordFromCode(item.reason())));
  if (!item.asker().break_glass_reason().empty()) {
    AddLine(out, "GLASS BROKEN, with the reason: " + CleanText(item.asker().break_glass_reason()));
  }
  if (item.key_types_size() > 0) AddLine(out, "what agreed: " + KeyTypes(item));
  if (!item.question_reference().empty()) {
    AddLine(out, "question " + CleanText(item.question_reference()));
  }
  AddLine(out, Deadline(item, now_ms));
  for (const v1::DeskEvent& event : item.events()) {
    AddLine(out, UtcMinute(event.at_ms()) + " " + DeskStateWords(event.state()) + " by " +
                     CleanText(ActorOf(event.actor())) +
                     (event.note().empty() ? "" : ": " + CleanText(event.note())));
  }
  AddLine(out, HowTo(item));
  return out;
}

std::string DeskText(const std::vector<v1::DeskItem>& items, std::string_view noun,
                     int64_t now_ms) {
  const std::string one(noun);
  if (items.empty()) return "No " + one + "s.\n";
  std::string out;
  for (const v1::DeskItem& item : items) out += DeskItemText(item, now_ms);
  return out + Counted(items.size(), one, one + "s") + ".\n";
}

void WriteDeskItem(JsonWriter& json, const v1::DeskItem& item) {
  json.BeginObject();
  json.Field("schema", "signpost.desk.item/v1");
  WriteItemFields(json, item);
  json.EndObject();
}

void WriteDesk(JsonWriter& json, std::string_view schema, const std::vector<v1::DeskItem>& items) {
  json.BeginObject();
  json.Field("schema", schema);
  json.Key("items");
  json.BeginArray();
  for (const v1::DeskItem& item : items) {
    json.BeginObject();
    WriteItemFields(json, item);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void WriteDeskDecision(JsonWriter& json, std::string_view schema, const v1::DeskItem& item) {
  json.BeginObject();
  json.Field("schema", schema);
  json.Key("item");
  json.BeginObject();
  WriteItemFields(json, item);
  json.EndObject();
  json.EndObject();
}

void ShowRequest(Context& context, const char* schema, std::string_view meanwhile,
                 const v1::DeskItem& item) {
  if (context.printer.json()) {
    JsonWriter json;
    WriteDeskDecision(json, schema, item);
    context.printer.Document(json);
    return;
  }
  const std::string number = std::to_string(item.number());
  std::string out = "Request " + number + " is made";
  if (item.due_ms() > 0) {
    const bool review = item.kind() == v1::REVIEW_WITHHOLD;
    out += (review ? ", its review is due by " : ", to be decided by ") + UtcMinute(item.due_ms());
  }
  out += ".\n" + std::string(meanwhile) + "\nAnother person decides: signpost desk decide " +
         number + " --confirm, or --overturn\n";
  context.printer.Data(out);
}

}  // namespace signpost::cli
