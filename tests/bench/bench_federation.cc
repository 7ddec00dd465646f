#include "tests/bench/bench_federation.h"

#include <google/protobuf/text_format.h>

#include <chrono>
#include <filesystem>

#include "node/matching/golden.h"
#include "node/matching/match_keys.h"
#include "node/service/keys.h"
#include "proto/base/file.h"
#include "proto/crypto/possession.h"
#include "proto/directory/signed_document.h"
#include "proto/limits.h"
#include "proto/transport/channel.h"
#include "proto/transport/credentials.h"
#include "proto/transport/errors.h"
#include "signpost/v1/custody.pb.h"

namespace signpost::bench {
namespace {

using testing::TestCa;
using testing::TestLeaf;

constexpr char kTrustDomain[] = "signpost.example";
constexpr int64_t kDayMs = 24 * 3'600'000;
constexpr int64_t kReadyPollMs = 50;

std::string Spiffe(const std::string& path) {
  return std::string("spiffe://") + kTrustDomain + "/" + path;
}

void SetTls(v1::TlsFiles* files, const TestLeaf& leaf, const TestCa& ca) {
  files->set_certificate(leaf.certificate);
  files->set_private_key(leaf.private_key);
  files->set_federation_ca(ca.certificate());
}

void WriteConfig(const std::string& path, const google::protobuf::Message& config) {
  std::string text;
  Must(google::protobuf::TextFormat::PrintToString(config, &text), "a configuration cannot print");
  Must(WriteFileAtomic(path, text, 0600), path);
}

std::unique_ptr<Process> Run(const std::string& program, const std::string& config) {
  return std::make_unique<Process>(std::string(SIGNPOST_BIN_DIR) + "/" + program,
                                   std::vector<std::string>{"--config", config}, config + ".log");
}

}  // namespace

std::string BenchFederation::Code(int authority) {
  const std::string number = std::to_string(authority + 1);
  return "E08" + std::string(6 - number.size(), '0') + number;
}

BenchFederation::BenchFederation(const Settings& settings)
    : settings_(settings), ca_(folder_, "federation") {
  directory_.set_version(1);
  directory_.set_issued_ms(clock_.NowMs() - 60'000);
  directory_.set_not_after_ms(clock_.NowMs() + 30 * kDayMs);
  directory_.set_trust_domain(kTrustDomain);
  directory_.set_children(1'000'000);
  directory_.mutable_policy()->set_version(1);
  directory_.mutable_timers()->set_claim_delay_ms(settings_.delay_ms);
  directory_.mutable_timers()->set_answer_delay_ms(settings_.delay_ms);
  // A busy machine should be measured, not cut off.
  directory_.mutable_timers()->set_claim_cutoff_ms(5'000);
  directory_.mutable_timers()->set_answer_cutoff_ms(5'000);
  MakeOfficers();
  MakeHub();
  MakeCustodian("a");
  MakeCustodian("b");
  for (uint32_t epoch = 1; epoch <= settings_.epochs; ++epoch) MakeEpoch(epoch);
  for (int i = 0; i < settings_.authorities; ++i) MakeAuthority(i);
  WriteDirectory();
}

BenchFederation::~BenchFederation() = default;

void BenchFederation::MakeOfficers() {
  v1::Anchor anchor;
  anchor.set_trust_domain(kTrustDomain);
  anchor.set_threshold(1);
  officers_.push_back(SigningKey::Generate(random_));
  v1::OfficerKey* key = anchor.add_officers();
  key->set_name("officer0");
  key->set_ed25519_public(officers_.back().public_key());
  Must(WriteFileAtomic(Path("anchor"), anchor.SerializeAsString(), 0644), "anchor");
}

void BenchFederation::MakeHub() {
  const TestLeaf leaf = ca_.Issue("hub", Spiffe("hub/hub1"));
  hub_address_ = FreeAddress();
  v1::HubConfig config;
  config.set_name("hub1");
  config.set_listen(hub_address_);
  SetTls(config.mutable_tls(), leaf, ca_);
  config.set_anchor(Path("anchor"));
  config.set_directory_cache(Path("hub.directory"));
  config.set_initial_directory(Path("first.directory"));
  WriteConfig(Path("hub.txtpb"), config);
  v1::Hub* hub = directory_.add_hubs();
  hub->set_name("hub1");
  hub->set_address(hub_address_);
  hub->set_tls_pin(leaf.pin);
}

void BenchFederation::MakeCustodian(const std::string& role) {
  const std::string name = "custodian-" + role;
  const TestLeaf leaf = ca_.Issue(name, Spiffe("custodian/" + name));
  v1::HubConfig config;
  config.set_name(name);
  config.set_listen(FreeAddress());
  SetTls(config.mutable_tls(), leaf, ca_);
  config.set_anchor(Path("anchor"));
  config.set_directory_cache(Path(name + ".directory"));
  v1::CustodianConfig* custodian = config.mutable_custodian();
  custodian->set_role(role);
  for (uint32_t epoch = 1; epoch <= settings_.epochs; ++epoch) {
    CustodianShare& share = shares_[role][epoch] = GenerateShare(random_);
    v1::CustodianKey key;
    key.set_role(role);
    key.set_epoch(epoch);
    key.set_secret_share(std::string(share.secret.Expose()));
    const std::string path = Path(name + "-" + std::to_string(epoch) + ".share");
    Must(WriteNewSecretFile(path, key.SerializeAsString()), path);
    custodian->add_key_files(path);
  }
  custodian->set_meter_file(Path(name + ".meter"));
  custodian->set_hub_address(hub_address_);
  custodian->set_hub_name("hub1");
  WriteConfig(Path(name + ".txtpb"), config);
  v1::Custodian* entry = directory_.add_custodians();
  entry->set_name(name);
  entry->set_role(role);
  entry->set_address(config.listen());
  entry->set_tls_pin(leaf.pin);
}

void BenchFederation::MakeEpoch(uint32_t number) {
  const CustodianShare& a = shares_["a"].at(number);
  const CustodianShare& b = shares_["b"].at(number);
  const int64_t begin_ms = clock_.NowMs() + (settings_.epochs_live ? -kDayMs : kDayMs);
  v1::Epoch* epoch = directory_.add_epochs();
  epoch->set_epoch(number);
  epoch->set_suite(kSuite);
  epoch->set_canonicalisation_version(node::kCanonicalisationVersion);
  epoch->set_golden_hash(node::GoldenHash());
  epoch->set_public_share_a(a.public_share);
  epoch->set_public_share_b(b.public_share);
  epoch->set_proof_a(ProvePossession(a, "a", number, random_).value());
  epoch->set_proof_b(ProvePossession(b, "b", number, random_).value());
  epoch->set_not_before_ms(begin_ms);
  // Only the first is asked in; a second one is the coming one, enrolled ahead.
  epoch->set_asking_from_ms(number == 1 ? begin_ms : clock_.NowMs() + number * kDayMs);
  epoch->set_retire_at_ms(clock_.NowMs() + 9 * kDayMs);
}

void BenchFederation::MakeAuthority(int authority) {
  const std::string code = Code(authority);
  const TestLeaf leaf = ca_.Issue(code, Spiffe("authority/" + code));
  people_[authority] = std::make_unique<TestCa>(folder_, code + "-people");
  v1::NodeConfig& config = configs_[authority];
  config.set_authority(code);
  config.set_listen(FreeAddress());
  SetTls(config.mutable_tls(), leaf, ca_);
  config.set_practitioner_ca(people_[authority]->certificate());
  config.set_anchor(Path("anchor"));
  std::filesystem::create_directories(Path(code + "-db"));
  config.set_database(Path(code + "-db/node.db"));
  config.set_column_key(Path(code + ".column-key"));
  config.set_signing_key(Path(code + ".signing-key"));
  config.set_directory_cache(Path(code + ".directory"));
  config.set_hub_address(hub_address_);
  config.set_hub_name("hub1");
  config.set_training(true);
  v1::SealingKeyFile* sealing = config.add_sealing_keys();
  sealing->set_id(1);
  sealing->set_path(Path(code + ".sealing-key"));
  for (const auto& [id, role] : {std::pair<std::string, std::string>{"asker", "SOCIAL_WORKER"},
                                 {"manager", "DATA_MANAGER"}}) {
    v1::User* user = config.add_users();
    user->set_id("practitioner/" + id);
    user->set_name("A. " + id);
    user->set_organisation("Council " + code);
    user->set_telephone("01632 960123");
    user->add_roles(role);
    people_[authority]->Issue(code + "-" + id, Spiffe("authority/" + code + "/practitioner/" + id));
  }
  WriteConfig(Path(code + ".txtpb"), config);
  node::InitRequest request;
  request.name = "Authority " + code;
  request.telephone = "01632 960000";
  request.trust_domain = kTrustDomain;
  request.children = 1000;
  request.out_folder = folder_.path();
  Must(node::InitNode(config, request, random_), "keys of a node");
  v1::SignedDocument entry;
  Must(entry.ParseFromString(ReadFile(Path(code + ".entry")).value()), "member entry");
  v1::Member member = VerifyMemberEntry(entry).value();
  member.set_tls_pin(leaf.pin);
  member.set_state(v1::ACTIVE);
  member.mutable_allowances()->set_questions_per_day(1'000'000);
  member.mutable_allowances()->set_delta_batches_per_day(1'000'000);
  member.mutable_allowances()->set_enrolment_batches_per_epoch(1'000'000);
  *directory_.add_members() = member;
}

void BenchFederation::WriteDirectory() {
  v1::SignedDocument document = MakeDirectoryDocument(directory_);
  Countersign(document, "officer0", officers_[0]);
  Must(WriteFileAtomic(Path("first.directory"), document.SerializeAsString(), 0600), "directory");
}

void BenchFederation::StartHub() { hub_ = Run("signpost-hub", Path("hub.txtpb")); }

void BenchFederation::StartCustodians() {
  for (const char* role : {"a", "b"}) {
    custodians_[role] = Run("signpost-hub", Path(std::string("custodian-") + role + ".txtpb"));
  }
}

void BenchFederation::StartNode(int authority) {
  nodes_[authority] = Run("signpost-node", Path(Code(authority) + ".txtpb"));
}

void BenchFederation::StopNode(int authority) {
  status_stubs_.erase(authority);
  nodes_.erase(authority);
}

std::shared_ptr<grpc::Channel> BenchFederation::Channel(int authority,
                                                        const std::string& person) const {
  const std::string code = Code(authority);
  const TlsPaths tls{Path(code + "-" + person + ".pem"), Path(code + "-" + person + ".key"),
                     ca_.certificate()};
  auto credentials = MakeChannelCredentials(tls, Spiffe("authority/" + code));
  Must(credentials.status(), "credentials");
  return MakeChannel(configs_.at(authority).listen(), *credentials);
}

void BenchFederation::Import(int authority, v1::ImportKind kind, const std::string& csv) {
  const auto stub = v1::RecordService::NewStub(Channel(authority, "manager"));
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  v1::ImportChunkRequest request;
  request.set_kind(kind);
  request.set_csv(csv);
  request.set_first_line(2);
  v1::ImportChunkReply reply;
  Must(FromGrpc(stub->ImportChunk(&context, request, &reply)), "import");
  Must(reply.rejected() == 0, "import: a row was rejected");
}

v1::NodeStatus BenchFederation::Status(int authority) {
  auto& stub = status_stubs_[authority];
  if (stub == nullptr) stub = v1::NodeAdminService::NewStub(Channel(authority, "asker"));
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  v1::NodeStatus status;
  Must(FromGrpc(stub->GetNodeStatus(&context, v1::GetNodeStatusRequest(), &status)), "node status");
  return status;
}

bool BenchFederation::Ready(int authority) {
  const v1::NodeStatus status = Status(authority);
  if (!status.hub_connected() || status.directory_version() != directory_.version()) return false;
  if (!settings_.epochs_live) return true;
  if (status.enrolment_size() == 0 || (status.children() > 0 && status.index_tags() == 0)) {
    return false;
  }
  for (const v1::EnrolmentStatus& epoch : status.enrolment()) {
    if (epoch.enrolled() != epoch.records()) return false;
  }
  return true;
}

void BenchFederation::WaitReady(int authority, int64_t ms) {
  const int64_t until = clock_.MonotonicMs() + ms;
  while (!Ready(authority)) {
    Must(nodes_.at(authority)->Running(), "a node has stopped: see its log");
    Must(clock_.MonotonicMs() < until, "a node did not become ready in time");
    SleepMs(kReadyPollMs);
  }
}

}  // namespace signpost::bench
