// `signpost import children|involvements`: a CSV file into the own node, with a
// file of the rows that were rejected and why.
//
// Thread safety: the main thread only.
// Security: the rejects file is 0600 and holds lines, columns and reasons, no
// values.
#ifndef SIGNPOST_CLI_IMPORT_H_
#define SIGNPOST_CLI_IMPORT_H_

#include "cli/app.h"

namespace signpost::cli {

void AddImport(CLI::App& root, Context& context);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_IMPORT_H_
