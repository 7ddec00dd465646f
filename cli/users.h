// `signpost user list|add|change|remove`: the node's own people and systems.
//
// Thread safety: the main thread only.
// Security: names and telephones come from prompts or a file; argv holds the id of
// the certificate alone.
#ifndef SIGNPOST_CLI_USERS_H_
#define SIGNPOST_CLI_USERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "cli/app.h"
#include "signpost/v1/people.pb.h"

namespace signpost::cli {

void AddUser(CLI::App& root, Context& context);

// Rows as columns or sentences (plain), and as JSON (schema "signpost.user.list/v1").
std::string UsersText(const std::vector<v1::UserRecord>& records, std::string_view today,
                      bool plain);
void WriteUsers(JsonWriter& json, const std::vector<v1::UserRecord>& records);

// Reads a user from JSON, all but the id; INVALID_ARGUMENT lists every problem by key.
absl::Status ReadUserFile(std::string_view json, v1::User& user);
// The same by prompts. With a user there already Enter keeps what is shown and '-' takes it away.
// Errors are those of the prompter.
absl::Status PromptForUser(Prompter& prompter, v1::User& user);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_USERS_H_
