// `signpost desk called-back|withhold|request-approval|decide`.
#include <memory>

#include "cli/checked_prompt.h"
#include "cli/desk.h"
#include "cli/desk_items.h"
#include "cli/desk_words.h"
#include "cli/json_reader.h"
#include "cli/node_call.h"
#include "cli/references.h"
#include "cli/text.h"
#include "cli/words.h"
#include "proto/limits.h"
#include "signpost/v1/desk.grpc.pb.h"

namespace signpost::cli {
namespace {

using Stub = v1::DeskService::Stub;

struct DecisionOptions {
  uint64_t number = 0;
  std::string case_reference;
  std::string reason;
  std::string purpose;
  std::string file;
  bool lift = false;
  bool confirm = false;
  bool overturn = false;
};

// A note can name a family, so it comes from a prompt or a file.
absl::StatusOr<std::string> CollectNote(Context& context, const DecisionOptions& options) {
  if (options.file.empty()) {
    return PromptForNote(context.prompter, "Note for the record (or Enter): ");
  }
  SIGNPOST_ASSIGN_OR_RETURN(const auto object, ReadJsonFile(options.file));
  std::vector<std::string> problems;
  ObjectReader reader(object, "", problems);
  const std::string note = reader.Text("note", kMaxTextBytes);
  reader.Finish();
  SIGNPOST_RETURN_IF_ERROR(ProblemsToStatus(problems));
  return note;
}

void ShowItem(Context& context, const char* schema, const std::string& said,
              const v1::DeskItem& item) {
  if (context.printer.json()) {
    JsonWriter json;
    WriteDeskDecision(json, schema, item);
    context.printer.Document(json);
  } else {
    context.printer.Data(said + "\n");
  }
}

ExitCode CalledBack(Context& context, const DecisionOptions& options) {
  constexpr std::string_view kWhat = "The call was not recorded";
  const absl::StatusOr<std::string> note = CollectNote(context, options);
  if (!note.ok()) return context.Fail(InputProblem(kWhat, note.status()));
  v1::RecordCallBackRequest request;
  request.set_number(options.number);
  request.set_note(*note);
  v1::DeskItem item;
  if (const auto problem =
          CallNode<v1::DeskService>(context, kWhat, &Stub::RecordCallBack, request, item)) {
    return context.Fail(*problem);
  }
  ShowItem(context, "signpost.desk.called-back/v1",
           "Alert " + std::to_string(item.number()) + ": recorded that the person was rung back.",
           item);
  return ExitCode::kOk;
}

ExitCode Withhold(Context& context, const DecisionOptions& options) {
  const std::string_view what =
      options.lift ? "Withholding was not ended" : "Nothing is withheld by this";
  if (const auto problem = RefusePersonalReferences({options.case_reference})) {
    return context.Fail(*problem);
  }
  v1::WithholdRequest request;
  request.set_case_reference(options.case_reference);
  request.set_lift(options.lift);
  if (!options.reason.empty() || !options.lift) {
    absl::StatusOr<std::string> code = CodeFromWord(options.reason);
    if (!code.ok()) return context.Fail(InputProblem(what, code.status()));
    request.set_reason(*std::move(code));
  }
  v1::DeskItem item;
  if (const auto problem =
          CallNode<v1::DeskService>(context, what, &Stub::Withhold, request, item)) {
    return context.Fail(*problem);
  }
  if (options.lift) {
    ShowItem(context, "signpost.desk.withhold/v1",
             "Case " + options.case_reference + ": telling is withheld no more.", item);
  } else {
    ShowRequest(context, "signpost.desk.withhold/v1",
                "Others read WITHHELD and your desk's telephone from now on; a second person "
                "reviews it.",
                item);
  }
  return ExitCode::kOk;
}

ExitCode RequestApproval(Context& context, const DecisionOptions& options) {
  constexpr std::string_view kWhat = "The approval was not asked for";
  if (const auto problem = RefusePersonalReferences({options.case_reference})) {
    return context.Fail(*problem);
  }
  v1::RequestApprovalRequest request;
  request.set_case_reference(options.case_reference);
  request.set_purpose(PurposeFromName(options.purpose).value_or(v1::PURPOSE_UNSPECIFIED));
  v1::DeskItem item;
  if (const auto problem =
          CallNode<v1::DeskService>(context, kWhat, &Stub::RequestApproval, request, item)) {
    return context.Fail(*problem);
  }
  ShowRequest(context, "signpost.desk.request-approval/v1",
              "When it is approved, ask once: signpost ask --case " + options.case_reference +
                  " --purpose " + options.purpose + " --approval " + std::to_string(item.number()),
              item);
  return ExitCode::kOk;
}

ExitCode Decide(Context& context, const DecisionOptions& options) {
  constexpr std::string_view kWhat = "Nothing was decided";
  if (options.confirm == options.overturn) {
    return context.Fail(UsageProblem(kWhat, "one of --confirm and --overturn is needed",
                                     "`signpost desk approvals --open` and `signpost desk reviews "
                                     "--open` show what it is about"));
  }
  const absl::StatusOr<std::string> note = CollectNote(context, options);
  if (!note.ok()) return context.Fail(InputProblem(kWhat, note.status()));
  v1::DecideRequest request;
  request.set_number(options.number);
  request.set_confirm(options.confirm);
  request.set_note(*note);
  v1::DeskItem item;
  if (const auto problem =
          CallNode<v1::DeskService>(context, kWhat, &Stub::Decide, request, item)) {
    return context.Fail(*problem);
  }
  ShowItem(context, "signpost.desk.decide/v1",
           "No. " + std::to_string(item.number()) + " (" + DeskKindWords(item.kind()) +
               "): " + DeskStateWords(item.state()) + ".",
           item);
  return ExitCode::kOk;
}

using Run = ExitCode (*)(Context&, const DecisionOptions&);

void Does(CLI::App& verb, Context& context, std::shared_ptr<DecisionOptions> options, Run run) {
  verb.callback([&context, options, run] {
    context.action = [&context, options, run] { return run(context, *options); };
  });
}

void AddNumber(CLI::App& verb, DecisionOptions& options) {
  verb.add_option("NUMBER", options.number, "The item's number")->required();
  verb.add_option("--file", options.file, "A note as JSON: {\"note\": \"\"}; else a prompt asks")
      ->type_name("PATH");
}

void AddCase(CLI::App& verb, DecisionOptions& options) {
  verb.add_option("--case", options.case_reference, "Your authority's own case reference")
      ->required()
      ->type_name("REF");
}

void AddWithhold(CLI::App& desk, Context& context) {
  auto options = std::make_shared<DecisionOptions>();
  CLI::App* verb =
      AddVerb(desk, "withhold", "Telling is more detrimental to the child than not telling");
  AddCase(*verb, *options);
  verb->add_option("--reason", options->reason, "A code, such as risk-of-harm; no details")
      ->type_name("CODE");
  verb->add_flag("--lift", options->lift, "End it: others are told again");
  verb->footer(
      "Section 16LA(3) of the Children Act 2004. Others read WITHHELD with your desk's\n"
      "telephone. A second person reviews the decision; it can be overturned.");
  Does(*verb, context, options, &Withhold);
}

}  // namespace

void AddDeskDecisions(CLI::App& desk, Context& context) {
  auto called = std::make_shared<DecisionOptions>();
  CLI::App* verb = AddVerb(desk, "called-back", "Record that an alert's person was rung back");
  AddNumber(*verb, *called);
  Does(*verb, context, called, &CalledBack);

  AddWithhold(desk, context);

  auto requested = std::make_shared<DecisionOptions>();
  verb = AddVerb(desk, "request-approval",
                 "Ask a second person to let the desk ask about a child shielded here");
  AddCase(*verb, *requested);
  verb->add_option("--purpose", requested->purpose, "Why, as with `signpost ask`")
      ->required()
      ->check(CLI::IsMember(PurposeNames()).description(""))
      ->type_name("PURPOSE");
  verb->footer(
      "Asking can betray a shielded child too: others learn that you look for it. The\n"
      "approval is for one question, within 24 hours.");
  Does(*verb, context, requested, &RequestApproval);

  auto decided = std::make_shared<DecisionOptions>();
  verb = AddVerb(desk, "decide", "A second person's word on a review or an approval");
  AddNumber(*verb, *decided);
  verb->add_flag("--confirm", decided->confirm, "It is right: approved, or reviewed and upheld");
  verb->add_flag("--overturn", decided->overturn, "It is not: refused, or undone");
  verb->footer("Never by the person who asked for it.");
  Does(*verb, context, decided, &Decide);
}

}  // namespace signpost::cli
