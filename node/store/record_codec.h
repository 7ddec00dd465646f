// The bytes inside the sealed columns of a child and an involvement, and the
// checks that keep them within proto/limits.h.
//
//   extras = I(1,left England) ‖ I(1,len) ‖ date of death ‖ carers
//   carer  = I(2,len) ‖ serialised v1::Carer
//   shield = I(2,len) ‖ reason ‖ I(2,len) ‖ decided_by ‖ I(2,len) ‖ review_by
//   withholding = I(2,len) ‖ reason ‖ I(2,len) ‖ decided_by ‖ I(8,decided_ms)
//                 ‖ I(2,len) ‖ reviewed_by
//
// Thread safety: pure functions.
#ifndef SIGNPOST_NODE_STORE_RECORD_CODEC_H_
#define SIGNPOST_NODE_STORE_RECORD_CODEC_H_

#include <string>
#include <string_view>
#include <vector>

#include "node/record/records.h"
#include "proto/base/status.h"

namespace signpost::node {

struct ChildExtras {
  LeftEngland left_england = LeftEngland::kNo;
  std::string date_of_death;
  std::vector<v1::Carer> carers;
};

inline constexpr size_t kMaxCarers = 8;

// INVALID_ARGUMENT, naming the field and never its value.
absl::Status CheckChild(const ChildWrite& write);
absl::Status CheckShield(const Shield& shield);
absl::Status CheckWithholding(const Withholding& withheld);
absl::Status CheckInvolvement(const InvolvementWrite& write);

std::string EncodeExtras(const ChildExtras& extras);
std::string EncodeShield(const Shield& shield);
std::string EncodeWithholding(const Withholding& withheld);
// DATA_LOSS: not such bytes.
absl::StatusOr<ChildExtras> DecodeExtras(std::string_view bytes);
absl::StatusOr<Shield> DecodeShield(std::string_view bytes);
absl::StatusOr<Withholding> DecodeWithholding(std::string_view bytes);

// Moments that queries compare, from an involvement's dates.
struct InvolvementSpan {
  int64_t start_ms = 0;
  int64_t until_ms = 0;    // the earlier of the end's midnight and expires_ms
  int64_t expires_ms = 0;  // end of the review-by day, at most 2 years after recorded_ms;
                           // without one 12 months after it
};
// INVALID_ARGUMENT: a date that does not exist, or an end before the start.
absl::StatusOr<InvolvementSpan> SpanOf(const v1::Involvement& involvement, int64_t recorded_ms);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_RECORD_CODEC_H_
