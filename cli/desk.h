// `signpost desk`: what the desk must know, ring back about, review and decide.
//
//   alerts|notices|reviews|approvals   what lies there, the newest first, or as it comes
//   called-back|withhold|request-approval|decide
//
// Thread safety: the main thread only.
// Security: notes are asked for by prompts or read from a file; argv holds
// numbers, references and codes.
#ifndef SIGNPOST_CLI_DESK_H_
#define SIGNPOST_CLI_DESK_H_

#include "cli/app.h"

namespace signpost::cli {

void AddDesk(CLI::App& root, Context& context);

// Parts of AddDesk, one file each.
void AddDeskLists(CLI::App& desk, Context& context);
void AddDeskDecisions(CLI::App& desk, Context& context);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_DESK_H_
