// What a person or a supplier's system says of a child or an involvement, checked
// as an import checks its rows (node/importer/row_reader.h): one problem at a time,
// by field and reason, and never the value.
//
// Thread safety: pure functions; the moment is passed in.
// Security: messages hold nothing of what was sent.
#ifndef SIGNPOST_NODE_SERVICE_RECORD_CHECK_H_
#define SIGNPOST_NODE_SERVICE_RECORD_CHECK_H_

#include <cstdint>

#include "node/matching/identifiers.h"
#include "node/record/records.h"
#include "proto/base/status.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

// The child as it may be written: identifiers and postcodes in their one form, 1900-01-01 (what
// systems write for "missing") left out, kinds that were not said taken as CURRENT. A date of
// death, `keep_until_25` and carers that were not said stay as they are stored: a correction of a
// name must not bring a child back to life or shorten how long its record is kept.
// INVALID_ARGUMENT DETAILS, "FIELD: REASON. What to do": nothing usable to find the child by too.
absl::StatusOr<ChildWrite> CheckChild(const v1::PutChildRequest& request, NumberUse numbers,
                                      int64_t now_ms);

// INVALID_ARGUMENT DETAILS: reference, service, dates, lengths, consent without its person or day.
// A review-by date at most 2 years ahead; of one that has not ended, not in the past.
absl::Status CheckInvolvement(const v1::OpenInvolvementRequest& request, int64_t now_ms);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_RECORD_CHECK_H_
