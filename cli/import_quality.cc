#include "cli/import_quality.h"

#include <absl/strings/str_format.h>

#include <algorithm>
#include <cmath>

#include "cli/text.h"

namespace signpost::cli {
namespace {

std::string Percent(double share) { return absl::StrFormat("%.1f %%", 100 * share); }

// Never rounded up to a share that is not reached.
std::string PercentDown(double share) { return Percent(std::floor(share * 1000) / 1000); }

std::string Of(uint64_t n, const Quality& quality) {
  if (quality.rows == 0) return Thousands(n);
  return Thousands(n) + " (" + Percent(static_cast<double>(n) / static_cast<double>(quality.rows)) +
         ")";
}

std::string Also(uint64_t n, const char* what) {
  return n == 0 ? "" : ", " + Thousands(n) + " " + what;
}

}  // namespace

void AddQuality(const v1::ImportQuality& chunk, Quality& sum) {
  sum.nhs_number_valid += chunk.nhs_number_valid();
  sum.nhs_number_missing += chunk.nhs_number_missing();
  sum.nhs_number_invalid += chunk.nhs_number_invalid();
  sum.upn_valid += chunk.upn_valid();
  sum.upn_missing += chunk.upn_missing();
  sum.upn_invalid += chunk.upn_invalid();
  sum.upn_temporary += chunk.upn_temporary();
  sum.date_of_birth_missing += chunk.date_of_birth_missing();
  sum.date_of_birth_default += chunk.date_of_birth_default();
  sum.given_name_missing += chunk.given_name_missing();
  sum.given_name_placeholder += chunk.given_name_placeholder();
  sum.family_name_missing += chunk.family_name_missing();
  sum.postcode_missing += chunk.postcode_missing();
  sum.postcode_invalid += chunk.postcode_invalid();
  sum.sex_missing += chunk.sex_missing();
  sum.duplicates += chunk.duplicates();
  sum.findable += chunk.findable();
  if (std::isfinite(chunk.expected_found())) {
    sum.expected_found += std::clamp(chunk.expected_found(), 0.0, static_cast<double>(chunk.rows()));
  }
}

double FindableShare(const Quality& quality) {
  if (quality.rows == 0) return 0;
  return std::min(1.0, quality.expected_found / static_cast<double>(quality.rows));
}

bool ReachesJoinShare(const Quality& quality) {
  return quality.rows > 0 && FindableShare(quality) >= kJoinShare;
}

std::string QualityText(const Quality& quality, bool finished) {
  Table table;
  table.Add({"Children", Counted(quality.rows, "row", "rows") +
                             Also(quality.rejected, "rejected: see the rejects file")});
  table.Add({"NHS number", "valid " + Of(quality.nhs_number_valid, quality) +
                               Also(quality.nhs_number_missing, "missing") +
                               Also(quality.nhs_number_invalid, "failing the check digit")});
  table.Add({"Pupil number", "valid " + Of(quality.upn_valid, quality) +
                                 Also(quality.upn_missing, "missing") +
                                 Also(quality.upn_invalid, "ill-formed") +
                                 Also(quality.upn_temporary, "temporary, which identify nobody")});
  table.Add({"Date of birth", "missing " + Of(quality.date_of_birth_missing, quality) +
                                  Also(quality.date_of_birth_default, "on 1 January")});
  table.Add({"Given name", "missing " + Of(quality.given_name_missing, quality) +
                               Also(quality.given_name_placeholder, "placeholders")});
  table.Add({"Family name", "missing " + Of(quality.family_name_missing, quality)});
  table.Add({"Postcode", "missing " + Of(quality.postcode_missing, quality) +
                             Also(quality.postcode_invalid, "not valid")});
  table.Add({"Sex", "missing " + Of(quality.sex_missing, quality)});
  table.Add({"Likely duplicates", Of(quality.duplicates, quality)});
  table.Add({"Enough to be found by", Of(quality.findable, quality)});
  std::string out = table.Render(0) + "Nothing was stored.\n";
  if (!finished) return out + "STOPPED before the end of the file: this is not the whole of it.\n";
  if (quality.rows == 0) return out + "The file has no rows below its header.\n";
  return out + "Estimated share of the children that others can find: " +
         PercentDown(FindableShare(quality)) +
         (ReachesJoinShare(quality)
              ? ". That reaches the 95 % needed to join.\n"
              : ". That does NOT reach the 95 % needed to join: complete identifiers, dates of "
                "birth, names and postcodes first.\n");
}

void WriteQuality(JsonWriter& json, const Quality& quality, bool finished) {
  json.BeginObject();
  json.Field("schema", "signpost.import.quality/v1");
  json.Field("state", finished ? "finished" : "stopped");
  json.Field("rows", quality.rows);
  json.Field("rejected", quality.rejected);
  json.Field("nhs_number_valid", quality.nhs_number_valid);
  json.Field("nhs_number_missing", quality.nhs_number_missing);
  json.Field("nhs_number_invalid", quality.nhs_number_invalid);
  json.Field("upn_valid", quality.upn_valid);
  json.Field("upn_missing", quality.upn_missing);
  json.Field("upn_invalid", quality.upn_invalid);
  json.Field("upn_temporary", quality.upn_temporary);
  json.Field("date_of_birth_missing", quality.date_of_birth_missing);
  json.Field("date_of_birth_default", quality.date_of_birth_default);
  json.Field("given_name_missing", quality.given_name_missing);
  json.Field("given_name_placeholder", quality.given_name_placeholder);
  json.Field("family_name_missing", quality.family_name_missing);
  json.Field("postcode_missing", quality.postcode_missing);
  json.Field("postcode_invalid", quality.postcode_invalid);
  json.Field("sex_missing", quality.sex_missing);
  json.Field("duplicates", quality.duplicates);
  json.Field("findable", quality.findable);
  json.DecimalField("share_found", std::floor(FindableShare(quality) * 10'000) / 10'000, 4);
  json.DecimalField("share_needed", kJoinShare, 2);
  json.Field("join_gate", finished && ReachesJoinShare(quality) ? "reached" : "not reached");
  json.EndObject();
}

}  // namespace signpost::cli
