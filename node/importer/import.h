// Import of one chunk of CSV: read, check each row, store the good ones in one
// transaction, and say of each bad one its line, column and reason.
//
// A row is stored whole or not at all. Repeating a chunk changes nothing, and an
// import that was cut off is repeated from the start. Protection is only ever
// added: no row un-shields a child or undoes a withdrawal of consent (RULES.md
// sections 4 and 5). Likely duplicates are queued, and a possible second record of
// a shielded child is out of every answer, in the transaction that stores it.
//
// Columns of children (any order; case_reference and family_name must be there):
//   case_reference given_name middle_names family_name former_family_names
//   alias_family_names date_of_birth sex house street town postcode
//   former_postcodes nhs_number upn shielded shield_reason no_fixed_address
//   date_of_death keep_until_25
// Columns of involvements (case_reference, involvement_reference, service and
// start_on must be there):
//   case_reference involvement_reference service organisation team practitioner
//   practitioner_role telephone email lead_professional assessment_exists
//   start_on end_on review_by sensitive consent_given_by consent_given_on
//   consent_withdrawn_on
// Dates are YYYY-MM-DD; yes and no, true and false, 1 and 0 are booleans, empty
// is no; several names or postcodes in one field are separated by ';'; sex is F,
// M, I or a word; services are the names of v1::ServiceType, in either case, with spaces for
// underscores. 1900-01-01 as date of birth means missing.
//
// Thread safety: the caller lets one import, and one other user of a DuplicateFinder, at a time
// look and write (node/service/record_gate.h). Security: a reject names line, column and reason,
// never the value. Whoever may read the counts of duplicates and quarantined rows can learn by a
// row of their own that a child is held or shielded: the service keeps them from callers who may
// not know.
#ifndef SIGNPOST_NODE_IMPORTER_IMPORT_H_
#define SIGNPOST_NODE_IMPORTER_IMPORT_H_

#include <cstdint>
#include <vector>

#include "node/importer/duplicates.h"
#include "node/store/store.h"
#include "proto/base/status.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

inline constexpr size_t kMaxChunkBytes = 200 * 1024;

// `training`: NHS numbers of the range for tests are required instead of refused. `audit` is
// committed in the same transaction as the rows. INVALID_ARGUMENT: the header is missing, names an
// unknown or repeated column (listing the known ones) or lacks a required one; the chunk is larger
// than kMaxChunkBytes; the kind is unknown. Nothing is stored then. Errors of the store: nothing of
// the chunk is stored; send it again.
//
// `check_only`: nothing is stored, `audit` neither; `accepted` counts the rows that would be taken,
// and for children the reply carries their quality (node/importer/quality.h). Duplicates are looked
// for among the rows of this chunk and the stored records, not across chunks.
absl::StatusOr<v1::ImportChunkReply> ImportChunk(Store& store, DuplicateFinder& finder,
                                                 const v1::ImportChunkRequest& request,
                                                 bool training, int64_t now_ms,
                                                 std::vector<v1::AuditRow> audit = {});

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_IMPORTER_IMPORT_H_
