#include "tests/integration/federation.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "node/matching/golden.h"
#include "node/matching/match_keys.h"
#include "node/service/keys.h"
#include "proto/base/file.h"
#include "proto/crypto/possession.h"
#include "proto/directory/signed_document.h"
#include "proto/transport/channel.h"
#include "proto/transport/errors.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

constexpr char kTrustDomain[] = "signpost.example";
constexpr int64_t kDayMs = 24 * 3'600'000;
constexpr uint32_t kEpoch = 1;
constexpr long kPersonSeconds = 30 * 86'400;  // people outlast a test that moves the calendar

const bool kSodiumStarted = sodium_init() >= 0;

void Must(const absl::Status& status) {
  INFO(status.message());
  REQUIRE(status.ok());
}

std::string Spiffe(const std::string& path) {
  return std::string("spiffe://") + kTrustDomain + "/" + path;
}

// A loopback port that is free now. Ports given out once are not given out again.
std::string FreeAddress() {
  static std::set<int> given;
  for (;;) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t size = sizeof address;
    REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    close(fd);
    const int port = ntohs(address.sin_port);
    if (given.insert(port).second) return "127.0.0.1:" + std::to_string(port);
  }
}

void SetTls(v1::TlsFiles* files, const TestLeaf& leaf, const TestCa& ca) {
  files->set_certificate(leaf.certificate);
  files->set_private_key(leaf.private_key);
  files->set_federation_ca(ca.certificate());
}

}  // namespace

std::string TestFederation::Code(int authority) {
  const std::string number = std::to_string(authority + 1);
  return "E08" + std::string(6 - number.size(), '0') + number;
}

TestFederation::TestFederation(Settings settings)
    : settings_(std::move(settings)), federation_ca_(folder_, "federation") {
  directory_.set_version(1);
  directory_.set_issued_ms(clock_.NowMs() - 60'000);
  directory_.set_not_after_ms(clock_.NowMs() + 30 * kDayMs);
  directory_.set_trust_domain(kTrustDomain);
  directory_.set_children(1'000'000);
  directory_.mutable_policy()->set_version(1);
  MakeOfficers();
  MakeHub();
  MakeCustodian("a");
  MakeCustodian("b");
  MakeEpoch();
  for (int i = 0; i < settings_.authorities; ++i) MakeAuthority(i);
  if (settings_.edit_directory) settings_.edit_directory(directory_);
  Must(WriteFileAtomic(hub_config_.initial_directory(), Sign().SerializeAsString(), 0600));
  if (!settings_.start) return;
  StartHub();
  StartCustodian("a");
  StartCustodian("b");
  for (int i = 0; i < settings_.authorities; ++i) StartNode(i);
}

TestFederation::~TestFederation() {
  nodes_.clear();
  custodians_.clear();
  hub_.reset();
}

void TestFederation::MakeOfficers() {
  v1::Anchor anchor;
  anchor.set_trust_domain(kTrustDomain);
  anchor.set_threshold(2);
  for (int i = 0; i < 3; ++i) {
    officers_.push_back(SigningKey::Generate(random_));
    v1::OfficerKey* key = anchor.add_officers();
    key->set_name("officer" + std::to_string(i));
    key->set_ed25519_public(officers_.back().public_key());
  }
  const TestLeaf leaf = federation_ca_.Issue("officer0", Spiffe("officer/officer0"));
  v1::Officer* officer = directory_.add_officers();
  officer->set_name("officer0");
  officer->set_tls_pin(leaf.pin);
  Must(WriteFileAtomic(Path("anchor"), anchor.SerializeAsString(), 0644));
}

void TestFederation::MakeHub() {
  const TestLeaf leaf = federation_ca_.Issue("hub", Spiffe("hub/hub1"));
  hub_config_.set_name("hub1");
  hub_config_.set_listen(FreeAddress());
  SetTls(hub_config_.mutable_tls(), leaf, federation_ca_);
  hub_config_.set_anchor(Path("anchor"));
  hub_config_.set_directory_cache(Path("hub.directory"));
  hub_config_.set_initial_directory(Path("first.directory"));
  hub_config_.mutable_limits()->set_drain_ms(settings_.hub_drain_ms);
  v1::Hub* hub = directory_.add_hubs();
  hub->set_name("hub1");
  hub->set_address(hub_config_.listen());
  hub->set_tls_pin(leaf.pin);
}

void TestFederation::MakeCustodian(const std::string& role) {
  const std::string name = "custodian-" + role;
  const TestLeaf leaf = federation_ca_.Issue(name, Spiffe("custodian/" + name));
  v1::HubConfig& config = custodian_configs_[role];
  config.set_name(name);
  config.set_listen(FreeAddress());
  SetTls(config.mutable_tls(), leaf, federation_ca_);
  config.set_anchor(Path("anchor"));
  config.set_directory_cache(Path(name + ".directory"));
  config.set_initial_directory(Path("first.directory"));
  shares_[role] = GenerateShare(random_);
  v1::CustodianKey key;
  key.set_role(role);
  key.set_epoch(kEpoch);
  key.set_secret_share(std::string(shares_[role].secret.Expose()));
  Must(WriteNewSecretFile(Path(name + ".share"), key.SerializeAsString()));
  v1::CustodianConfig* custodian = config.mutable_custodian();
  custodian->set_role(role);
  custodian->add_key_files(Path(name + ".share"));
  custodian->set_meter_file(Path(name + ".meter"));
  custodian->set_hub_address(hub_config_.listen());
  custodian->set_hub_name("hub1");
  v1::Custodian* entry = directory_.add_custodians();
  entry->set_name(name);
  entry->set_role(role);
  entry->set_address(config.listen());
  entry->set_tls_pin(leaf.pin);
}

void TestFederation::MakeEpoch() {
  v1::Epoch* epoch = directory_.add_epochs();
  epoch->set_epoch(kEpoch);
  epoch->set_suite(kSuite);
  epoch->set_canonicalisation_version(node::kCanonicalisationVersion);
  epoch->set_golden_hash(node::GoldenHash());
  epoch->set_public_share_a(shares_["a"].public_share);
  epoch->set_public_share_b(shares_["b"].public_share);
  epoch->set_proof_a(ProvePossession(shares_["a"], "a", kEpoch, random_).value());
  epoch->set_proof_b(ProvePossession(shares_["b"], "b", kEpoch, random_).value());
  epoch->set_not_before_ms(clock_.NowMs() - kDayMs);
  epoch->set_asking_from_ms(clock_.NowMs() - kDayMs);
  epoch->set_retire_at_ms(clock_.NowMs() + 9 * kDayMs);
}

void TestFederation::MakeAuthority(int authority) {
  const std::string code = Code(authority);
  const TestLeaf leaf = federation_ca_.Issue(code, Spiffe("authority/" + code));
  member_leaves_[authority] = leaf;
  practitioner_cas_[authority] = std::make_unique<TestCa>(folder_, code + "-people");
  v1::NodeConfig& config = configs_[authority];
  config.set_authority(code);
  config.set_listen(FreeAddress());
  SetTls(config.mutable_tls(), leaf, federation_ca_);
  config.set_practitioner_ca(practitioner_cas_[authority]->certificate());
  config.set_anchor(Path("anchor"));
  std::filesystem::create_directories(Path(code + "-db"));
  config.set_database(Path(code + "-db/node.db"));
  config.set_column_key(Path(code + ".column-key"));
  config.set_signing_key(Path(code + ".signing-key"));
  config.set_directory_cache(Path(code + ".directory"));
  config.set_hub_address(hub_config_.listen());
  config.set_hub_name("hub1");
  config.set_training(true);
  v1::SealingKeyFile* sealing = config.add_sealing_keys();
  sealing->set_id(1);
  sealing->set_path(Path(code + ".sealing-key"));
  const auto person = [&](const std::string& id, std::vector<std::string> roles,
                          const std::string& kind = "practitioner") {
    v1::User* user = config.add_users();
    user->set_id(kind + "/" + id);
    user->set_name("A. " + id);
    user->set_organisation("Council " + std::to_string(authority));
    user->set_telephone("01632 960123");
    for (std::string& role : roles) user->add_roles(std::move(role));
    practitioner_cas_[authority]->Issue(
        code + "-" + id, Spiffe("authority/" + code + "/" + user->id()), kPersonSeconds);
    return user;
  };
  person("practitioner", {"SOCIAL_WORKER"});
  person("manager", {"DATA_MANAGER"});
  person("officer", {"PRIVACY_OFFICER"});
  person("admin", {"NODE_ADMIN"});
  person("desk", {"DESK_WORKER"});
  person("desk2", {"DESK_WORKER"});
  person("cases", {"DATA_MANAGER"}, "system")->add_may_assert("SOCIAL_WORKER");
  node::InitRequest request;
  request.name = "Authority " + std::to_string(authority);
  request.telephone = "01632 96000" + std::to_string(authority);
  request.trust_domain = kTrustDomain;
  request.children = 1000;
  request.out_folder = folder_.path();
  Must(node::InitNode(config, request, random_));
  v1::SignedDocument entry;
  REQUIRE(entry.ParseFromString(ReadFile(Path(code + ".entry")).value()));
  v1::Member member = VerifyMemberEntry(entry).value();
  member.set_tls_pin(leaf.pin);
  member.set_state(v1::ACTIVE);
  *directory_.add_members() = member;
}

v1::SignedDocument TestFederation::SignedBy(const v1::Directory& directory, int officers) const {
  v1::SignedDocument document = MakeDirectoryDocument(directory);
  for (int i = 0; i < officers; ++i) {
    Countersign(document, "officer" + std::to_string(i), officers_.at(static_cast<size_t>(i)));
  }
  return document;
}

v1::SignedDocument TestFederation::Sign() const { return SignedBy(directory_, 2); }

std::vector<node::QuestionTag> TestFederation::Tags(const v1::ChildDetails& details) {
  const v1::Epoch& epoch = directory_.epochs(0);
  auto plan = node::PlanQuestion(
      details, epoch, nullptr, [](uint8_t, std::string_view) { return std::string(16, '0'); },
      random_);
  Must(plan.status());
  const auto evaluate = [&](const std::string& role) {
    return Evaluate(shares_.at(role).secret, shares_.at(role).public_share, plan->points(), random_)
        .value();
  };
  const Evaluation a = evaluate("a");
  const Evaluation b = evaluate("b");
  return node::FinishPlan(*std::move(plan), epoch, a, b).value();
}

void TestFederation::IssueStranger(int authority, const std::string& person) {
  const std::string code = Code(authority);
  practitioner_cas_.at(authority)->Issue(code + "-" + person,
                                         Spiffe("authority/" + code + "/practitioner/" + person));
}

void TestFederation::StartHub() {
  auto hub = hub::HubServer::Start(hub_config_, clock_, "test");
  Must(hub.status());
  hub_ = *std::move(hub);
}
void TestFederation::StopHub() {
  hub_->Stop();
  hub_.reset();
}
void TestFederation::StartCustodian(const std::string& role) {
  auto custodian = hub::CustodianServer::Start(custodian_configs_.at(role), clock_);
  Must(custodian.status());
  custodians_[role] = *std::move(custodian);
}
void TestFederation::StopCustodian(const std::string& role) { custodians_.erase(role); }

void TestFederation::StartNode(int authority) {
  auto node = node::Node::Build(configs_.at(authority), "test", clock_, random_);
  Must(node.status());
  Must((*node)->Start());
  nodes_[authority] = *std::move(node);
}
void TestFederation::StopNode(int authority) { nodes_.erase(authority); }

TlsPaths TestFederation::MemberTls(int authority) const {
  const TestLeaf& leaf = member_leaves_.at(authority);
  return {leaf.certificate, leaf.private_key, federation_ca_.certificate()};
}

std::shared_ptr<grpc::Channel> TestFederation::Channel(int authority, const std::string& person) {
  const std::string code = Code(authority);
  const TlsPaths tls{Path(code + "-" + person + ".pem"), Path(code + "-" + person + ".key"),
                     federation_ca_.certificate()};
  auto credentials = MakeChannelCredentials(tls, Spiffe("authority/" + code));
  Must(credentials.status());
  return MakeChannel(configs_.at(authority).listen(), *credentials);
}

v1::ImportChunkReply TestFederation::Import(int authority, v1::ImportKind kind,
                                            const std::string& csv) {
  const auto stub = v1::RecordService::NewStub(Channel(authority, "manager"));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  v1::ImportChunkRequest request;
  request.set_kind(kind);
  request.set_csv(csv);
  request.set_first_line(2);
  v1::ImportChunkReply reply;
  Must(FromGrpc(stub->ImportChunk(&context, request, &reply)));
  return reply;
}

void TestFederation::Hold(int authority, const std::string& reference) {
  REQUIRE(Import(authority, v1::IMPORT_CHILDREN, ZebedeeCsv(reference)).accepted() == 1);
  REQUIRE(Import(authority, v1::IMPORT_INVOLVEMENTS, InvolvementCsv(reference)).accepted() == 1);
}

bool TestFederation::WaitUntil(const std::function<bool()>& condition, int64_t ms) {
  const int64_t until = clock_.MonotonicMs() + ms;
  while (!condition()) {
    if (clock_.MonotonicMs() >= until) return false;
    for (const auto& [authority, node] : nodes_) node->Tick();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

bool TestFederation::WaitReady(int64_t ms) {
  // A node that holds nobody has no answer yet, so every node gets one child of its own.
  for (const auto& [authority, node] : nodes_) {
    if (node->Status().children() > 0) continue;
    Import(authority, v1::IMPORT_CHILDREN,
           "case_reference,given_name,family_name,date_of_birth,sex,postcode\nfiller,Filbert,Of" +
               Code(authority) + ",2011-01-0" + std::to_string(1 + authority % 9) + ",M,AB1 2CD\n");
  }
  return WaitUntil(
      [this] {
        for (const auto& [authority, node] : nodes_) {
          const v1::NodeStatus status = node->Status();
          if (!status.hub_connected() || status.directory_version() != directory_.version() ||
              status.enrolment_size() == 0 || status.waiting_for_enrolment() != 0 ||
              (status.children() > 0 && status.index_tags() == 0)) {
            return false;
          }
        }
        return true;
      },
      ms);
}

v1::AskRequest TestFederation::ByCase(const std::string& case_reference) {
  v1::AskRequest request;
  request.set_request_id(random_.Bytes(16));
  request.set_case_reference(case_reference);
  request.set_purpose(v1::S47_ENQUIRY);
  request.set_lawful_basis("Children Act 2004 s.16LA");
  return request;
}

v1::AskRequest TestFederation::ByDetails(const v1::ChildDetails& details) {
  v1::AskRequest request = ByCase("");
  *request.mutable_details() = details;
  return request;
}

grpc::Status TestFederation::Ask(int authority, v1::AskRequest request, v1::Ledger* ledger) {
  return AskAs(authority, "practitioner", request, ledger);
}

grpc::Status TestFederation::AskAs(int authority, const std::string& person,
                                   const v1::AskRequest& request, v1::Ledger* ledger,
                                   int64_t deadline_ms) {
  const auto stub = v1::LookupService::NewStub(Channel(authority, person));
  grpc::ClientContext context;
  if (deadline_ms > 0) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(deadline_ms));
  }
  return stub->AskOnce(&context, request, ledger);
}

std::vector<v1::AuditRow> TestFederation::Audit(int authority) {
  const auto stub = v1::AuditService::NewStub(Channel(authority, "officer"));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const auto reader = stub->ListAudit(&context, v1::ListAuditRequest());
  std::vector<v1::AuditRow> rows;
  v1::AuditRow row;
  while (reader->Read(&row)) rows.push_back(row);
  Must(FromGrpc(reader->Finish()));
  return rows;
}

int TestFederation::CountAudit(int authority, v1::AuditRow::Kind kind) {
  int count = 0;
  for (const v1::AuditRow& row : Audit(authority)) count += row.kind() == kind;
  return count;
}

absl::Status TestFederation::Publish(const std::function<void(v1::Directory&)>& edit) {
  directory_.set_previous_hash(hub_->book().Newest()->hash());
  directory_.set_version(directory_.version() + 1);
  directory_.set_issued_ms(clock_.NowMs());
  edit(directory_);
  return hub_->book().Offer(Sign(), clock_.NowMs()).status();
}

absl::Status TestFederation::Suspend(int authority, const std::string& reason) {
  v1::SuspensionOrder order;
  order.set_member(Code(authority));
  order.set_reason(reason);
  order.set_directory_version(directory_.version());
  order.set_issued_ms(clock_.NowMs());
  order.set_expires_ms(clock_.NowMs() + 3'600'000);
  v1::SignedDocument document = MakeSuspensionDocument(order);
  Countersign(document, "officer2", officers_[2]);
  return hub_->book().OfferOrder(document, clock_.NowMs()).status();
}

const v1::LedgerRow& RowOf(const v1::Ledger& ledger, const std::string& member) {
  for (const v1::LedgerRow& row : ledger.rows()) {
    if (row.member() == member) return row;
  }
  FAIL("no row for " << member);
  return ledger.rows(0);
}

}  // namespace signpost::testing
