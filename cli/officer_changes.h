// A directory in words, and what one changes against the one before: what an
// officer reads before signing. Nothing that changes is left unsaid: a field this
// file has no sentence for makes a sentence of its own.
//
// Thread safety: pure functions.
// Security: an officer signs what these words say, so they name every member,
// key, epoch and policy that differs; text from the document is cleaned.
#ifndef SIGNPOST_CLI_OFFICER_CHANGES_H_
#define SIGNPOST_CLI_OFFICER_CHANGES_H_

#include <string>
#include <string_view>
#include <vector>

#include "cli/json.h"
#include "signpost/v1/directory.pb.h"

namespace signpost::cli {

// The word of a state: "active", "suspended", "in maintenance".
std::string_view StateWord(v1::MemberState state);

// One sentence a change, in the order of the document; empty when the two differ in nothing but
// version, previous hash and times. Without `before` everything is new.
std::vector<std::string> DescribeChanges(const v1::Directory* before, const v1::Directory& after);

// "Directory 4 of signpost.example" and its members, custodians, hubs, officers and epochs.
std::string DirectoryText(const v1::Directory& directory, int64_t now_ms);
void DirectoryJson(const v1::Directory& directory, JsonWriter& json);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_OFFICER_CHANGES_H_
