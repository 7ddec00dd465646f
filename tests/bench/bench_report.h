// What every benchmark prints: one table, as text or JSON, of what was measured
// beside its floor, with the machine, its load and the moment; and the few
// arguments that every benchmark takes.
//
// Thread safety: values.
#ifndef SIGNPOST_TESTS_BENCH_BENCH_REPORT_H_
#define SIGNPOST_TESTS_BENCH_BENCH_REPORT_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace signpost::bench {

struct Arguments {
  bool smoke = false;  // the same route in under three seconds; its figures mean nothing
  bool json = false;
  int repeats = 5;  // paired runs; medians are told
};

// Anything else prints the usage and exits 2.
Arguments ParseArguments(int argc, char** argv, const std::string& what_it_measures);

double Median(std::vector<double> values);
// 0 <= q <= 1; the nearest sample.
double Quantile(std::vector<double> values, double q);

struct Row {
  std::string what;
  std::string unit;
  double measured = 0;
  std::optional<double> floor;
  std::optional<double> ratio;  // measured to floor, or as `what` says
  std::string target;           // in words; empty: none is set
  std::optional<bool> met;
};

class Report {
 public:
  Report(std::string title, const Arguments& arguments);
  void Add(Row row) { rows_.push_back(std::move(row)); }
  // Compared with its floor: the ratio is measured / floor.
  void AddRatio(const std::string& what, const std::string& unit, double measured, double floor,
                std::optional<double> at_least = {});
  void Add(const std::string& what, const std::string& unit, double measured);
  void AddAtMost(const std::string& what, const std::string& unit, double measured, double most);
  // A sentence below the table.
  void Note(std::string sentence) { notes_.push_back(std::move(sentence)); }
  void Print() const;

 private:
  void PrintText() const;
  void PrintJson() const;

  const std::string title_;
  const Arguments arguments_;
  const std::string load_before_;
  std::vector<Row> rows_;
  std::vector<std::string> notes_;
};

// Runs `measure`; an exception becomes a sentence and exit code 1.
int RunBench(const std::function<void()>& measure);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_BENCH_REPORT_H_
