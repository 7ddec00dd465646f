// What verbs on records share: references and codes from argv, details from files
// and prompts, dates, and the typed word that agrees to what cannot be undone.
//
// Thread safety: the main thread only.
// Security: an option that takes a reference or a code refuses what looks like a
// person's detail, without repeating it.
#ifndef SIGNPOST_CLI_REFERENCES_H_
#define SIGNPOST_CLI_REFERENCES_H_

#include <google/protobuf/struct.pb.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "cli/app.h"
#include "cli/json_reader.h"
#include "proto/base/status.h"

namespace signpost::cli {

// A problem when one of the values looks like a date or a name.
std::optional<Problem> RefusePersonalReferences(std::initializer_list<std::string> values);

// Input that is not as asked for: exit kUsage, or kInterrupted when the prompts were left.
Problem InputProblem(std::string_view what, const absl::Status& status);

// "honour-based-abuse" to "HONOUR_BASED_ABUSE", at most 64 letters, digits, '-' and '_'.
// INVALID_ARGUMENT for anything else, so that a code never holds a sentence about a child.
absl::StatusOr<std::string> CodeFromWord(std::string_view word);
// And back for the screen: "honour-based-abuse".
std::string WordFromCode(std::string_view code);

// The day at this computer, YYYY-MM-DD.
std::string Today(int64_t now_ms);
// The date under `key`, "" when absent or not a date that exists; a problem then.
std::string ReadDate(ObjectReader& reader, const std::string& key);

// A JSON object in a file. Errors of ReadFile and ParseJsonObject.
absl::StatusOr<google::protobuf::Struct> ReadJsonFile(const std::string& path);

// The person types `word` after reading `warning`; CANCELLED when another is typed. With `yes`
// nothing is asked and the warning is printed all the same.
absl::Status AgreeByWord(Context& context, std::string_view warning, std::string_view word,
                         bool yes);

// "practitioner/ab12" of a SPIFFE id of this authority; "the node" for none.
std::string ActorOf(std::string_view spiffe_id);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_REFERENCES_H_
