// `signpost child ...` and `signpost involvement ...`: this authority's own
// records, their protection, their likely duplicates.
//
//   child show|history|explain                        reading
//   child add|correct                                 child_put.cc
//   child shield|unshield|separate|confirm-shields    child_protect.cc
//   child duplicates|merge|different                  child_duplicates.cc
//   involvement open|close|renew|consent              involvement.cc
//
// Thread safety: the main thread only.
// Security: what a record says, who gave consent and why a child is shielded are
// asked for by prompts or read from a file; argv holds references, codes and days.
#ifndef SIGNPOST_CLI_RECORDS_H_
#define SIGNPOST_CLI_RECORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "cli/app.h"
#include "signpost/v1/node.pb.h"
#include "signpost/v1/protection.pb.h"

namespace signpost::cli {

void AddChild(CLI::App& root, Context& context);
void AddInvolvement(CLI::App& root, Context& context);

// Parts of AddChild, one file each.
void AddChildPut(CLI::App& child, Context& context);
void AddChildProtect(CLI::App& child, Context& context);
void AddChildDuplicates(CLI::App& child, Context& context);
void AddChildExplain(CLI::App& child, Context& context);

// A record for people, and as JSON (schema "signpost.child.show/v1").
std::string ChildText(const v1::ChildRecord& record);
void WriteChild(JsonWriter& json, const v1::ChildRecord& record);
// Earlier details, newest first (schema "signpost.child.history/v1").
std::string HistoryText(const std::vector<v1::ChildVersion>& versions);
void WriteHistory(JsonWriter& json, const std::vector<v1::ChildVersion>& versions);
// Pairs that wait for a decision (schema "signpost.child.duplicates/v1").
std::string DuplicatesText(const std::vector<v1::DuplicatePair>& pairs, bool plain);
void WriteDuplicates(JsonWriter& json, const std::vector<v1::DuplicatePair>& pairs);
// How a record compares with details, field by field (schema "signpost.child.explain/v1").
std::string ExplanationText(const v1::Explanation& explanation, bool plain);
void WriteExplanation(JsonWriter& json, const v1::Explanation& explanation);

// A record to add or correct, from JSON: details as in a question file, carers, date of death.
// INVALID_ARGUMENT lists every problem by key.
absl::Status ReadChildFile(std::string_view json, v1::PutChildRequest& request);
// The same by prompts. With details already in `request` (a correction) Enter keeps what is there
// and '-' takes it away. Errors are those of the prompter; INVALID_ARGUMENT when nothing is left to
// find the child by.
absl::Status PromptForRecord(Prompter& prompter, v1::PutChildRequest& request);

// Reads an involvement from JSON; INVALID_ARGUMENT lists every problem by key.
absl::Status ReadInvolvementFile(std::string_view json, v1::Involvement& involvement);
// The same by prompts; errors are those of the prompter.
absl::Status PromptForInvolvement(Prompter& prompter, v1::Involvement& involvement);
// The format, as --help documents it.
std::string InvolvementFileHelp();

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_RECORDS_H_
