// `signpost child show` and `signpost involvement open|close`: this authority's
// own records.
//
// Thread safety: the main thread only.
// Security: what an involvement says is asked for by prompts or read from a
// file; argv holds references only.
#ifndef SIGNPOST_CLI_RECORDS_H_
#define SIGNPOST_CLI_RECORDS_H_

#include <string>
#include <string_view>

#include "cli/app.h"
#include "signpost/v1/node.pb.h"

namespace signpost::cli {

void AddChild(CLI::App& root, Context& context);
void AddInvolvement(CLI::App& root, Context& context);

// A record for people, and as JSON (schema "signpost.child.show/v1").
std::string ChildText(const v1::ChildRecord& record);
void WriteChild(JsonWriter& json, const v1::ChildRecord& record);

// Reads an involvement from JSON; INVALID_ARGUMENT lists every problem by key.
absl::Status ReadInvolvementFile(std::string_view json, v1::Involvement& involvement);
// The same by prompts; errors are those of the prompter.
absl::Status PromptForInvolvement(Prompter& prompter, v1::Involvement& involvement);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_RECORDS_H_
