#include "tests/bench/bench_report.h"

#include <sodium.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <fstream>
#include <string_view>
#include <thread>

namespace signpost::bench {
namespace {

std::string LoadNow() {
  double load[3] = {};
  if (getloadavg(load, 3) != 3) return "unknown";
  char text[64];
  std::snprintf(text, sizeof text, "%.2f %.2f %.2f", load[0], load[1], load[2]);
  return text;
}

std::string Processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const size_t at = line.find(": ");
    if (at != std::string::npos) return line.substr(at + 2);
  }
  return "unknown processor";
}

std::string System() {
  utsname name = {};
  if (uname(&name) != 0) return "unknown system";
  return std::string(name.sysname) + " " + name.release;
}

std::string Now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &utc);
  return text;
}

// Three significant figures, without an exponent.
std::string Figure(double value) {
  const double size = std::fabs(value);
  const int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string Figure(const std::optional<double>& value) { return value ? Figure(*value) : ""; }

std::string Runs(int repeats) {
  return repeats == 1 ? "one run" : "medians of " + std::to_string(repeats) + " paired runs";
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string JsonNumber(const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) return "null";
  char text[64];
  std::snprintf(text, sizeof text, "%.9g", *value);
  return text;
}

[[noreturn]] void Usage(const char* program, const std::string& what) {
  std::fprintf(stderr,
               "Usage: %s [--repeats N] [--json] [--smoke]\n\n%s\n\n"
               "  --repeats N  paired runs, medians are told; default 5\n"
               "  --json       one JSON object instead of a table\n"
               "  --smoke      only shows that it runs; the figures mean nothing\n",
               program, what.c_str());
  std::exit(2);
}

}  // namespace

Arguments ParseArguments(int argc, char** argv, const std::string& what_it_measures) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--smoke") {
      arguments.smoke = true;
    } else if (argument == "--json") {
      arguments.json = true;
    } else if (argument == "--repeats" && i + 1 < argc && std::atoi(argv[i + 1]) > 0) {
      arguments.repeats = std::atoi(argv[++i]);
    } else {
      Usage(argv[0], what_it_measures);
    }
  }
  if (arguments.smoke) arguments.repeats = 1;
  return arguments;
}

double Median(std::vector<double> values) {
  if (values.empty()) return std::nan("");
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double Quantile(std::vector<double> values, double q) {
  if (values.empty()) return std::nan("");
  std::sort(values.begin(), values.end());
  const double at = std::ceil(q * static_cast<double>(values.size())) - 1;
  return values[static_cast<size_t>(std::max(0.0, at))];
}

Report::Report(std::string title, const Arguments& arguments)
    : title_(std::move(title)), arguments_(arguments), load_before_(LoadNow()) {}

void Report::AddRatio(const std::string& what, const std::string& unit, double measured,
                      double floor, std::optional<double> at_least) {
  Row row{what, unit, measured, floor, measured / floor, "", {}};
  if (at_least) {
    row.target = "ratio at least " + Figure(*at_least);
    row.met = *row.ratio >= *at_least;
  }
  Add(std::move(row));
}

void Report::Add(const std::string& what, const std::string& unit, double measured) {
  Add(Row{what, unit, measured, {}, {}, "", {}});
}

void Report::AddAtMost(const std::string& what, const std::string& unit, double measured,
                       double most) {
  Add(Row{what, unit, measured, {}, {}, "at most " + Figure(most), measured <= most});
}

void Report::Print() const { arguments_.json ? PrintJson() : PrintText(); }

void Report::PrintText() const {
  std::printf("%s\n%s, %u cores, %s, %s\nload before %s, after %s; %s%s\n\n", title_.c_str(),
              Processor().c_str(), std::thread::hardware_concurrency(), System().c_str(),
              Now().c_str(), load_before_.c_str(), LoadNow().c_str(),
              Runs(arguments_.repeats).c_str(),
              arguments_.smoke ? " (smoke: the figures mean nothing)" : "");
  size_t width = 10;
  for (const Row& row : rows_) width = std::max(width, row.what.size());
  const int wide = static_cast<int>(width);
  std::printf("%-*s  %10s  %10s  %7s  %-12s  %s\n", wide, "", "measured", "floor", "ratio", "unit",
              "target");
  for (const Row& row : rows_) {
    const char* verdict = !row.met ? "" : *row.met ? ": met" : ": MISSED";
    std::printf("%-*s  %10s  %10s  %7s  %-12s  %s%s\n", wide, row.what.c_str(),
                Figure(row.measured).c_str(), Figure(row.floor).c_str(), Figure(row.ratio).c_str(),
                row.unit.c_str(), row.target.c_str(), verdict);
  }
  for (const std::string& note : notes_) std::printf("\n%s\n", note.c_str());
}

void Report::PrintJson() const {
  std::printf("{\"title\":%s,\"machine\":%s,\"cores\":%u,\"system\":%s,\"at\":%s,",
              Quoted(title_).c_str(), Quoted(Processor()).c_str(),
              std::thread::hardware_concurrency(), Quoted(System()).c_str(), Quoted(Now()).c_str());
  std::printf("\"load_before\":%s,\"load_after\":%s,\"runs\":%d,\"smoke\":%s,\"rows\":[",
              Quoted(load_before_).c_str(), Quoted(LoadNow()).c_str(), arguments_.repeats,
              arguments_.smoke ? "true" : "false");
  for (size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    const char* met = !row.met ? "null" : *row.met ? "true" : "false";
    std::printf(
        "%s\n{\"what\":%s,\"unit\":%s,\"measured\":%s,\"floor\":%s,\"ratio\":%s,\"target\":%s,"
        "\"met\":%s}",
        i == 0 ? "" : ",", Quoted(row.what).c_str(), Quoted(row.unit).c_str(),
        JsonNumber(row.measured).c_str(), JsonNumber(row.floor).c_str(),
        JsonNumber(row.ratio).c_str(), Quoted(row.target).c_str(), met);
  }
  std::printf("\n],\"notes\":[");
  for (size_t i = 0; i < notes_.size(); ++i) {
    std::printf("%s%s", i == 0 ? "" : ",", Quoted(notes_[i]).c_str());
  }
  std::printf("]}\n");
}

int RunBench(const std::function<void()>& measure) {
  if (sodium_init() < 0) return 70;
  try {
    measure();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "benchmark failed: %s\n", error.what());
    return 1;
  }
  return 0;
}

}  // namespace signpost::bench
