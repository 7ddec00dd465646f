// A small federation in memory: real keys, a signed directory, two custodians'
// shares, and members that each hold a store of records. No network; the test
// carries every message itself and may alter it on the way.
#ifndef SIGNPOST_TESTS_UNIT_LOOKUP_FIXTURE_H_
#define SIGNPOST_TESTS_UNIT_LOOKUP_FIXTURE_H_

#include <sodium.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "node/lookup/answerer.h"
#include "node/lookup/asker.h"
#include "node/lookup/enrolment_plan.h"
#include "node/lookup/local_answer.h"
#include "proto/base/clock.h"
#include "proto/crypto/kdf.h"
#include "proto/crypto/possession.h"
#include "proto/directory/signed_document.h"

namespace signpost::node {

inline constexpr int64_t kStart = 1'790'000'400'000;  // 2026-09-21, at the start of a slot
inline constexpr uint32_t kEpoch = 7;

class FakeStore final : public LookupStore {
 public:
  absl::StatusOr<ChildRow> GetChild(int64_t id) override {
    ++records_read;
    if (records_broken) return absl::DataLossError("record");
    const auto found = children.find(id);
    if (found == children.end()) return absl::NotFoundError("none");
    return found->second;
  }
  absl::StatusOr<ChildRow> GetChildByCase(std::string_view reference) override {
    for (const auto& [id, child] : children) {
      if (child.case_reference == reference) return child;
    }
    return absl::NotFoundError("none");
  }
  absl::StatusOr<std::vector<InvolvementRow>> ListInvolvements(int64_t id) override {
    return involvements[id];
  }
  absl::StatusOr<std::vector<ClaimRow>> ClaimRows(absl::Span<const int64_t> ids, int64_t,
                                                  int64_t) override {
    ++flag_reads;
    if (flags_broken) return absl::DataLossError("flags");
    std::vector<ClaimRow> rows;
    for (const int64_t id : ids) {
      const auto child = children.find(id);
      if (child == children.end()) continue;
      ClaimRow row;
      row.child_id = id;
      row.flags = child->second.flags;
      row.ordinary_now = true;
      rows.push_back(row);
    }
    return rows;
  }
  std::string KeyDigest(uint8_t type, std::string_view key) const override {
    return Sha256(std::string(1, static_cast<char>(type)) + std::string(key)).substr(0, 16);
  }
  absl::StatusOr<std::vector<int64_t>> FindByKeys(absl::Span<const MatchKey> keys,
                                                  size_t) override {
    if (keys_broken) return absl::DataLossError("keys");
    std::vector<int64_t> found;
    for (const auto& [id, child] : children) {
      for (const MatchKey& held : HolderKeys(Normalise(child.details))) {
        if (std::find(keys.begin(), keys.end(), held) == keys.end()) continue;
        found.push_back(id);
        break;
      }
    }
    return found;
  }
  absl::StatusOr<TagSet> LoadTags(uint32_t, int64_t id) override {
    const auto found = tags.find(id);
    if (found == tags.end()) return absl::NotFoundError("none");
    TagSet copy;
    copy.child_id = id;
    for (const StoredTag& tag : found->second.tags) {
      copy.tags.push_back({tag.key_type, tag.ask_only, tag.key_digest, tag.hint, tag.poss.Clone()});
    }
    return copy;
  }
  absl::Status ForEachHint(uint32_t, const HintVisitor& visit) override {
    for (const auto& [id, set] : tags) {
      std::vector<HintView> views;
      for (const StoredTag& tag : set.tags) {
        views.push_back({static_cast<uint16_t>(views.size()), tag.key_type, tag.ask_only,
                         tag.key_digest, tag.hint});
      }
      visit(id, 1, views);
    }
    return absl::OkStatus();
  }
  absl::StatusOr<uint64_t> AppendAudit(std::vector<v1::AuditRow> rows,
                                       absl::Span<const SeenEntry> seen, int64_t now_ms) override {
    return AppendAuditAndDesk(std::move(rows), seen, {}, now_ms);
  }
  absl::StatusOr<uint64_t> AppendAuditAndDesk(std::vector<v1::AuditRow> rows,
                                              absl::Span<const SeenEntry> seen,
                                              std::vector<v1::DeskItem> items, int64_t) override {
    ++commits;
    if (audit_broken) return absl::UnavailableError("disk full");
    for (const v1::DeskItem& item : items) {
      if (item.reason() == refused_reason) return absl::InvalidArgumentError("item");
    }
    for (const SeenEntry& entry : seen) {
      if (seen_ids.contains(entry.id)) return absl::AlreadyExistsError("seen");
    }
    for (const SeenEntry& entry : seen) seen_ids.insert(entry.id);
    for (v1::AuditRow& row : rows) audit.push_back(std::move(row));
    for (v1::DeskItem& item : items) desk.push_back(std::move(item));
    return audit.size();
  }
  absl::Status CountTouches(absl::Span<const Touches> counted, int64_t) override {
    if (audit_broken) return absl::UnavailableError("disk full");
    for (const Touches& t : counted) touches[t.child_id] += t.times;
    return absl::OkStatus();
  }
  AuditCheckpoint CurrentCheckpoint() const override { return {1, kStart, std::string(32, 'h')}; }

  std::vector<v1::DeskItem> Desk(v1::DeskKind kind) const {
    std::vector<v1::DeskItem> items;
    for (const v1::DeskItem& item : desk) {
      if (item.kind() == kind) items.push_back(item);
    }
    return items;
  }
  size_t CountAudit(v1::AuditRow::Kind kind) const {
    size_t count = 0;
    for (const v1::AuditRow& row : audit) count += row.kind() == kind;
    return count;
  }

  std::map<int64_t, ChildRow> children;
  std::map<int64_t, std::vector<InvolvementRow>> involvements;
  std::map<int64_t, TagSet> tags;
  std::vector<v1::AuditRow> audit;
  std::vector<v1::DeskItem> desk;
  std::map<int64_t, uint32_t> touches;
  std::set<std::string> seen_ids;
  std::string refused_reason = "nothing is refused";
  bool audit_broken = false;
  bool flags_broken = false;
  bool records_broken = false;
  bool keys_broken = false;
  size_t records_read = 0;
  size_t flag_reads = 0;
  size_t commits = 0;
};

inline v1::ChildDetails Alice() {
  v1::ChildDetails details;
  v1::PersonName& name = *details.add_names();
  name.set_kind(v1::PersonName::CURRENT);
  name.set_given("Alizeh");
  name.set_family("Quillfeather");
  details.set_date_of_birth("2016-05-17");
  details.set_sex(v1::FEMALE);
  v1::Address& address = *details.add_addresses();
  address.set_kind(v1::Address::CURRENT);
  address.set_house("12");
  address.set_street("Harbour Street");
  address.set_town("Leeds");
  address.set_postcode("LS1 4AP");
  details.set_nhs_number("9990000018");
  return details;
}

inline v1::Involvement SocialWork(std::string_view start, std::string_view end) {
  v1::Involvement involvement;
  involvement.set_service(v1::CHILDRENS_SOCIAL_CARE);
  involvement.set_organisation("Children's services");
  involvement.set_practitioner("A. Example");
  involvement.set_telephone("01632 960001");
  involvement.set_start_on(std::string(start));
  involvement.set_end_on(std::string(end));
  return involvement;
}

struct TestMember {
  TestMember(std::string_view member_code, const Clock& clock, Random& random)
      : code(member_code),
        signing(SigningKey::Generate(random)),
        alerts(store, clock),
        replay(kStart - 60'000) {
    sealing.emplace(3, X25519PrivateKey::Generate(random));
  }
  int64_t Hold(const v1::ChildDetails& details, std::vector<v1::Involvement> involvements) {
    ChildRow row;
    row.id = static_cast<int64_t>(store.children.size()) + 1;
    row.case_reference = "case-" + std::to_string(row.id);
    row.details = details;
    row.revision = 1;
    for (const v1::Involvement& involvement : involvements) {
      store.involvements[row.id].push_back({1, row.id, "i", involvement, 0});
    }
    store.children[row.id] = row;
    return row.id;
  }

  std::string code;
  SigningKey signing;
  std::map<uint32_t, X25519PrivateKey> sealing;
  FakeStore store;
  DeskAlerts alerts;
  TagIndex index;
  ReplayGuard replay;
  std::unique_ptr<DirectoryBook> book;
  std::unique_ptr<Answerer> answerer;
};

class Federation {
 public:
  explicit Federation(int members = 5) : clock(kStart), officer_(SigningKey::Generate(random)) {
    REQUIRE(sodium_init() >= 0);
    share_a_ = GenerateShare(random);
    share_b_ = GenerateShare(random);
    for (int i = 0; i < members; ++i) {
      all.push_back(
          std::make_unique<TestMember>("E0900000" + std::to_string(i + 1), clock, random));
    }
    v1::Anchor anchor;
    anchor.set_trust_domain("signpost.example");
    anchor.set_threshold(1);
    v1::OfficerKey& key = *anchor.add_officers();
    key.set_name("officer-1");
    key.set_ed25519_public(officer_.public_key());
    MakeFirst();
    for (auto& member : all) {
      auto book = DirectoryBook::Open({anchor, ""}, kStart);
      REQUIRE(book.ok());
      member->book = *std::move(book);
      member->answerer = std::make_unique<Answerer>(
          Answerer::Options{member->code, &member->signing, &member->sealing, 64}, *member->book,
          member->index, member->store, member->alerts, member->replay, clock, random);
    }
    Publish();
  }

  TestMember& at(size_t i) { return *all[i]; }
  TestMember& asker() { return *all[0]; }

  // Signs `directory` and gives it to every member, or only to those before `until`.
  void Publish(size_t until = 1000) {
    v1::SignedDocument document = MakeDirectoryDocument(directory);
    Countersign(document, "officer-1", officer_);
    for (size_t i = 0; i < all.size() && i < until; ++i) {
      const auto offered = all[i]->book->Offer(document, clock.NowMs());
      INFO(offered.status().ToString());
      REQUIRE(offered.ok());
    }
  }
  // The next version, as `directory`, not yet published.
  void NextVersion() {
    directory.set_previous_hash(all[0]->book->Newest()->hash());
    directory.set_version(directory.version() + 1);
  }
  void Suspend(const std::string& member) {
    v1::SuspensionOrder order;
    order.set_member(member);
    order.set_reason("KEY_COMPROMISED");
    order.set_directory_version(directory.version());
    order.set_issued_ms(clock.NowMs());
    order.set_expires_ms(clock.NowMs() + 3'600'000);
    v1::SignedDocument document = MakeSuspensionDocument(order);
    Countersign(document, "officer-1", officer_);
    for (auto& m : all) {
      const auto offered = m->book->OfferOrder(document, clock.NowMs());
      INFO(offered.status().ToString());
      REQUIRE(offered.ok());
    }
  }

  Evaluation EvaluateA(const std::string& points) {
    return *Evaluate(share_a_.secret, share_a_.public_share, points, random);
  }
  Evaluation EvaluateB(const std::string& points) {
    return *Evaluate(share_b_.secret, share_b_.public_share, points, random);
  }
  const v1::Epoch& epoch() const { return directory.epochs(0); }
  static KeyDigestFunction DigestOf(TestMember& member) {
    return
        [&member](uint8_t type, std::string_view key) { return member.store.KeyDigest(type, key); };
  }

  // Enrols every record and builds the index.
  void Enrol(TestMember& member) {
    EnrolmentPlanner planner(epoch(), DigestOf(member), random, 64);
    for (const auto& [id, child] : member.store.children) REQUIRE(planner.Add(child).ok());
    std::vector<HintEntry> entries;
    while (true) {
      auto batch = planner.NextBatch();
      REQUIRE(batch.ok());
      if (!batch->has_value()) break;
      const Evaluation a = EvaluateA((*batch)->points());
      const Evaluation b = EvaluateB((*batch)->points());
      auto sets = FinishBatch(std::move(**batch), epoch(), a, b);
      REQUIRE(sets.ok());
      for (TagSet& set : *sets) {
        for (size_t i = 0; i < set.tags.size(); ++i) {
          if (set.tags[i].ask_only) continue;
          HintEntry entry;
          std::copy(set.tags[i].hint.begin(), set.tags[i].hint.end(), entry.hint.begin());
          entry.ref = {set.child_id, 1, static_cast<uint16_t>(i), set.tags[i].key_type};
          entries.push_back(entry);
        }
        const int64_t id = set.child_id;
        member.store.tags[id] = std::move(set);
      }
    }
    member.index.SetHints(kEpoch, HintSet::Build(std::move(entries)), clock.NowMs(),
                          SlotOf(clock.NowMs()));
  }
  void EnrolAll() {
    for (auto& member : all) Enrol(*member);
  }

  static v1::Intro GoodIntro() {
    v1::Intro intro;
    intro.set_person("B. Asker");
    intro.set_role(v1::SOCIAL_WORKER);
    intro.set_organisation("Children's services");
    intro.set_purpose(v1::S47_ENQUIRY);
    intro.set_contact_telephone("01632 960444");
    return intro;
  }
  static v1::Intro BreakGlassIntro() {
    v1::Intro intro = GoodIntro();
    intro.set_break_glass_reason("Child missing since this morning");
    return intro;
  }
  std::vector<QuestionTag> Tags(const v1::ChildDetails& details) {
    auto plan = PlanQuestion(details, epoch(), nullptr, DigestOf(asker()), random);
    REQUIRE(plan.ok());
    const Evaluation a = EvaluateA(plan->points());
    const Evaluation b = EvaluateB(plan->points());
    auto tags = FinishPlan(*std::move(plan), epoch(), a, b);
    REQUIRE(tags.ok());
    return *std::move(tags);
  }
  std::unique_ptr<Asker> Ask(const v1::ChildDetails& details, v1::Intro intro = GoodIntro(),
                             uint32_t deadline_ms = 20'000) {
    AskerQuestion question;
    question.intro = std::move(intro);
    question.details = details;
    question.tags = Tags(details);
    question.epoch = kEpoch;
    auto made = Asker::Start({asker().code, &asker().signing, deadline_ms},
                             asker().book->Snapshot(clock.NowMs()), std::move(question),
                             clock.NowMs(), random);
    INFO(made.status().ToString());
    REQUIRE(made.ok());
    (*made)->Sent(clock.MonotonicMs());
    return *std::move(made);
  }

  static v1::QuestionFrame FrameFor(const v1::AskQuestion& message, const std::string& code) {
    v1::QuestionFrame frame;
    frame.set_header(message.header());
    frame.set_body(message.body());
    frame.set_enc(message.enc());
    for (const v1::Wrap& wrap : message.wraps()) {
      if (wrap.member() != code) continue;
      frame.set_sealing_key_id(wrap.sealing_key_id());
      frame.set_wrapped_key(wrap.wrapped_key());
    }
    return frame;
  }
  absl::StatusOr<TimedReply> Put(const Asker& question, TestMember& member) {
    return member.answerer->OnQuestion(FrameFor(question.Message(), member.code),
                                       clock.MonotonicMs());
  }
  v1::AskReveals Reveals(Asker& question) {
    return question.MakeReveals(clock.MonotonicMs(), asker().book->Snapshot(clock.NowMs()));
  }
  absl::StatusOr<TimedReply> Reveal(const Asker& question, const v1::AskReveals& reveals,
                                    TestMember& member) {
    v1::RevealFrame frame;
    frame.set_qid(question.qid());
    for (const v1::MemberReveal& reveal : reveals.reveals()) {
      if (reveal.member() == member.code) frame.set_reveal(reveal.reveal());
    }
    return member.answerer->OnReveal(frame, clock.MonotonicMs());
  }
  // The whole conversation with every member whose index is not in `silent`.
  std::map<std::string, v1::LedgerRow> Converse(Asker& question, std::vector<size_t> silent = {}) {
    const auto speaks = [&](size_t i) {
      return std::find(silent.begin(), silent.end(), i) == silent.end();
    };
    for (size_t i = 1; i < all.size(); ++i) {
      if (!speaks(i)) {
        question.OnSilent(at(i).code, v1::MemberSilent::NO_STREAM);
        continue;
      }
      const auto claim = Put(question, at(i));
      if (claim.ok()) question.OnClaim(at(i).code, claim->bytes);
    }
    const v1::AskReveals reveals = Reveals(question);
    for (size_t i = 1; i < all.size(); ++i) {
      if (!speaks(i)) continue;
      const auto answer = Reveal(question, reveals, at(i));
      if (answer.ok()) question.OnAnswer(at(i).code, answer->bytes, clock.MonotonicMs());
    }
    question.Finish(clock.MonotonicMs());
    return Rows(question);
  }
  // One question, put to one member alone.
  v1::LedgerRow AskOne(TestMember& member, v1::Intro intro = GoodIntro(),
                       const v1::ChildDetails& details = Alice()) {
    auto question = Ask(details, std::move(intro));
    const auto claim = Put(*question, member);
    REQUIRE(claim.ok());
    question->OnClaim(member.code, claim->bytes);
    const v1::AskReveals reveals = Reveals(*question);
    const auto answer = Reveal(*question, reveals, member);
    if (answer.ok()) question->OnAnswer(member.code, answer->bytes, clock.MonotonicMs());
    question->Finish(clock.MonotonicMs());
    return Rows(*question).at(member.code);
  }
  static std::map<std::string, v1::LedgerRow> Rows(Asker& question) {
    std::map<std::string, v1::LedgerRow> rows;
    for (const v1::LedgerRow& row : question.ledger().Rows()) rows[row.member()] = row;
    return rows;
  }

  SystemRandom random;
  ManualClock clock;
  v1::Directory directory;
  std::vector<std::unique_ptr<TestMember>> all;

 private:
  void MakeFirst() {
    directory.set_version(1);
    directory.set_issued_ms(kStart - 86'400'000);
    directory.set_not_after_ms(kStart + 86'400'000 * 20);
    directory.set_trust_domain("signpost.example");
    for (const auto& member : all) {
      v1::Member& out = *directory.add_members();
      out.set_code(member->code);
      out.set_name("Authority " + member->code);
      out.set_kind(v1::AUTHORITY);
      out.set_state(v1::ACTIVE);
      out.set_tls_pin(Sha256(member->code));
      out.set_ed25519_public(member->signing.public_key());
      v1::SealingKey& key = *out.add_sealing_keys();
      key.set_id(3);
      key.set_x25519_public(member->sealing.at(3).public_key());
      out.mutable_desk()->set_name("Desk of " + member->code);
      out.mutable_desk()->set_telephone("01632 960100");
      out.mutable_desk()->set_hours("24 h");
      out.set_declared_children(1000);
    }
    for (const char* role : {"a", "b"}) {
      v1::Custodian& custodian = *directory.add_custodians();
      custodian.set_name(std::string("custodian-") + role);
      custodian.set_role(role);
      custodian.set_address(std::string("127.0.0.1:700") + (*role == 'a' ? "1" : "2"));
      custodian.set_tls_pin(Sha256(role));
    }
    v1::Hub& hub = *directory.add_hubs();
    hub.set_name("hub-1");
    hub.set_address("127.0.0.1:7000");
    hub.set_tls_pin(Sha256("hub"));
    v1::Officer& officer = *directory.add_officers();
    officer.set_name("officer-1");
    officer.set_tls_pin(Sha256("officer"));
    v1::Epoch& epoch = *directory.add_epochs();
    epoch.set_epoch(kEpoch);
    epoch.set_suite(1);
    epoch.set_canonicalisation_version(kCanonicalisationVersion);
    epoch.set_golden_hash(std::string(32, 'g'));
    epoch.set_public_share_a(share_a_.public_share);
    epoch.set_public_share_b(share_b_.public_share);
    epoch.set_proof_a(*ProvePossession(share_a_, "a", kEpoch, random));
    epoch.set_proof_b(*ProvePossession(share_b_, "b", kEpoch, random));
    epoch.set_not_before_ms(kStart - 86'400'000);
    epoch.set_asking_from_ms(kStart - 43'200'000);
    epoch.set_retire_at_ms(kStart + 86'400'000 * 7);
    directory.set_children(11'000'000);
    directory.mutable_policy()->set_version(4);
    directory.set_minimum_software_version("0.1.0");
  }

  SigningKey officer_;
  CustodianShare share_a_;
  CustodianShare share_b_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_TESTS_UNIT_LOOKUP_FIXTURE_H_
