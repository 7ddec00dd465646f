#include "tests/bench/bench_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <set>
#include <thread>

namespace signpost::bench {
namespace {

constexpr int64_t kStopMs = 8'000;
constexpr int64_t kPollMs = 5;

double SecondsOf(clockid_t clock) {
  timespec time = {};
  Must(clock_gettime(clock, &time) == 0, "a process clock cannot be read");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// The value in kB of one line of /proc/<pid>/status, as megabytes.
double StatusMegabytes(pid_t pid, const std::string& key) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(key + ":", 0) == 0) return std::stod(line.substr(key.size() + 1)) / 1024.0;
  }
  throw std::runtime_error("memory of a process cannot be read: run as the same user or as root");
}

}  // namespace

void Must(bool ok, std::string_view what) {
  if (!ok) throw std::runtime_error(std::string(what));
}

void Must(const absl::Status& status, std::string_view what) {
  if (!status.ok()) {
    throw std::runtime_error(std::string(what) + ": " + std::string(status.message()));
  }
}

Process::Process(const std::string& program, const std::vector<std::string>& arguments,
                 const std::string& log)
    : program_(program) {
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_ = fork();
  Must(pid_ >= 0, "fork failed");
  if (pid_ > 0) return;
  // Only calls that are safe between fork and exec from here on.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(out, 1);
  dup2(out, 2);
  execv(program.c_str(), argv.data());
  _exit(127);
}

Process::~Process() {
  kill(pid_, SIGTERM);
  for (int64_t waited = 0; waited < kStopMs; waited += kPollMs) {
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) return;
    SleepMs(kPollMs);
  }
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

double Process::CpuSeconds() const {
  clockid_t clock = 0;
  Must(clock_getcpuclockid(pid_, &clock) == 0, program_ + " has ended");
  return SecondsOf(clock);
}

double Process::RssMegabytes() const { return StatusMegabytes(pid_, "VmRSS"); }
double Process::PeakRssMegabytes() const { return StatusMegabytes(pid_, "VmHWM"); }

bool Process::Running() const {
  siginfo_t info = {};
  return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

double OwnCpuSeconds() { return SecondsOf(CLOCK_PROCESS_CPUTIME_ID); }
double ThreadCpuSeconds() { return SecondsOf(CLOCK_THREAD_CPUTIME_ID); }
double WallSeconds() { return SecondsOf(CLOCK_MONOTONIC); }
void SleepMs(int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

std::string FreeAddress() {
  static std::set<int> given;
  for (;;) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    Must(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "no free port");
    socklen_t size = sizeof address;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    close(fd);
    const int port = ntohs(address.sin_port);
    if (given.insert(port).second) return "127.0.0.1:" + std::to_string(port);
  }
}

}  // namespace signpost::bench
