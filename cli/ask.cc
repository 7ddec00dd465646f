#include "cli/ask.h"

#include <absl/strings/str_join.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>

#include "cli/connection.h"
#include "cli/ledger.h"
#include "cli/node_link.h"
#include "cli/personal.h"
#include "cli/question_file.h"
#include "cli/words.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/limits.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::cli {
namespace {

constexpr int kAskSeconds = 55;
constexpr std::string_view kNotPut = "The question was not put";

std::string Why(const absl::Status& status) { return std::string(FromAbsl(status.message())); }

absl::StatusOr<std::string> ReadQuestionText(const std::string& path) {
  constexpr size_t kLimit = 64 * 1024;
  if (path != "-") return ReadFile(path, kLimit);
  std::string text(kLimit + 1, '\0');
  std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(std::cin.gcount()));
  return text;
}

// A word among an option's free text that must not stand in argv.
bool HoldsPersonalWord(const std::string& text) {
  size_t at = 0;
  while (at <= text.size()) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const Suspicion suspicion = SuspicionOf(std::string_view(text).substr(at, end - at));
    if (suspicion == Suspicion::kDate || suspicion == Suspicion::kNhsNumber) return true;
    at = end + 1;
  }
  return PassesNhsCheck(text);
}

std::optional<Problem> RefusePersonalOptions(const AskOptions& options) {
  // A case reference of ten digits may pass the check digit by chance, so only dates and names of
  // several words are refused there.
  const Suspicion in_case = SuspicionOf(options.case_reference);
  const bool spaced = options.case_reference.find(' ') != std::string::npos;
  if (in_case == Suspicion::kDate || (in_case == Suspicion::kName && spaced) ||
      HoldsPersonalWord(options.purpose_text) || HoldsPersonalWord(options.lawful_basis)) {
    return UsageProblem(
        "An option's value looks like a personal detail, and was neither used nor repeated here",
        "other people on this computer can see arguments, and your shell may keep them",
        "delete the line from your shell's history; put the question by prompts or with "
        "--question-file");
  }
  return std::nullopt;
}

std::optional<Problem> FromFile(const AskOptions& options, v1::AskRequest& request) {
  const absl::StatusOr<std::string> text = ReadQuestionText(options.question_file);
  if (!text.ok()) {
    return UsageProblem(kNotPut, "the question file cannot be read: " + Why(text.status()),
                        "check the path and who may read it");
  }
  if (const absl::Status read = ReadQuestionFile(*text, request); !read.ok()) {
    return UsageProblem(kNotPut, "the question file is not as documented: " + Why(read),
                        "correct it; `signpost ask --help` shows the format");
  }
  return std::nullopt;
}

// An option and the same field of the file must not both be there.
bool SetOnce(const std::string& option, std::string* field) {
  if (option.empty()) return true;
  if (!field->empty()) return false;
  *field = option;
  return true;
}

std::optional<Problem> MergeOptions(const AskOptions& options, v1::AskRequest& request) {
  bool once = SetOnce(options.purpose_text, request.mutable_purpose_text()) &&
              SetOnce(options.lawful_basis, request.mutable_lawful_basis()) &&
              SetOnce(options.contact, request.mutable_contact_telephone());
  if (!options.purpose.empty()) {
    once = once && request.purpose() == v1::PURPOSE_UNSPECIFIED;
    request.set_purpose(PurposeFromName(options.purpose).value_or(v1::PURPOSE_UNSPECIFIED));
  }
  if (once) return std::nullopt;
  return UsageProblem(kNotPut, "an option and the question file both say the same thing",
                      "say it in one place");
}

Problem PromptProblem(const absl::Status& status) {
  if (absl::IsCancelled(status)) {
    return {ExitCode::kInterrupted, "INTERRUPTED", std::string(kNotPut),
            "the prompts were left (" + Why(status) + ")", "start again"};
  }
  return UsageProblem(kNotPut, Why(status),
                      "give --case REF, or --question-file PATH, or run it at a terminal");
}

std::optional<Problem> PromptForPurpose(Context& context, v1::AskRequest& request) {
  if (request.purpose() == v1::PURPOSE_UNSPECIFIED) {
    const auto purpose = PromptForText(
        context.prompter, "Purpose (" + absl::StrJoin(PurposeNames(), ", ") + "): ", kMaxNameBytes);
    if (!purpose.ok()) {
      return UsageProblem(kNotPut, "every question carries a purpose",
                          "give --purpose, one of: " + absl::StrJoin(PurposeNames(), ", "));
    }
    request.set_purpose(PurposeFromName(*purpose).value_or(v1::PURPOSE_UNSPECIFIED));
  }
  if (request.purpose() == v1::OTHER_PURPOSE && request.purpose_text().empty()) {
    const auto text = PromptForText(context.prompter, "Purpose, in words: ", kMaxTextBytes);
    if (!text.ok()) return PromptProblem(text.status());
    request.set_purpose_text(*text);
  }
  return std::nullopt;
}

std::optional<Problem> PromptForBreakGlass(Context& context, v1::AskRequest& request) {
  context.printer.Note(
      "Breaking the glass alerts the privacy officer and will be reviewed, here and at every "
      "authority that answers differently because of it. It is for this one question.");
  const auto sure = context.prompter.Ask("Type yes to go on: ");
  if (!sure.ok()) return PromptProblem(sure.status());
  if (*sure != "yes") return PromptProblem(absl::CancelledError("the glass stays whole"));
  const auto why = PromptForText(context.prompter, "Reason: ", kMaxTextBytes);
  if (!why.ok()) return PromptProblem(why.status());
  if (why->empty()) return PromptProblem(absl::CancelledError("a reason is needed"));
  request.set_break_glass_reason(*why);
  return std::nullopt;
}

std::optional<Problem> PromptForRest(Context& context, const AskOptions& options,
                                     v1::AskRequest& request) {
  if (request.child_case() == v1::AskRequest::CHILD_NOT_SET) {
    const absl::Status asked = PromptForChild(context.prompter, *request.mutable_details());
    if (!asked.ok()) return PromptProblem(asked);
  }
  if (auto problem = PromptForPurpose(context, request)) return problem;
  if (options.on_behalf_of) {
    const auto name =
        PromptForText(context.prompter, "You ask on behalf of (name and role): ", kMaxPersonBytes);
    if (!name.ok()) return PromptProblem(name.status());
    if (name->empty()) return PromptProblem(absl::CancelledError("no name was given"));
    request.set_on_behalf_of(*name);
  }
  if (options.break_glass) return PromptForBreakGlass(context, request);
  return std::nullopt;
}

void TakeRow(v1::Ledger& ledger, const v1::LedgerRow& row) {
  for (v1::LedgerRow& known : *ledger.mutable_rows()) {
    if (known.member() == row.member() && known.own() == row.own()) {
      known = row;
      return;
    }
  }
  *ledger.add_rows() = row;
}

LedgerStyle StyleOf(const Context& context, const v1::Profile& profile) {
  return {profile.training(), context.printer.plain(), context.printer.colour()};
}

// Step 3: everything that comes, until the stream ends.
grpc::Status Follow(Context& context, grpc::ClientReader<v1::AskEvent>& reader,
                    const LedgerStyle& style, v1::Ledger& ledger) {
  v1::AskEvent event;
  while (reader.Read(&event)) {
    if (event.has_started() && !ledger.has_started()) {
      *ledger.mutable_started() = event.started();
      if (!context.printer.json()) context.printer.Data(LedgerHeading(event.started(), style));
    } else if (event.has_row()) {
      TakeRow(ledger, event.row());
    } else if (event.has_summary()) {
      *ledger.mutable_summary() = event.summary();
    }
    if (ledger.has_started()) context.printer.Progress(LedgerProgress(ledger));
  }
  context.printer.ClearProgress();
  return reader.Finish();
}

void Show(Context& context, const v1::Profile& profile, const LedgerStyle& style,
          v1::Ledger& ledger) {
  const bool headed = ledger.has_started();
  if (!headed) {
    ledger.mutable_started()->set_authority_code(profile.authority());
    ledger.mutable_started()->set_authority_name("your authority");
  }
  if (context.printer.json()) {
    JsonWriter json;
    WriteLedger(json, ledger, profile.training());
    context.printer.Document(json);
    return;
  }
  if (!headed) context.printer.Data(LedgerHeading(ledger.started(), style));
  context.printer.Data(LedgerBody(ledger, style));
}

ExitCode RunAsk(Context& context, const AskOptions& options) {
  v1::AskRequest request;
  if (const auto problem = CollectQuestion(context, options, request)) {
    return context.Fail(*problem);
  }
  request.set_request_id(context.random.Bytes(kQidSize));
  NodeLink link;
  if (const auto problem = LinkToNode(context, kNotPut, link)) return context.Fail(*problem);

  const auto stub = v1::LookupService::NewStub(link.channel);
  grpc::ClientContext call;
  SetDeadline(call, kAskSeconds);
  const LedgerStyle style = StyleOf(context, link.profile);
  v1::Ledger ledger;
  const auto reader = stub->Ask(&call, request);
  const grpc::Status status = Follow(context, *reader, style, ledger);
  const bool nothing_came = !ledger.has_started() && !ledger.has_summary() && ledger.rows().empty();
  if (!status.ok() && nothing_came) {
    return context.Fail(GrpcProblem(kNotPut, link.peer, status));
  }
  Show(context, link.profile, style, ledger);
  if (!status.ok()) {
    Problem problem = GrpcProblem("The answer is not whole", link.peer, status);
    problem.exit = ExitCode::kIncomplete;
    return context.Fail(problem);
  }
  return LedgerExitCode(ledger, options.exit_status);
}

}  // namespace

std::optional<Problem> CollectQuestion(Context& context, const AskOptions& options,
                                       v1::AskRequest& request) {
  if (auto problem = RefusePersonalOptions(options)) return problem;
  if (!options.case_reference.empty() && !options.question_file.empty()) {
    return UsageProblem(kNotPut, "--case and --question-file are both there", "give one of them");
  }
  if (!options.question_file.empty()) {
    if (auto problem = FromFile(options, request)) return problem;
  }
  if (!options.case_reference.empty()) request.set_case_reference(options.case_reference);
  if (auto problem = MergeOptions(options, request)) return problem;
  if (auto problem = PromptForRest(context, options, request)) return problem;
  if (const absl::Status checked = CheckRequest(request); !checked.ok()) {
    return UsageProblem(kNotPut, Why(checked), "see `signpost ask --help`");
  }
  return std::nullopt;
}

void AddAsk(CLI::App& root, Context& context) {
  CLI::App* ask = AddVerb(root, "ask", "Ask every other authority who works with this child");
  auto options = std::make_shared<AskOptions>();
  ask->add_option("--case", options->case_reference,
                  "Your authority's own case reference; the node fills in the child")
      ->type_name("REF");
  ask->add_option("--question-file", options->question_file,
                  "The question as JSON, from a file or '-' for standard input")
      ->type_name("PATH");
  ask->add_option("--purpose", options->purpose,
                  absl::StrCat("Why you ask: ", absl::StrJoin(PurposeNames(), ", ")))
      ->check(CLI::IsMember(PurposeNames()).description(""))
      ->type_name("PURPOSE");
  ask->add_option("--purpose-text", options->purpose_text, "With the purpose 'other': what it is")
      ->type_name("TEXT");
  ask->add_option("--lawful-basis", options->lawful_basis, "The lawful basis you rely on")
      ->type_name("TEXT");
  ask->add_option("--contact", options->contact, "Your telephone, for those who hold a record")
      ->type_name("TELEPHONE");
  ask->add_flag("--on-behalf-of", options->on_behalf_of,
                "You ask for somebody else; a prompt asks for whom");
  ask->add_flag("--break-glass", options->break_glass,
                "With a second reason, asked for by a prompt; alerts the privacy officer");
  ask->add_flag("--exit-status", options->exit_status,
                "Exit 1 when the answer is complete and nothing is reported anywhere");
  ask->footer(
      "Without --case and --question-file the child's details are asked for at the\n"
      "terminal. No option takes a name, a date or an NHS number: other people on this\n"
      "computer can see arguments.\n\n" +
      std::string(kQuestionFileHelp) +
      "\n\nExit 0 means complete: read the outcome. Exit 3 means that somebody did not\n"
      "answer: treat it as unknown, not as \"no\".");
  ask->callback([&context, options] {
    context.action = [&context, options] { return RunAsk(context, *options); };
  });
}

}  // namespace signpost::cli
