// A federation of real programs on loopback for a benchmark: signpost-hub as hub
// and as two custodians, and a signpost-node an authority, each a process of its
// own, so that CPU and memory are known by role.
//
// Members are "E08000001" and on. Each has a practitioner (who asks) and a data
// manager (who imports), and allowances that no benchmark uses up.
//
// Thread safety: one thread at a time; the channels from any.
#ifndef SIGNPOST_TESTS_BENCH_BENCH_FEDERATION_H_
#define SIGNPOST_TESTS_BENCH_BENCH_FEDERATION_H_

#include <grpcpp/channel.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/crypto/signature.h"
#include "proto/crypto/voprf.h"
#include "signpost/v1/config.pb.h"
#include "signpost/v1/directory.pb.h"
#include "signpost/v1/node.grpc.pb.h"
#include "tests/bench/bench_process.h"
#include "tests/integration/test_pki.h"

namespace signpost::bench {

class BenchFederation {
 public:
  struct Settings {
    int authorities = 1;
    uint32_t epochs = 1;      // live ones; each custodian has a share for each
    bool epochs_live = true;  // false: enrolment has nothing to do
    uint32_t delay_ms = 150;  // before a claim and before an answer
  };
  explicit BenchFederation(const Settings& settings);
  ~BenchFederation();

  static std::string Code(int authority);

  void StartHub();
  void StartCustodians();
  void StartNode(int authority);
  void StopNode(int authority);
  Process& hub() { return *hub_; }
  Process& custodian(const std::string& role) { return *custodians_.at(role); }
  Process& node(int authority) { return *nodes_.at(authority); }

  // As the practitioner ("asker") or the data manager ("manager") of the authority.
  std::shared_ptr<grpc::Channel> Channel(int authority, const std::string& person) const;
  // A whole CSV text with its header, at most 200 KiB. Every row must be accepted.
  void Import(int authority, v1::ImportKind kind, const std::string& csv);
  v1::NodeStatus Status(int authority);
  // Connected to the hub, on the newest directory, and nothing waiting for enrolment.
  void WaitReady(int authority, int64_t ms = 120'000);

  const v1::NodeConfig& config(int authority) const { return configs_.at(authority); }
  const v1::Directory& directory() const { return directory_; }
  std::string Path(const std::string& name) const { return folder_.File(name); }

 private:
  void MakeOfficers();
  void MakeHub();
  void MakeCustodian(const std::string& role);
  void MakeEpoch(uint32_t number);
  void MakeAuthority(int authority);
  void WriteDirectory();
  bool Ready(int authority);

  const Settings settings_;
  testing::TempFolder folder_;
  testing::TestCa ca_;
  SystemClock clock_;
  SystemRandom random_;
  std::vector<SigningKey> officers_;
  v1::Directory directory_;
  std::string hub_address_;
  std::map<std::string, std::map<uint32_t, CustodianShare>> shares_;  // by role and epoch
  std::map<int, v1::NodeConfig> configs_;
  std::map<int, std::unique_ptr<testing::TestCa>> people_;
  std::map<int, std::unique_ptr<v1::NodeAdminService::Stub>> status_stubs_;
  std::unique_ptr<Process> hub_;
  std::map<std::string, std::unique_ptr<Process>> custodians_;
  std::map<int, std::unique_ptr<Process>> nodes_;
};

// Invented children as CSV rows: different names, dates and 999 numbers for each number.
std::string ChildHeader();
std::string ChildRow(const std::string& case_reference, uint32_t number);
// Nearly 200 KiB of them at most; `next` moves on to the first that is not in.
std::string ChildChunk(uint32_t& next, uint32_t end);

// A store of `children` with `tags` random tags each for every epoch from 1 to `epochs`, written
// straight into the authority's database while its node is not running.
void FillStore(const v1::NodeConfig& config, uint32_t children, int tags, uint32_t epochs);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_BENCH_FEDERATION_H_
