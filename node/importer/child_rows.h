// Children's columns, and the mapping of one row to a child.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_NODE_IMPORTER_CHILD_ROWS_H_
#define SIGNPOST_NODE_IMPORTER_CHILD_ROWS_H_

#include <absl/types/span.h>

#include "node/importer/columns.h"
#include "node/importer/quality.h"
#include "node/importer/row_reader.h"
#include "node/record/records.h"

namespace signpost::node {

absl::Span<const ColumnSpec> ChildColumns();
// The column named in a reject for a case that was merged away.
inline constexpr size_t kChildCaseColumn = 0;

// What the row says, unchecked; valid as long as the row.
RawChild RawChildOf(const RowReader& row);

// The child; to be used only if the reader has no fault afterwards. A date of birth of 1900-01-01
// is what systems write for "missing" and is taken as missing. "No fixed address" makes the row's
// address a former one. A shield whose reason is not in the list of protection.proto is taken all
// the same, as OTHER, and is to be reviewed in 6 months.
ChildWrite ReadChildRow(RowReader& row, const ImportRules& rules);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_IMPORTER_CHILD_ROWS_H_
