// What became of signposts: shown as text and JSON.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_CLI_ASK_OUTCOME_H_
#define SIGNPOST_CLI_ASK_OUTCOME_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cli/json.h"
#include "signpost/v1/outcome.pb.h"

namespace signpost::cli {

// Rows as columns or sentences (plain), and as JSON (schema "signpost.ask.outcomes/v1").
std::string SignpostsText(const std::vector<v1::SignpostRecord>& records, int64_t now_ms,
                          bool plain);
void WriteSignposts(JsonWriter& json, const std::vector<v1::SignpostRecord>& records);

// The counts of the last 12 months (schema "signpost.ask.ageing/v1").
std::string AgeingText(const v1::AgeingReport& report);
void WriteAgeing(JsonWriter& json, const v1::AgeingReport& report);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_ASK_OUTCOME_H_
