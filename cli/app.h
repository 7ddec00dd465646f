// The command tree and what every command is given.
//
// A noun registers itself with `void AddXxx(CLI::App& root, Context& context)`:
// it adds its sub-commands, and each verb's CLI11 callback stores what is to be
// done in `context.action`. Nothing runs while arguments are being read; main
// reads the command line, then calls the action, then exits with its code.
//
//   CLI::App* verb = AddVerb(*noun, "members", "Every member, worst first.");
//   auto options = std::make_shared<Options>();
//   verb->add_option("--state", options->state, "...");
//   verb->callback([&context, options] {
//     context.action = [&context, options] { return RunMembers(context, *options); };
//   });
//
// Thread safety: the main thread only.
// Security: no option may take a person's detail: another user's `ps` shows
// arguments and shells keep history. Names, dates, numbers and reasons come from
// prompts (context.prompter) or from files.
#ifndef SIGNPOST_CLI_APP_H_
#define SIGNPOST_CLI_APP_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_codes.h"
#include "cli/printer.h"
#include "cli/problem.h"
#include "cli/prompt.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"

namespace signpost::cli {

struct Context {
  Printer& printer;
  Prompter& prompter;
  const Clock& clock;
  Random& random;

  std::string profile = "default";     // --profile: a name, or a path (contains '/')
  std::string output = "text";         // --output
  bool plain = false;                  // --plain
  std::function<ExitCode()> action{};  // what the command line asked for

  // Prints the problem; returns its exit code.
  ExitCode Fail(const Problem& problem) {
    printer.Error(problem, clock.NowMs());
    return problem.exit;
  }
};

// A noun ("audit") or verb ("show") with the house's settings: exact names, global options may
// follow it, help on -h and --help.
CLI::App* AddNoun(CLI::App& root, const std::string& name, const std::string& description);
CLI::App* AddVerb(CLI::App& noun, const std::string& name, const std::string& description);

// The global options and every noun.
void AddEverything(CLI::App& root, Context& context);
// The global options alone.
void AddGlobalOptions(CLI::App& root, Context& context);

// Reads `arguments` (without the program's name) into `root`, runs the action, returns the exit
// code. Help and version go to standard output. No argument is ever echoed in an error.
ExitCode RunCommandLine(CLI::App& root, Context& context,
                        const std::vector<std::string>& arguments);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_APP_H_
