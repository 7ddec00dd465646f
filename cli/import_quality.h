// The quality of a file of children before anything of it is enrolled: the
// counts that the node returns chunk by chunk, added up, and the join gate: at
// least 95 % of the children can be found by others.
//
// Property: a row that the node does not accept counts as a child who cannot be
// found, so a bad file never looks better than it is.
// Thread safety: pure functions.
#ifndef SIGNPOST_CLI_IMPORT_QUALITY_H_
#define SIGNPOST_CLI_IMPORT_QUALITY_H_

#include <cstdint>
#include <string>

#include "cli/json.h"
#include "signpost/v1/node.pb.h"

namespace signpost::cli {

inline constexpr double kJoinShare = 0.95;

// The fields of v1::ImportQuality, wide enough for any file.
struct Quality {
  uint64_t rows = 0;  // of the file, rejected ones included
  uint64_t rejected = 0;
  uint64_t nhs_number_valid = 0;
  uint64_t nhs_number_missing = 0;
  uint64_t nhs_number_invalid = 0;
  uint64_t upn_valid = 0;
  uint64_t upn_missing = 0;
  uint64_t upn_invalid = 0;
  uint64_t upn_temporary = 0;
  uint64_t date_of_birth_missing = 0;
  uint64_t date_of_birth_default = 0;
  uint64_t given_name_missing = 0;
  uint64_t given_name_placeholder = 0;
  uint64_t family_name_missing = 0;
  uint64_t postcode_missing = 0;
  uint64_t postcode_invalid = 0;
  uint64_t sex_missing = 0;
  uint64_t duplicates = 0;
  uint64_t findable = 0;
  double expected_found = 0;
};

// Adds one chunk's counts; `rows` and `rejected` are the caller's, who reads the file.
void AddQuality(const v1::ImportQuality& chunk, Quality& sum);

// The estimated share of the file's children that others can find, 0 to 1.
double FindableShare(const Quality& quality);
// False for a file without rows: nothing was shown.
bool ReachesJoinShare(const Quality& quality);

// `finished`: the whole file was looked at; without it nothing is said of the share.
std::string QualityText(const Quality& quality, bool finished);
// Schema "signpost.import.quality/v1".
void WriteQuality(JsonWriter& json, const Quality& quality, bool finished);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_IMPORT_QUALITY_H_
