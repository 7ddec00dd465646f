// The documented columns of an import, the header that orders them, and one row
// read through it.
//
// Thread safety: values.
// Security: an error about a header names unknown columns, shortened and only if
// they are plain letters: a file without a header would show a child's data there.
#ifndef SIGNPOST_NODE_IMPORTER_COLUMNS_H_
#define SIGNPOST_NODE_IMPORTER_COLUMNS_H_

#include <absl/types/span.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"

namespace signpost::node {

struct ColumnSpec {
  std::string_view name;
  bool required = false;  // must be in the header, and not empty in a row
};

class Header {
 public:
  // INVALID_ARGUMENT: unknown, repeated or missing columns; the known ones are listed.
  static absl::StatusOr<Header> Parse(const std::vector<std::string>& fields,
                                      absl::Span<const ColumnSpec> columns);

  size_t size() const { return size_; }

  // The trimmed field of column `at` (its place in the list of ColumnSpec); empty when the file has
  // no such column.
  std::string_view Field(const std::vector<std::string>& fields, size_t at) const;
  // The column that field number `field` belongs to, by its place in the list; columns() if none.
  size_t ColumnOf(size_t field) const;
  size_t columns() const { return places_.size(); }
  bool Has(size_t at) const { return places_[at] >= 0; }

 private:
  std::vector<int> places_;  // by column: index of its field, or -1
  size_t size_ = 0;
};

// Without leading and trailing spaces and tabs.
std::string_view Trim(std::string_view text);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_IMPORTER_COLUMNS_H_
