// Why the own node refuses a question, and who can lift it: one row a reason
// (RULES.md section 3).
//
// Thread safety: pure functions.
#ifndef SIGNPOST_CLI_REFUSAL_H_
#define SIGNPOST_CLI_REFUSAL_H_

#include <string_view>

namespace signpost::cli {

struct Refusal {
  std::string_view reason;        // the node's code
  std::string_view why;           // "your role may not ask for this purpose"
  std::string_view who_can_lift;  // "the federation's officers, who sign the policy; ..."
};

// Of a code this program does not know: that it does not, and whom to ask.
const Refusal& RefusalOf(std::string_view reason);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_REFUSAL_H_
