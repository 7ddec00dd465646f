// `signpost ask`: puts one question to every other authority through the own
// node, and shows the ledger; afterwards, what became of the signposts.
//
//   1. Collect the question: options, question file or prompts; check it
//      (ask_collect.cc).
//   2. Read the profile and connect to the own node.
//   3. Print who asks; follow the rows as they come; print the ledger.
//   4. Exit by the ledger, never by the connection alone: rows that came before
//      a failure are shown, and the answer is then incomplete.
//
// Thread safety: the main thread only.
// Security: names and reasons come from prompts or the question file, never argv.
// The glass is broken only after the person has read the warning: at the keyboard
// by typing it, for programs by --break-glass-understood with a reason in the file.
#ifndef SIGNPOST_CLI_ASK_H_
#define SIGNPOST_CLI_ASK_H_

#include <optional>
#include <string>
#include <string_view>

#include "cli/app.h"
#include "signpost/v1/node.pb.h"

namespace signpost::cli {

void AddAsk(CLI::App& root, Context& context);
// `ask outcome|outcomes|ageing`, below `ask`.
void AddAskOutcome(CLI::App& ask, Context& context);

inline constexpr std::string_view kBreakGlassWarning =
    "This alerts the privacy officer of your authority and of every authority that answers "
    "differently, and will be reviewed.";

struct AskOptions {
  std::string case_reference;
  std::string question_file;
  std::string purpose;
  std::string purpose_text;
  std::string lawful_basis;
  std::string contact;
  std::string approval;
  bool on_behalf_of = false;            // prompts for the name
  bool break_glass = false;             // prompts for the reason and a typed word
  bool break_glass_understood = false;  // no prompt; the reason is in the question file
  bool exit_status = false;
};

// Step 1 without the network: fills `request`, or says what is wrong.
std::optional<Problem> CollectQuestion(Context& context, const AskOptions& options,
                                       v1::AskRequest& request);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_ASK_H_
