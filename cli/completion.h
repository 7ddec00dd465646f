// `signpost completion bash`: shell completion, generated from the command tree
// so that it cannot fall behind it.
//
// Thread safety: the main thread only.
#ifndef SIGNPOST_CLI_COMPLETION_H_
#define SIGNPOST_CLI_COMPLETION_H_

#include <string>

#include "cli/app.h"

namespace signpost::cli {

void AddCompletion(CLI::App& root, Context& context);

// A bash script that completes commands, options and, where a closed list stands behind an option,
// its words.
std::string BashCompletion(const CLI::App& root);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_COMPLETION_H_
