// signpost-node: one authority's node. Reads its configuration, and runs, or
// makes its keys, or copies its database.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "node/matching/golden.h"
#include "node/service/keys.h"
#include "node/service/node.h"
#include "node/store/backup.h"
#include "node/store/column_key.h"
#include "node/store/sqlite_store.h"
#include "proto/base/bytes.h"
#include "proto/base/config.h"
#include "proto/base/daemon.h"
#include "proto/base/file.h"
#include "proto/base/log.h"
#include "proto/directory/signed_document.h"

namespace {

using signpost::Severity;

constexpr int kExitOk = 0;
constexpr int kExitUsage = 2;
constexpr int kExitConfiguration = 8;
constexpr int kExitInternal = 70;
constexpr int64_t kDrainMs = 5'000;

struct Arguments {
  std::string config;
  bool check = false;
  bool init = false;
  bool golden = false;
  signpost::node::InitRequest request;
  std::string backup_to;
  std::string restore_from;
};

int Fail(const absl::Status& status) {
  std::cerr << "signpost-node: " << status.message() << "\n";
  return kExitConfiguration;
}

// --check-config: a file that the node cannot read would stop it later; all of them at once.
bool FilesAreThere(const signpost::v1::NodeConfig& config) {
  std::vector<std::string> paths = {config.tls().certificate(),
                                    config.tls().private_key(),
                                    config.tls().federation_ca(),
                                    config.practitioner_ca(),
                                    config.practitioner_certificate(),
                                    config.anchor(),
                                    config.column_key(),
                                    config.signing_key()};
  for (const auto& key : config.sealing_keys()) paths.push_back(key.path());
  bool all = true;
  for (const std::string& path : paths) {
    if (path.empty() || access(path.c_str(), R_OK) == 0) continue;
    std::cerr << "signpost-node: cannot read " << path << ": " << std::strerror(errno) << "\n";
    all = false;
  }
  return all;
}

int Init(const signpost::v1::NodeConfig& config, Arguments& arguments) {
  const auto anchor_bytes = signpost::ReadFile(config.anchor());
  if (!anchor_bytes.ok()) return Fail(anchor_bytes.status());
  const auto anchor = signpost::ParseAnchor(*anchor_bytes);
  if (!anchor.ok()) return Fail(anchor.status());
  arguments.request.trust_domain = anchor->trust_domain();
  signpost::SystemRandom random;
  const absl::Status status = signpost::node::InitNode(config, arguments.request, random);
  if (!status.ok()) return Fail(status);
  const std::string stem = arguments.request.out_folder + "/" + config.authority();
  std::cout << "Keys are in place, readable by this user only. Send to the federation's officers:\n"
            << "  " << stem << ".csr    certificate request\n"
            << "  " << stem << ".entry  member entry, signed with this node's key\n"
            << "Put the certificate they return at " << config.tls().certificate() << ".\n";
  return kExitOk;
}

int Backup(const signpost::v1::NodeConfig& config, const std::string& to) {
  const auto key = signpost::node::ReadColumnKey(config.column_key(), config.database());
  if (!key.ok()) return Fail(key.status());
  const auto result = signpost::node::BackupStore(config.database(), *key, to);
  if (!result.ok()) return Fail(result.status());
  signpost::SystemRandom random;
  auto store = signpost::node::OpenSqliteStore({config.database(), key->Clone()}, random);
  if (store.ok()) {
    static_cast<void>((*store)->PutMeta(
        "backup.last_success_ms",
        signpost::IntBytes(8, static_cast<uint64_t>(signpost::SystemClock().NowMs()))));
  }
  std::cout
      << "Backed up to " << to << "; " << result->rows
      << " audit rows verified. The column key is not in it: keep that file safe elsewhere.\n";
  return kExitOk;
}

int Restore(const signpost::v1::NodeConfig& config, const std::string& from) {
  const auto key = signpost::node::ReadColumnKey(config.column_key(), config.database());
  if (!key.ok()) return Fail(key.status());
  const auto result = signpost::node::RestoreStore(from, *key, config.database());
  if (!result.ok()) return Fail(result.status());
  std::cout << "Restored " << config.database() << "; " << result->rows
            << " audit rows verified. Start the node.\n"
            << "Shields newer than the backup come from the file beside the database, "
            << config.database() << ".shields.\n"
            << "Without that file the node answers nobody until a data manager has compared the\n"
            << "shields with your own list: signpost child confirm-shields\n";
  return kExitOk;
}

int Run(const signpost::v1::NodeConfig& config) {
  const signpost::SystemClock clock;
  signpost::SystemRandom random;
  auto node = signpost::node::Node::Build(config, SIGNPOST_VERSION, clock, random);
  absl::Status status = node.status();
  if (status.ok()) status = (*node)->Start();
  if (!status.ok()) {
    signpost::LogStartError("start.failed", status);
    // What may be gone a moment later, such as a taken port, is worth another start.
    return absl::IsUnavailable(status) ? kExitInternal : kExitConfiguration;
  }
  signpost::Log(Severity::kInfo, "started", {{"port", (*node)->port()}});
  signpost::NotifyReady();
  signpost::WaitForStop([] { signpost::Log(Severity::kInfo, "reload.certificates_only"); },
                        [&node] { (*node)->Tick(); }, 1000);
  signpost::NotifyStopping();
  signpost::Log(Severity::kInfo, "draining");
  (*node)->Drain(kDrainMs);
  signpost::Log(Severity::kInfo, "stopped");
  return kExitOk;
}

}  // namespace

int main(int argc, char** argv) {
  signpost::HardenProcess();
  CLI::App app{
      "An authority's Signpost node: holds its own records and answers only whether "
      "somebody works with a child.",
      "signpost-node"};
  Arguments arguments;
  app.set_version_flag("--version", "signpost-node " SIGNPOST_VERSION);
  app.add_option("--config", arguments.config, "Configuration file, protobuf text format")
      ->type_name("FILE")
      ->required();
  app.add_flag("--check-config", arguments.check,
               "Name every problem of the configuration and of the files it names, and stop");
  auto* init = app.add_flag("--init", arguments.init,
                            "Make this node's keys in place; write certificate request and member "
                            "entry for the officers");
  app.add_option("--name", arguments.request.name, "With --init: the authority's name")
      ->type_name("TEXT")
      ->needs(init);
  app.add_option("--telephone", arguments.request.telephone,
                 "With --init: the contact point's telephone number")
      ->needs(init);
  app.add_option("--children", arguments.request.children,
                 "With --init: how many children's records this node will hold")
      ->type_name("N")
      ->needs(init);
  app.add_option("--out", arguments.request.out_folder, "With --init: folder for the two files")
      ->type_name("DIR")
      ->needs(init);
  app.add_flag("--golden-hash", arguments.golden,
               "Print the hash of name table and golden keys, for the officers' next epoch");
  auto* backup =
      app.add_subcommand("backup", "Copy the database to a new file and verify the copy");
  backup->add_option("--to", arguments.backup_to, "New file")->type_name("FILE")->required();
  auto* restore =
      app.add_subcommand("restore", "Put a verified backup in place of a lost database");
  restore->add_option("--from", arguments.restore_from, "Backup file")
      ->type_name("FILE")
      ->required();
  for (CLI::App* verb : {backup, restore}) verb->fallthrough();
  app.footer(
      "Without --check-config, --init or a subcommand the node runs until SIGTERM, which drains "
      "it.\n"
      "A backup may be taken while it runs. Certificates are read again when their files change;\n"
      "everything else needs a restart.\n"
      "Exit codes: 0 done or stopped; 2 wrong use; 8 configuration, keys or database; 70 cannot "
      "run\n"
      "now (the port is taken): starting again may help.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? kExitOk : kExitUsage;
  } catch (const std::exception&) {
    return kExitInternal;
  }
  signpost::v1::NodeConfig config;
  absl::Status status = signpost::ReadTextConfig(arguments.config, config);
  if (status.ok()) status = signpost::node::CheckNodeConfig(config);
  if (!status.ok()) return Fail(status);
  if (arguments.check) {
    if (!FilesAreThere(config)) return kExitConfiguration;
    std::cout << arguments.config << ": no problem found\n";
    return kExitOk;
  }
  if (arguments.golden) {
    std::cout << signpost::Hex(signpost::node::GoldenHash()) << "\n";
    return kExitOk;
  }
  if (arguments.init) {
    if (arguments.request.out_folder.empty() || arguments.request.name.empty() ||
        arguments.request.telephone.empty()) {
      std::cerr << "signpost-node: --init needs --name, --telephone, --children and --out\n";
      return kExitUsage;
    }
    return Init(config, arguments);
  }
  if (backup->parsed()) return Backup(config, arguments.backup_to);
  if (restore->parsed()) return Restore(config, arguments.restore_from);
  return Run(config);
}
