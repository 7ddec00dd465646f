#include "cli/app.h"

#include <algorithm>
#include <memory>

#include "cli/ask.h"
#include "cli/audit.h"
#include "cli/completion.h"
#include "cli/desk.h"
#include "cli/doctor.h"
#include "cli/federation.h"
#include "cli/import.h"
#include "cli/personal.h"
#include "cli/records.h"
#include "cli/users.h"

namespace signpost::cli {
namespace {

// "signpost audit show": the command that was reached; known words only.
std::string CommandPath(const CLI::App& root) {
  std::string path = "signpost";
  const CLI::App* app = &root;
  while (true) {
    const auto chosen = app->get_subcommands();
    if (chosen.empty()) return path;
    app = chosen.front();
    path += " " + app->get_name();
  }
}

void CollectOptionNames(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    if (option->get_positional()) names.push_back(option->get_name(true));
  }
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    CollectOptionNames(*sub, names);
  }
}

// The option that CLI11's message is about. Its message also quotes what was typed, so only a name
// of our own is taken from it.
std::string OptionIn(const CLI::App& root, const std::string& message) {
  std::vector<std::string> names;
  CollectOptionNames(root, names);
  std::string best;
  size_t best_at = std::string::npos;
  for (const std::string& name : names) {
    const size_t at = message.find(name);
    if (at < best_at || (at == best_at && at != std::string::npos && name.size() > best.size())) {
      best = name;
      best_at = at;
    }
  }
  return best;
}

Problem UnknownArgument(const CLI::App& root, const std::vector<std::string>& arguments) {
  const std::vector<std::string> extras = root.remaining(true);
  const std::string help = "`" + CommandPath(root) + " --help` lists what is understood";
  for (const std::string& extra : extras) {
    const Suspicion suspicion = SuspicionOf(extra);
    if (suspicion == Suspicion::kNone) continue;
    return UsageProblem(
        "An argument looks like " + std::string(SuspicionWords(suspicion)) +
            ", and was neither used nor repeated here",
        "other people on this computer can see arguments, and your shell may keep them",
        "delete the line from your shell's history; give a child's details at the prompts or with "
        "--question-file. " +
            help);
  }
  std::string where = "An argument was not understood";
  if (!extras.empty()) {
    const auto found = std::find(arguments.begin(), arguments.end(), extras.front());
    if (found != arguments.end()) {
      where = "Argument number " + std::to_string(found - arguments.begin() + 1) +
              " was not understood";
    }
  }
  return UsageProblem(where, "it is not repeated here, because arguments can hold personal details",
                      help);
}

Problem ParseProblem(const CLI::App& root, const CLI::ParseError& error,
                     const std::vector<std::string>& arguments) {
  const std::string help = "see `" + CommandPath(root) + " --help`";
  // CLI11 names an ExtrasError after the command, so its number decides.
  const auto is = [&error](CLI::ExitCodes kind) {
    return error.get_exit_code() == static_cast<int>(kind);
  };
  if (is(CLI::ExitCodes::ExtrasError)) return UnknownArgument(root, arguments);
  const std::string option = OptionIn(root, error.what());
  if (is(CLI::ExitCodes::RequiredError)) {
    if (option.empty()) {
      return UsageProblem("A command is needed", "none of the commands was named", help);
    }
    return UsageProblem(option + " is needed", "the command cannot be carried out without it",
                        help);
  }
  const std::string what = option.empty() ? "an option" : option;
  return UsageProblem("The value of " + what + " is not accepted",
                      "it is missing, not one of the listed words, or given twice", help);
}

}  // namespace

CLI::App* AddNoun(CLI::App& root, const std::string& name, const std::string& description) {
  CLI::App* noun = root.add_subcommand(name, description);
  noun->fallthrough();
  noun->require_subcommand(1);
  return noun;
}

CLI::App* AddVerb(CLI::App& noun, const std::string& name, const std::string& description) {
  CLI::App* verb = noun.add_subcommand(name, description);
  verb->fallthrough();
  verb->require_subcommand(0);
  return verb;
}

void AddGlobalOptions(CLI::App& root, Context& context) {
  root.add_option("--profile", context.profile,
                  "Profile: a name, or a path that contains '/'. A name is read from\n"
                  "$XDG_CONFIG_HOME/signpost/NAME.txtpb")
      ->capture_default_str()
      ->type_name("NAME");
  root.add_option("--output", context.output, "text, or json with a stable schema")
      ->check(CLI::IsMember({"text", "json"}).description(""))
      ->capture_default_str()
      ->type_name("FORMAT");
  root.add_flag("--plain", context.plain,
                "For screen readers: sentences instead of columns, nothing redrawn, no colour");
  root.require_subcommand(1);
  root.footer(
      "Exit codes: 0 complete; 1 nothing to report anywhere, or a check not passed (only\n"
      "with --exit-status); 2 wrong use; 3 incomplete; 4 certificate needed; 5 not\n"
      "permitted; 6 own node unreachable; 7 held; 8 local configuration; 70 internal;\n"
      "130 interrupted.\n"
      "--profile, --output and --plain may follow any command.");
}

void AddEverything(CLI::App& root, Context& context) {
  AddGlobalOptions(root, context);
  AddAsk(root, context);
  AddChild(root, context);
  AddInvolvement(root, context);
  AddImport(root, context);
  AddDesk(root, context);
  AddUser(root, context);
  AddAudit(root, context);
  AddDoctor(root, context);
  AddFederation(root, context);
  AddCompletion(root, context);
}

ExitCode RunCommandLine(CLI::App& root, Context& context,
                        const std::vector<std::string>& arguments) {
  const auto configure = [&context] {
    context.printer.Configure(context.output == "json" ? OutputFormat::kJson : OutputFormat::kText,
                              context.plain);
  };
  try {
    root.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    context.printer.Data(root.help());
    return ExitCode::kOk;
  } catch (const CLI::CallForVersion& version) {
    context.printer.Data(std::string(version.what()) + "\n");
    return ExitCode::kOk;
  } catch (const CLI::ParseError& error) {
    configure();
    return context.Fail(ParseProblem(root, error, arguments));
  }
  configure();
  if (!context.action) {
    return context.Fail(UsageProblem("A command is needed", "none of the commands was named",
                                     "see `" + CommandPath(root) + " --help`"));
  }
  const ExitCode code = context.action();
  if (context.printer.good()) return code;
  return context.Fail({ExitCode::kInternal, "OUTPUT_LOST", "The answer could not be written out",
                       "standard output is closed or full", "run the command again"});
}

}  // namespace signpost::cli
