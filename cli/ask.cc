#include "cli/ask.h"

#include <absl/strings/str_join.h>

#include <memory>

#include "cli/connection.h"
#include "cli/ledger.h"
#include "cli/node_link.h"
#include "cli/question_file.h"
#include "cli/words.h"
#include "proto/limits.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::cli {
namespace {

constexpr int kAskSeconds = 55;
constexpr std::string_view kNotPut = "The question was not put";

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
  ask->add_option("--approval", options->approval,
                  "Desk: the second person's approval to ask about a child shielded here")
      ->type_name("REF");
  ask->add_flag("--break-glass", options->break_glass,
                "Ask shielded holders too, after a warning and with a second reason");
  ask->add_flag("--break-glass-understood", options->break_glass_understood,
                "The same without prompts: the question file has break_glass_reason, and the\n"
                "person has read the warning below");
  ask->add_flag("--exit-status", options->exit_status,
                "Exit 1 when the answer is complete and nothing is reported anywhere");
  ask->footer(
      "Without --case and --question-file the child's details are asked for at the\n"
      "terminal. No option takes a name, a date or an NHS number: other people on this\n"
      "computer can see arguments.\n\n" +
      std::string(kQuestionFileHelp) + "\n\nBreaking the glass is for one question. " +
      std::string(kBreakGlassWarning) +
      "\n\nExit 0 means complete: read the outcome. Exit 3 means that somebody did not\n"
      "answer: treat it as unknown, not as \"no\". Exit 5: refused, with who can lift it.\n"
      "Exit 7: held until a warning is agreed to or a second person has approved.");
  ask->callback([&context, options, ask] {
    // CLI11 calls a command after the sub-command that was named.
    if (!ask->get_subcommands().empty()) return;
    context.action = [&context, options] { return RunAsk(context, *options); };
  });
  AddAskOutcome(*ask, context);
}

}  // namespace signpost::cli
