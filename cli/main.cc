// signpost: the practitioner's, data manager's and officer's command line.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "cli/app.h"
#include "proto/base/daemon.h"

namespace {

// Everything acknowledged is safe at the node by now; nothing here needs undoing.
void Interrupted(int) {
  static constexpr char kMessage[] = "\nsignpost: interrupted. Do not read this as an answer.\n";
  [[maybe_unused]] const ssize_t n = write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
  _exit(static_cast<int>(signpost::cli::ExitCode::kInterrupted));
}

// HardenProcess blocks the stop signals for daemons; a command answers them at once.
void StopAtOnceOnSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    std::signal(number, Interrupted);
    sigaddset(&set, number);
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

bool EnvironmentSays(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  return value != nullptr && *value != '\0';
}

}  // namespace

int main(int argc, char** argv) {
  using namespace signpost;
  using namespace signpost::cli;
  HardenProcess();
  StopAtOnceOnSignals();
  const Terminal terminal = {isatty(STDOUT_FILENO) == 1, isatty(STDERR_FILENO) == 1,
                             EnvironmentSays("NO_COLOR")};
  Printer printer(std::cout, std::cerr, terminal);
  TtyPrompter prompter;
  const SystemClock clock;
  SystemRandom random;
  Context context{printer, prompter, clock, random};
  CLI::App root("Who else works with this child? Ask every other authority, and see whom to ring.",
                "signpost");
  root.set_version_flag("--version", "signpost " SIGNPOST_VERSION, "Print the version");
  AddEverything(root, context);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return static_cast<int>(RunCommandLine(root, context, arguments));
}
