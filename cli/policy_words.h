// The disclosure policy in words: the whole table, what one role may be told for
// one purpose, and how two policies differ, a sentence for every changed rule.
//
// Thread safety: pure functions.
// Security: officers sign what these words say. They are made from the cells as
// every node obeys them (proto/directory/disclosure.h), already cut to what no
// table can loosen.
#ifndef SIGNPOST_CLI_POLICY_WORDS_H_
#define SIGNPOST_CLI_POLICY_WORDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/json.h"
#include "signpost/v1/directory.pb.h"

namespace signpost::cli {

// "service, team, person and telephone", "the desk only", ...
std::string DisclosureWords(v1::Disclosure disclosure);
std::string DisclosureCode(v1::Disclosure disclosure);

// The whole table by purpose, its version and look-back, and what no policy can loosen. `source`
// says where it is from ("the default policy", "directory 7").
std::string PolicyText(const v1::Policy& policy, std::string_view source);
// Schema "signpost.federation.policy.show/v1".
void WritePolicy(JsonWriter& json, const v1::Policy& policy, std::string_view source);

// What this role may be told for this purpose, in sentences; JSON has schema
// "signpost.federation.policy.check/v1".
std::string PolicyCheckText(const v1::Policy& policy, v1::Role role, v1::Purpose purpose);
void WritePolicyCheck(JsonWriter& json, const v1::Policy& policy, v1::Role role,
                      v1::Purpose purpose);

// One sentence a change. With a rule that stands twice, or a format, role, purpose or disclosure
// this program does not know, it says nothing it cannot vouch for: nothing is returned, and the
// caller shows the fields themselves.
std::optional<std::vector<std::string>> DescribePolicyChanges(const v1::Policy& before,
                                                              const v1::Policy& after);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_POLICY_WORDS_H_
