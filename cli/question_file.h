// What a question needs, read from a JSON file or asked at the keyboard, and
// checked before anything is sent.
//
// Thread safety: pure functions; the prompts belong to the main thread.
// Security: problems name fields, never what was in them.
#ifndef SIGNPOST_CLI_QUESTION_FILE_H_
#define SIGNPOST_CLI_QUESTION_FILE_H_

#include <google/protobuf/struct.pb.h>

#include <string>
#include <string_view>
#include <vector>

#include "cli/prompt.h"
#include "proto/base/status.h"
#include "signpost/v1/node.pb.h"

namespace signpost::cli {

// The format, as `signpost ask --help` documents it.
extern const std::string_view kQuestionFileHelp;

// Reads a question file into `request`: case or child, purpose, and the rest. INVALID_ARGUMENT
// lists every problem: unknown keys, wrong kinds, dates that do not exist, NHS numbers that fail
// their check digit, both or neither of case and child, fields over their limits.
absl::Status ReadQuestionFile(std::string_view json, v1::AskRequest& request);

// Asks for a child's details, one line each, again after a line that cannot be right. With details
// already there Enter keeps what is shown and '-' takes it away. Errors are those of the prompter;
// INVALID_ARGUMENT when no name and no identifier is left.
absl::Status PromptForChild(Prompter& prompter, v1::ChildDetails& details);

// The "child" of such a file, into `child`; problems are added by key.
void ReadChildDetails(const google::protobuf::Struct& object, std::vector<std::string>& problems,
                      v1::ChildDetails& child);
// A name or an identifier is there.
bool HasSomethingToFind(const v1::ChildDetails& child);

// The limits of AskRequest that options and prompts share: INVALID_ARGUMENT names every field that
// is too long; a purpose is there, and a text with OTHER_PURPOSE only.
absl::Status CheckRequest(const v1::AskRequest& request);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_QUESTION_FILE_H_
