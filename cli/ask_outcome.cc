#include "cli/ask_outcome.h"

#include <algorithm>
#include <memory>

#include "cli/ask.h"
#include "cli/node_call.h"
#include "cli/personal.h"
#include "cli/references.h"
#include "cli/text.h"
#include "cli/words.h"
#include "signpost/v1/outcome.grpc.pb.h"

namespace signpost::cli {
namespace {

using Stub = v1::OutcomeService::Stub;

constexpr int64_t kDayMs = 24 * 3'600'000LL;

struct OutcomeOptions {
  std::string question;
  std::string member;
  std::string on;
  bool made = false;
  bool not_made = false;
  bool open = false;
  uint32_t limit = 100;
};

void WriteSignpost(JsonWriter& json, const v1::SignpostRecord& record) {
  json.Field("question_reference", record.question_reference());
  json.Field("member", record.member());
  json.OptionalField("case_reference", record.case_reference());
  json.Field("outcome", OutcomeCode(record.outcome()));
  json.Field("answered", UtcTime(record.answered_ms()));
  json.Field("actor", record.actor());
  json.Field("contact", ContactCode(record.contact()));
  json.OptionalField("contact_on", record.contact_on());
  if (record.recorded_ms() > 0) json.Field("recorded", UtcTime(record.recorded_ms()));
}

ExitCode Record(Context& context, const OutcomeOptions& options) {
  constexpr std::string_view kWhat = "The contact was not recorded";
  if (options.made == options.not_made) {
    return context.Fail(UsageProblem(kWhat, "one of --made and --not-made is needed",
                                     "say whether contact was made, or tried in vain"));
  }
  if (!options.on.empty() && !IsRealDate(options.on)) {
    return context.Fail(UsageProblem(kWhat, "--on is not a date YYYY-MM-DD that exists",
                                     "give the day, or leave it out for today"));
  }
  v1::RecordContactRequest request;
  request.set_question_reference(options.question);
  request.set_member(options.member);
  request.set_contact(options.made ? v1::MADE : v1::NOT_MADE);
  request.set_contact_on(options.on.empty() ? Today(context.clock.NowMs()) : options.on);
  v1::SignpostRecord record;
  if (const auto problem =
          CallNode<v1::OutcomeService>(context, kWhat, &Stub::RecordContact, request, record)) {
    return context.Fail(*problem);
  }
  if (context.printer.json()) {
    JsonWriter json;
    json.BeginObject();
    json.Field("schema", "signpost.ask.outcome/v1");
    WriteSignpost(json, record);
    json.EndObject();
    context.printer.Document(json);
  } else {
    context.printer.Data("Recorded for question " + CleanText(record.question_reference()) +
                         ", authority " + CleanText(record.member()) + ": " +
                         ContactWords(record.contact()) + ", " + CleanText(record.contact_on()) +
                         ".\n");
  }
  return ExitCode::kOk;
}

ExitCode List(Context& context, const OutcomeOptions& options) {
  constexpr std::string_view kWhat = "The signposts were not listed";
  v1::ListSignpostsRequest request;
  request.set_open_only(options.open);
  request.set_limit(options.limit);
  std::vector<v1::SignpostRecord> records;
  if (const auto problem =
          ReadNode<v1::OutcomeService>(context, kWhat, &Stub::ListSignposts, request, records)) {
    return context.Fail(*problem);
  }
  if (context.printer.json()) {
    JsonWriter json;
    WriteSignposts(json, records);
    context.printer.Document(json);
  } else {
    context.printer.Data(SignpostsText(records, context.clock.NowMs(), context.printer.plain()));
  }
  return ExitCode::kOk;
}

ExitCode Ageing(Context& context) {
  constexpr std::string_view kWhat = "The ageing was not shown";
  v1::AgeingReport report;
  if (const auto problem = CallNode<v1::OutcomeService>(context, kWhat, &Stub::GetAgeing,
                                                        v1::GetAgeingRequest(), report)) {
    return context.Fail(*problem);
  }
  if (context.printer.json()) {
    JsonWriter json;
    WriteAgeing(json, report);
    context.printer.Document(json);
  } else {
    context.printer.Data(AgeingText(report));
  }
  return ExitCode::kOk;
}

// An option of `ask` before one of its sub-commands would be taken and do nothing.
std::optional<Problem> RefuseAskOptions(const CLI::App& ask) {
  for (const CLI::Option* option : ask.get_options()) {
    if (option->count() == 0) continue;
    return UsageProblem("Nothing was done",
                        option->get_name() + " belongs to a question and not to this command",
                        "leave it out; see --help");
  }
  return std::nullopt;
}

template <typename Run>
void Does(CLI::App& verb, const CLI::App& ask, Context& context, Run run) {
  verb.callback([&ask, &context, run] {
    context.action = [&ask, &context, run]() -> ExitCode {
      if (const auto problem = RefuseAskOptions(ask)) return context.Fail(*problem);
      return run();
    };
  });
}

void AddRecord(CLI::App& ask, Context& context) {
  CLI::App* verb = AddVerb(ask, "outcome", "Record whether contact was made with an authority");
  auto options = std::make_shared<OutcomeOptions>();
  verb->add_option("--question", options->question, "The question's reference")
      ->required()
      ->type_name("REF");
  verb->add_option("--member", options->member, "The authority's code, as the ledger's JSON has it")
      ->required()
      ->type_name("CODE");
  auto* made = verb->add_flag("--made", options->made, "You spoke with them");
  verb->add_flag("--not-made", options->not_made, "You tried in vain")->excludes(made);
  verb->add_option("--on", options->on, "On which day; without it today")->type_name("DATE");
  Does(*verb, ask, context, [&context, options] { return Record(context, *options); });
}

void AddList(CLI::App& ask, Context& context) {
  CLI::App* verb = AddVerb(ask, "outcomes", "The authorities that your questions pointed to");
  auto options = std::make_shared<OutcomeOptions>();
  verb->add_flag("--open", options->open, "Only those of which nobody has said what became of it");
  verb->add_option("--limit", options->limit, "At most so many")
      ->check(CLI::Range(1, 1000).description(""))
      ->capture_default_str()
      ->type_name("N");
  Does(*verb, ask, context, [&context, options] { return List(context, *options); });
}

std::string AgeOf(const v1::SignpostRecord& record, int64_t now_ms) {
  if (record.contact() != v1::CONTACT_UNSPECIFIED) {
    return record.contact_on().empty() ? "" : "on " + record.contact_on();
  }
  const int64_t days = std::max<int64_t>(now_ms - record.answered_ms(), 0) / kDayMs;
  return "for " + Counted(static_cast<uint64_t>(days), "day", "days");
}

}  // namespace

std::string SignpostsText(const std::vector<v1::SignpostRecord>& records, int64_t now_ms,
                          bool plain) {
  if (records.empty()) return "No signposts.\n";
  Table table;
  std::string sentences;
  uint64_t open = 0;
  for (const v1::SignpostRecord& record : records) {
    if (record.contact() == v1::CONTACT_UNSPECIFIED) ++open;
    std::vector<std::string> cells = {
        record.question_reference(),
        record.member(),
        OutcomeWords(record.outcome()),
        UtcMinute(record.answered_ms()),
        ContactWords(record.contact()) + " " + AgeOf(record, now_ms),
        "by " + ActorOf(record.actor()),
        record.case_reference().empty() ? "" : "case " + record.case_reference()};
    if (!plain) {
      table.Add(std::move(cells));
      continue;
    }
    std::string line = "Question ";
    for (size_t i = 0; i < cells.size(); ++i) {
      if (!cells[i].empty()) line += (i == 0 ? "" : ", ") + CleanText(cells[i]);
    }
    sentences += line + ".\n";
  }
  std::string out = (plain ? sentences : table.Render(0)) +
                    Counted(records.size(), "signpost", "signposts") + ", " + Thousands(open) +
                    " of them open.\n";
  if (open > 0)
    out += "Say what became of one: signpost ask outcome --question REF --member CODE --made\n";
  return out;
}

void WriteSignposts(JsonWriter& json, const std::vector<v1::SignpostRecord>& records) {
  json.BeginObject();
  json.Field("schema", "signpost.ask.outcomes/v1");
  json.Key("signposts");
  json.BeginArray();
  for (const v1::SignpostRecord& record : records) {
    json.BeginObject();
    WriteSignpost(json, record);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

std::string AgeingText(const v1::AgeingReport& report) {
  const uint64_t open = uint64_t{report.open_2_days()} + report.open_7_days() +
                        report.open_28_days() + report.open_longer();
  Table table;
  table.Add({"Signposts of the last 12 months", Thousands(report.signposts())});
  table.Add({"Contact made", Thousands(report.made())});
  table.Add({"Tried in vain", Thousands(report.not_made())});
  table.Add({"Nobody has said yet", Thousands(open)});
  table.Add({"  up to 2 days old", Thousands(report.open_2_days())});
  table.Add({"  up to 7 days", Thousands(report.open_7_days())});
  table.Add({"  up to 28 days", Thousands(report.open_28_days())});
  table.Add({"  LONGER", Thousands(report.open_longer())});
  if (report.made() > 0) {
    table.Add({"Half of the contacts were made within",
               Counted(report.median_days_to_contact(), "day", "days")});
  }
  return table.Render(0);
}

void WriteAgeing(JsonWriter& json, const v1::AgeingReport& report) {
  json.BeginObject();
  json.Field("schema", "signpost.ask.ageing/v1");
  json.Field("signposts", report.signposts());
  json.Field("made", report.made());
  json.Field("not_made", report.not_made());
  json.Field("open_2_days", report.open_2_days());
  json.Field("open_7_days", report.open_7_days());
  json.Field("open_28_days", report.open_28_days());
  json.Field("open_longer", report.open_longer());
  if (report.made() > 0) json.Field("median_days_to_contact", report.median_days_to_contact());
  json.EndObject();
}

void AddAskOutcome(CLI::App& ask, Context& context) {
  AddRecord(ask, context);
  AddList(ask, context);
  CLI::App* ageing =
      AddVerb(ask, "ageing", "How many signposts were followed up, and how long the rest wait");
  Does(*ageing, ask, context, [&context] { return Ageing(context); });
}

}  // namespace signpost::cli
