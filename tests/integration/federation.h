// A whole federation in one process, over real mTLS and gRPC on loopback: a hub,
// two custodians and any number of authorities, each with its own files in a
// temporary folder, and its people: "practitioner" (a social worker), "manager" (data),
// "officer" (privacy), "admin" (node), "desk" and "desk2", and the system "cases", which
// may assert social workers.
//
// Thread safety: one test at a time.
#ifndef SIGNPOST_TESTS_INTEGRATION_FEDERATION_H_
#define SIGNPOST_TESTS_INTEGRATION_FEDERATION_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hub/service/custodian_server.h"
#include "hub/service/hub_server.h"
#include "node/lookup/question_plan.h"
#include "node/service/node.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/crypto/signature.h"
#include "proto/crypto/voprf.h"
#include "proto/directory/verified_directory.h"
#include "proto/transport/credentials.h"
#include "signpost/v1/node.grpc.pb.h"
#include "tests/integration/test_pki.h"

namespace signpost::testing {

// The system's clock, whose calendar a test may move for every program of the federation.
class TestClock final : public Clock {
 public:
  int64_t NowMs() const override { return system_.NowMs() + shift_ms_; }
  int64_t MonotonicMs() const override { return system_.MonotonicMs(); }
  void Shift(int64_t ms) { shift_ms_ += ms; }

 private:
  SystemClock system_;
  std::atomic<int64_t> shift_ms_{0};
};

class TestFederation {
 public:
  struct Settings {
    int authorities = 2;
    bool start = true;                                   // hub, custodians and nodes
    std::function<void(v1::Directory&)> edit_directory;  // before it is signed
    uint32_t hub_drain_ms = 0;                           // how long StopHub() lets questions end
  };
  explicit TestFederation(Settings settings);
  ~TestFederation();
  TestFederation(const TestFederation&) = delete;
  TestFederation& operator=(const TestFederation&) = delete;

  // "E08000001" and so on.
  static std::string Code(int authority);

  void StartHub();
  void StopHub();
  void StartCustodian(const std::string& role);
  void StopCustodian(const std::string& role);
  void StartNode(int authority);
  void StopNode(int authority);
  bool running(int authority) const { return nodes_.contains(authority); }
  hub::HubServer& hub() { return *hub_; }
  node::Node& node(int authority) { return *nodes_.at(authority); }

  // Both take whole CSV texts, header included, and go through the node's API as the data manager.
  v1::ImportChunkReply Import(int authority, v1::ImportKind kind, const std::string& csv);
  // Records the child of records.h under `reference`, with one involvement that is still open.
  void Hold(int authority, const std::string& reference);
  // Until every node is connected (within a minute, after a hub that failed several times) and
  // everything imported is enrolled; false after `ms`. A node without children gets one first,
  // since an empty node answers nobody.
  bool WaitReady(int64_t ms = 75'000);
  bool WaitUntil(const std::function<bool()>& condition, int64_t ms = 15'000);

  // A question by the practitioner of `authority`.
  grpc::Status Ask(int authority, v1::AskRequest request, v1::Ledger* ledger);
  // The same by another person of the authority; without a deadline when `deadline_ms` is 0.
  grpc::Status AskAs(int authority, const std::string& person, const v1::AskRequest& request,
                     v1::Ledger* ledger, int64_t deadline_ms = 30'000);
  v1::AskRequest ByCase(const std::string& case_reference);
  v1::AskRequest ByDetails(const v1::ChildDetails& details);
  // A channel to the node as one of its people.
  std::shared_ptr<grpc::Channel> Channel(int authority, const std::string& person);
  std::vector<v1::AuditRow> Audit(int authority);
  int CountAudit(int authority, v1::AuditRow::Kind kind);

  // Issues a certificate of the authority's own CA to somebody its user table does not name.
  void IssueStranger(int authority, const std::string& person);

  // Tags of a typed child in the asking epoch, made with the custodians' secrets.
  std::vector<node::QuestionTag> Tags(const v1::ChildDetails& details);
  const CustodianShare& share(const std::string& role) const { return shares_.at(role); }
  const v1::HubConfig& custodian_config(const std::string& role) const {
    return custodian_configs_.at(role);
  }
  // A directory as it is given, signed by the first `officers` of the three.
  v1::SignedDocument SignedBy(const v1::Directory& directory, int officers) const;

  // Signs and publishes the directory with the edit applied, as the next version.
  absl::Status Publish(const std::function<void(v1::Directory&)>& edit);
  absl::Status Suspend(int authority, const std::string& reason);

  // Files of one authority, or of "hub", "custodian-a", ...
  std::string Path(const std::string& name) const { return folder_.File(name); }
  const v1::NodeConfig& config(int authority) const { return configs_.at(authority); }
  const v1::Directory& directory() const { return directory_; }
  const v1::HubConfig& hub_config() const { return hub_config_; }
  TlsPaths MemberTls(int authority) const;
  SystemRandom& random() { return random_; }
  TestClock& clock() { return clock_; }
  const SigningKey& officer(int index) const { return officers_.at(static_cast<size_t>(index)); }

 private:
  void MakeOfficers();
  void MakeHub();
  void MakeCustodian(const std::string& role);
  void MakeAuthority(int authority);
  void MakeEpoch();
  v1::SignedDocument Sign() const;

  const Settings settings_;
  TempFolder folder_;
  TestCa federation_ca_;
  TestClock clock_;
  SystemRandom random_;
  std::vector<SigningKey> officers_;
  std::map<std::string, CustodianShare> shares_;
  v1::Directory directory_;
  v1::HubConfig hub_config_;
  std::map<std::string, v1::HubConfig> custodian_configs_;
  std::map<int, v1::NodeConfig> configs_;
  std::map<int, std::unique_ptr<TestCa>> practitioner_cas_;
  std::map<int, TestLeaf> member_leaves_;
  std::unique_ptr<hub::HubServer> hub_;
  std::map<std::string, std::unique_ptr<hub::CustodianServer>> custodians_;
  std::map<int, std::unique_ptr<node::Node>> nodes_;
};

// The row of one member; fails the test when there is none.
const v1::LedgerRow& RowOf(const v1::Ledger& ledger, const std::string& member);

}  // namespace signpost::testing

#endif  // SIGNPOST_TESTS_INTEGRATION_FEDERATION_H_
