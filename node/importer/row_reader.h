// One row's fields, checked as they are taken. The first fault is kept; later
// takes return empty values, so that a mapper reads straight through and asks
// once at the end.
//
// Thread safety: belongs to one thread.
// Security: a fault is a column and a reason, never the value.
#ifndef SIGNPOST_NODE_IMPORTER_ROW_READER_H_
#define SIGNPOST_NODE_IMPORTER_ROW_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/importer/columns.h"
#include "node/importer/reject.h"
#include "node/matching/identifiers.h"

namespace signpost::node {

struct RowFault {
  size_t column = 0;
  RejectReason reason = RejectReason::kMissing;
};

// What decides about a value besides the value.
struct ImportRules {
  NumberUse numbers = NumberUse::kProduction;
  int64_t now_ms = 0;
};

class RowReader {
 public:
  RowReader(const Header& header, const std::vector<std::string>& fields, const ImportRules& rules)
      : header_(header), fields_(fields), rules_(rules) {}

  const std::optional<RowFault>& fault() const { return fault_; }
  void Fail(size_t column, RejectReason reason);

  bool Has(size_t column) const { return header_.Has(column); }
  std::string_view Raw(size_t column) const { return header_.Field(fields_, column); }
  std::string Text(size_t column, size_t limit);
  std::string Required(size_t column, size_t limit);
  bool Boolean(size_t column);
  // Not after tomorrow, in UTC; a child born today in summer time is not in the future.
  std::string PastDate(size_t column);
  // At most ten years ahead.
  std::string AnyDate(size_t column);
  // The pieces between ';', without empty ones.
  std::vector<std::string> List(size_t column, size_t limit, size_t most);
  std::string NhsNumber(size_t column);
  std::string Upn(size_t column);
  std::string Postcode(size_t column);
  std::vector<std::string> Postcodes(size_t column, size_t most);

 private:
  std::string Date(size_t column, int64_t latest_ms);
  std::string CheckedPostcode(size_t column, std::string_view text);

  const Header& header_;
  const std::vector<std::string>& fields_;
  const ImportRules& rules_;
  std::optional<RowFault> fault_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_IMPORTER_ROW_READER_H_
