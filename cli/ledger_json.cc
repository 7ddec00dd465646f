#include "cli/ledger.h"
#include "cli/refusal.h"
#include "cli/text.h"
#include "cli/words.h"

namespace signpost::cli {
namespace {

void WriteDesk(JsonWriter& json, std::string_view name, const v1::Desk& desk) {
  json.Key(name);
  json.BeginObject();
  json.Field("name", desk.name());
  json.Field("telephone", desk.telephone());
  json.Field("hours", desk.hours());
  json.Field("out_of_hours_telephone", desk.out_of_hours_telephone());
  json.Field("email", desk.email());
  json.EndObject();
}

void WriteSignpost(JsonWriter& json, const v1::Signpost& signpost) {
  json.BeginObject();
  json.Field("service", ServiceName(signpost.service()));
  // Nothing else of a sensitive service, whatever the answer says (RULES.md section 4).
  if (signpost.service() == v1::SENSITIVE_SERVICE) {
    json.Field("contact", "through the desk");
    json.EndObject();
    return;
  }
  json.Field("organisation", signpost.organisation());
  json.Field("team", signpost.team());
  json.Field("practitioner", signpost.practitioner());
  json.Field("practitioner_role", signpost.practitioner_role());
  json.Field("telephone", signpost.telephone());
  json.Field("lead_professional", signpost.lead_professional() ? "yes" : "no");
  json.Field("since", signpost.since());
  json.OptionalField("until", signpost.until());
  json.EndObject();
}

void WriteAnswer(JsonWriter& json, const v1::AnswerBody& answer) {
  if (answer.signposts_size() > 0) {
    json.Key("signposts");
    json.BeginArray();
    for (const v1::Signpost& signpost : answer.signposts()) WriteSignpost(json, signpost);
    json.EndArray();
    json.Field("signposts_shown", answer.more() ? "first" : "all");
  }
  if (answer.signposts_size() > 0 || answer.grade() != v1::MATCH_GRADE_UNSPECIFIED) {
    json.Field("grade", GradeCode(answer.grade()));
    json.Key("reasons");
    json.BeginArray();
    for (int i = 0; i < answer.reasons_size(); ++i) json.String(ReasonCode(answer.reasons(i)));
    json.EndArray();
  }
  json.OptionalField("reference", answer.reference());
  if (answer.as_of_ms() > 0) json.Field("as_of", UtcTime(answer.as_of_ms()));
  if (!answer.desk().telephone().empty()) WriteDesk(json, "answering_desk", answer.desk());
}

void WriteRow(JsonWriter& json, const v1::LedgerRow& row) {
  const RowKind kind = KindOf(row);
  json.BeginObject();
  json.Field("member", row.member());
  json.Field("name", row.name());
  json.Field("relation", row.own() ? "own" : "other");
  const bool unreadable = kind == RowKind::kNoAnswer && row.outcome() != v1::NO_ANSWER;
  json.Field("outcome", unreadable ? "NO_ANSWER" : OutcomeCode(row.outcome()));
  if (unreadable) {
    json.Field("cause", "UNREADABLE");
    json.Field("outcome_as_received", OutcomeCode(row.outcome()));
  } else if (kind == RowKind::kNoAnswer || kind == RowKind::kNotJoined) {
    json.Field("cause", CauseCode(row.cause()));
  }
  if (row.has_answer() && !unreadable) WriteAnswer(json, row.answer());
  WriteDesk(json, "desk", row.desk());
  if (row.answered_ms() > 0) json.Field("answered_ms", row.answered_ms());
  json.EndObject();
}

void WriteRefusal(JsonWriter& json, const v1::Summary& summary) {
  if (summary.own_node_refusal() == v1::OUTCOME_UNSPECIFIED) return;
  json.Key("not_asked");
  json.BeginObject();
  json.Field("outcome", OutcomeCode(summary.own_node_refusal()));
  json.OptionalField("reason", summary.refusal_reason());
  if (summary.own_node_refusal() == v1::REFUSED) {
    const Refusal& refusal = RefusalOf(summary.refusal_reason());
    json.Field("why", refusal.why);
    json.Field("who_can_lift", refusal.who_can_lift);
  }
  json.Key("helpful_fields");
  json.BeginArray();
  for (const std::string& field : summary.helpful_fields()) json.String(field);
  json.EndArray();
  json.EndObject();
}

void WriteCounts(JsonWriter& json, const Verdict& verdict) {
  json.Key("counts");
  json.BeginObject();
  json.Field("other_authorities", verdict.others);
  json.Field("answered", verdict.answered);
  json.Field("no_answer", verdict.silent);
  json.Field("not_joined", verdict.not_joined);
  json.Field("rows_missing", verdict.missing_rows);
  json.Field("reporting_own_included", verdict.reporting);
  json.EndObject();
}

}  // namespace

void WriteLedger(JsonWriter& json, const v1::Ledger& ledger, bool training) {
  const Verdict verdict = Judge(ledger);
  const v1::Started& started = ledger.started();
  json.BeginObject();
  json.Field("schema", "signpost.ask/v1");
  json.Field("environment", training ? "training" : "live");
  json.Key("authority");
  json.BeginObject();
  json.Field("code", started.authority_code());
  json.Field("name", started.authority_name());
  json.EndObject();
  json.Field("question_reference", started.question_reference().empty()
                                       ? ledger.summary().question_reference()
                                       : started.question_reference());
  json.Key("notices");
  json.BeginArray();
  for (const v1::Notice& notice : started.notices()) json.String(notice.text());
  json.EndArray();
  WriteRefusal(json, ledger.summary());
  json.Key("rows");
  json.BeginArray();
  for (const v1::LedgerRow& row : ledger.rows()) WriteRow(json, row);
  json.EndArray();
  WriteCounts(json, verdict);
  json.Field("elapsed_ms", ledger.summary().elapsed_ms());
  json.Field("details_put", ledger.summary().keys_partial() ? "in part" : "in full");
  json.Field("summary", ledger.has_summary() ? "received" : "missing");
  json.Field("completeness", verdict.complete ? "complete" : "incomplete");
  json.EndObject();
}

}  // namespace signpost::cli
