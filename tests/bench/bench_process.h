// Programs that a benchmark starts, and what they use: CPU time to the nanosecond
// and resident memory, a process each, so that every role is measured alone.
//
// Thread safety: one thread at a time; the functions from any thread.
#ifndef SIGNPOST_TESTS_BENCH_BENCH_PROCESS_H_
#define SIGNPOST_TESTS_BENCH_BENCH_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"

namespace signpost::bench {

// Ends the benchmark with a sentence; main prints it and exits 1.
void Must(bool ok, std::string_view what);
void Must(const absl::Status& status, std::string_view what);

// A program running until this object goes. It dies with the benchmark.
class Process {
 public:
  // Its output goes to `log`, a file.
  Process(const std::string& program, const std::vector<std::string>& arguments,
          const std::string& log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // User and system time of all its threads so far.
  double CpuSeconds() const;
  // Resident now, and the most there ever was.
  double RssMegabytes() const;
  double PeakRssMegabytes() const;
  bool Running() const;

 private:
  pid_t pid_ = -1;
  std::string program_;
};

double OwnCpuSeconds();
double ThreadCpuSeconds();
double WallSeconds();
void SleepMs(int64_t ms);

// A loopback address with a port that is free now. A port is given out once.
std::string FreeAddress();

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_BENCH_PROCESS_H_
