// Involvements' columns, and the mapping of one row to an involvement.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_NODE_IMPORTER_INVOLVEMENT_ROWS_H_
#define SIGNPOST_NODE_IMPORTER_INVOLVEMENT_ROWS_H_

#include <absl/types/span.h>

#include "node/importer/columns.h"
#include "node/importer/row_reader.h"
#include "node/record/records.h"

namespace signpost::node {

absl::Span<const ColumnSpec> InvolvementColumns();
// The column named in a reject for an unknown case.
inline constexpr size_t kInvolvementCaseColumn = 0;

// The involvement; to be used only if the reader has no fault afterwards.
InvolvementWrite ReadInvolvementRow(RowReader& row, const ImportRules& rules);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_IMPORTER_INVOLVEMENT_ROWS_H_
