// signpost-hub: reads its configuration, runs a hub or a custodian, stops well.
// Exit codes: 0 stopped or checked; 2 usage; 8 local configuration; 70 cannot run.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "hub/service/custodian_server.h"
#include "hub/service/hub_config.h"
#include "hub/service/hub_server.h"
#include "proto/base/clock.h"
#include "proto/base/config.h"
#include "proto/base/daemon.h"
#include "proto/base/log.h"

namespace signpost::hub {
namespace {

constexpr int kUsage = 2;
constexpr int kConfiguration = 8;
constexpr int kInternal = 70;

constexpr char kHelp[] =
    "Usage: signpost-hub --config FILE [--check-config]\n"
    "       signpost-hub --help | --version\n"
    "\n"
    "Runs a hub, or, when FILE holds custodian { }, a custodian of the blinding key.\n"
    "\n"
    "  --config FILE    configuration in protobuf text format (signpost.v1.HubConfig)\n"
    "  --check-config   prints every problem of the configuration and exits, 8 if there is one\n"
    "  --version        prints the version\n"
    "  --help           prints this\n"
    "\n"
    "SIGHUP reads the key files and the certificate's dates again; everything else needs a\n"
    "restart. SIGTERM drains and stops.\n"
    "Exit codes: 0 stopped or checked; 2 wrong use; 8 configuration; 70 cannot run.\n";

struct Arguments {
  std::string config;
  bool check = false;
  bool help = false;
  bool version = false;
  bool wrong = false;
};

Arguments Parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--config" && i + 1 < argc) {
      arguments.config = argv[++i];
    } else if (argument == "--check-config") {
      arguments.check = true;
    } else if (argument == "--help" || argument == "-h") {
      arguments.help = true;
    } else if (argument == "--version") {
      arguments.version = true;
    } else {
      arguments.wrong = true;
    }
  }
  const bool alone = arguments.help || arguments.version;
  if (!alone && arguments.config.empty()) arguments.wrong = true;
  return arguments;
}

// Prints every problem; true when there is none.
bool Check(const std::string& path, v1::HubConfig& config, const Clock& clock) {
  const absl::Status read = ReadTextConfig(path, config);
  if (!read.ok()) {
    std::fprintf(stderr, "%s\n", std::string(read.message()).c_str());
    return false;
  }
  const std::vector<std::string> problems = CheckHubConfig(config, clock.NowMs());
  for (const std::string& problem : problems) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), problem.c_str());
  }
  return problems.empty();
}

int RunHub(const v1::HubConfig& config, const Clock& clock) {
  auto hub = HubServer::Start(config, clock, SIGNPOST_VERSION);
  if (!hub.ok()) {
    LogStartError("hub.start_failed", hub.status());
    return kInternal;
  }
  Log(Severity::kInfo, "hub.listening", {{"port", (*hub)->port()}});
  NotifyReady();
  const auto reload = [&] {
    Log(Severity::kInfo, "hub.reload");
    (*hub)->Reload();
  };
  WaitForStop(
      reload, [] {}, 1000);
  NotifyStopping();
  (*hub)->Stop();
  return 0;
}

int RunCustodian(const v1::HubConfig& config, const std::string& path, const Clock& clock) {
  auto custodian = CustodianServer::Start(config, clock);
  if (!custodian.ok()) {
    LogStartError("custodian.start_failed", custodian.status());
    return kInternal;
  }
  Log(Severity::kInfo, "custodian.listening", {{"port", (*custodian)->port()}});
  const auto reload = [&] {
    v1::HubConfig next;
    absl::Status status = ReadTextConfig(path, next);
    if (status.ok()) status = (*custodian)->Reload(next);
    if (!status.ok()) LogStartError("custodian.reload_failed", status);
    if (status.ok()) Log(Severity::kInfo, "custodian.reloaded");
  };
  WaitForStop(
      reload, [] {}, 1000);
  NotifyStopping();
  (*custodian)->Stop();
  return 0;
}

int Main(int argc, char** argv) {
  const Arguments arguments = Parse(argc, argv);
  if (arguments.wrong) {
    std::fputs(kHelp, stderr);
    return kUsage;
  }
  if (arguments.help || arguments.version) {
    std::fputs(arguments.help ? kHelp : "signpost-hub " SIGNPOST_VERSION "\n", stdout);
    return 0;
  }
  const SystemClock clock;
  v1::HubConfig config;
  if (!Check(arguments.config, config, clock)) return kConfiguration;
  if (arguments.check) {
    std::fprintf(stdout, "%s: no problem found\n", arguments.config.c_str());
    return 0;
  }
  return config.has_custodian() ? RunCustodian(config, arguments.config, clock)
                                : RunHub(config, clock);
}

}  // namespace
}  // namespace signpost::hub

int main(int argc, char** argv) {
  signpost::HardenProcess();
  return signpost::hub::Main(argc, argv);
}
