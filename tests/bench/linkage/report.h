// Tables as text for people or as one JSON object.
//
// Thread safety: values.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_REPORT_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_REPORT_H_

#include <string>
#include <vector>

namespace signpost::bench {

// A number, a text, or nothing (not measured, not defined).
struct Cell {
  enum class Kind { kNothing, kNumber, kText };
  Kind kind = Kind::kNothing;
  double number = 0;
  std::string text;
};
Cell Number(double value);
// Nothing when `of` is 0.
Cell Ratio(double value, double of);
Cell Text(std::string text);

struct Section {
  std::string title;
  std::vector<std::string> columns;  // the first is the row's name
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> notes;
};

std::string TextOf(const std::vector<Section>& sections);
// {"sections":[{"title":..,"rows":[{column: value}],"notes":[..]}]}; numbers with nine digits.
std::string JsonOf(const std::vector<Section>& sections);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_REPORT_H_
