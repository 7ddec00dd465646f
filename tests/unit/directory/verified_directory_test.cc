#include "proto/directory/verified_directory.h"

#include <catch2/catch.hpp>

#include "proto/base/bytes.h"
#include "tests/unit/directory/fixture.h"

namespace signpost {
namespace {

using Change = std::function<void(v1::Directory&)>;

absl::Status VerifyChanged(const Change& change) {
  Federation federation;
  change(federation.directory);
  return VerifyDirectory(federation.Signed(), federation.anchor, kNowMs).status();
}

TEST_CASE("A directory that enough officers signed is verified and answers") {
  Federation federation;
  const v1::SignedDocument document = federation.Signed();
  const auto verified = VerifyDirectory(document, federation.anchor, kNowMs);
  REQUIRE(verified.ok());
  const VerifiedDirectory& directory = **verified;
  CHECK(directory.version() == 1);
  CHECK(directory.hash() == Sha256(document.payload()));
  CHECK(directory.FindMember("E08000035")->name() == "Member E08000035");
  CHECK(directory.FindMember("E00000000") == nullptr);
  CHECK(directory.FindCustodianByRole("b")->name() == "custodian-b");
  CHECK(directory.FindCustodianByName("custodian-a")->role() == "a");
  CHECK(directory.FindCustodianByRole("c") == nullptr);
  CHECK(directory.FindHub("hub1") != nullptr);
  CHECK(directory.FindOfficer("officer0") != nullptr);
  CHECK(directory.FindOfficer("hub1") == nullptr);
  CHECK(directory.timers().claim_delay_ms == 150);
  CHECK(directory.timers().answer_cutoff_ms == 400);
  CHECK_FALSE(directory.ExpiredAt(kNowMs + 30 * kDayMs - 1));
  CHECK(directory.ExpiredAt(kNowMs + 30 * kDayMs));
}

TEST_CASE("The asking epoch and the live epochs follow the calendar") {
  Federation federation;
  const auto directory = *VerifyDirectory(federation.Signed(), federation.anchor, kNowMs);
  CHECK(directory->AskingEpoch(kNowMs)->epoch() == 1);
  CHECK(directory->AskingEpoch(kNowMs + 2 * kDayMs - 1)->epoch() == 1);
  CHECK(directory->AskingEpoch(kNowMs + 2 * kDayMs)->epoch() == 2);
  CHECK(directory->AskingEpoch(kNowMs + 9 * kDayMs) == nullptr);
  CHECK(directory->AskingEpoch(kNowMs - 3 * kDayMs - 1) == nullptr);
  CHECK(directory->LiveEpochs(kNowMs - 1).size() == 1);
  CHECK(directory->LiveEpochs(kNowMs).size() == 2);
  CHECK(directory->LiveEpochs(kNowMs)[0]->epoch() == 1);
  CHECK(directory->LiveEpochs(kNowMs + 4 * kDayMs).size() == 1);
}

TEST_CASE("The hash of an epoch's keys covers its number and both shares") {
  Federation federation;
  const v1::Epoch& epoch = federation.directory.epochs(0);
  CHECK(PkHash(epoch) == Sha256(IntBytes(4, 1) + epoch.public_share_a() + epoch.public_share_b()));
}

TEST_CASE("An epoch of an unknown suite is ignored and the directory stands") {
  Federation federation;
  federation.directory.mutable_epochs(1)->set_suite(2);
  federation.directory.mutable_epochs(1)->clear_proof_a();
  const auto directory = VerifyDirectory(federation.Signed(), federation.anchor, kNowMs);
  REQUIRE(directory.ok());
  CHECK((*directory)->FindEpoch(2) == nullptr);
  CHECK((*directory)->AskingEpoch(kNowMs + 3 * kDayMs)->epoch() == 1);
  CHECK((*directory)->LiveEpochs(kNowMs).size() == 1);
}

TEST_CASE("A directory with too few signatures is refused") {
  Federation federation;
  const v1::SignedDocument bare = MakeDirectoryDocument(federation.directory);
  const auto verify = [&](const v1::SignedDocument& document) {
    return VerifyDirectory(document, federation.anchor, kNowMs).status();
  };
  CHECK(verify(bare).code() == absl::StatusCode::kPermissionDenied);
  CHECK(HasReason(verify(federation.Sign(bare, 1)), "TOO_FEW_SIGNATURES: 1 of 2"));
  CHECK(verify(federation.Sign(bare, 3)).ok());

  v1::SignedDocument twice = federation.Sign(bare, 1);
  *twice.add_signatures() = twice.signatures(0);
  CHECK(HasReason(verify(twice), "TOO_FEW_SIGNATURES"));
  v1::SignedDocument renamed = federation.Sign(bare, 1);
  *renamed.add_signatures() = renamed.signatures(0);
  renamed.mutable_signatures(1)->set_key_id("officer1");
  CHECK(HasReason(verify(renamed), "TOO_FEW_SIGNATURES"));
  v1::SignedDocument stranger = federation.Sign(bare, 1);
  Countersign(stranger, "stranger", federation.officers[1]);
  CHECK(HasReason(verify(stranger), "TOO_FEW_SIGNATURES"));
  v1::SignedDocument changed = federation.Signed();
  changed.mutable_payload()->back() = static_cast<char>(changed.payload().back() ^ 1);
  CHECK(HasReason(verify(changed), "TOO_FEW_SIGNATURES: 0 of 2"));
  v1::SignedDocument flood = federation.Signed();
  for (int i = 0; i < 200; ++i) *flood.add_signatures() = flood.signatures(0);
  CHECK(HasReason(verify(flood), "TOO_FEW_SIGNATURES"));
}

TEST_CASE("A document of another type or without a parsable payload is refused") {
  Federation federation;
  const auto verify = [&](const v1::SignedDocument& document) {
    return VerifyDirectory(federation.Sign(document), federation.anchor, kNowMs).status();
  };
  CHECK(HasReason(verify(MakeDocument(kDsseSuspension, federation.directory.SerializeAsString())),
                  "WRONG_TYPE"));
  CHECK(HasReason(verify(MakeDocument(kDsseDirectory, "\xff\xff\xff")), "MALFORMED"));
  CHECK(HasReason(verify(MakeDocument(kDsseDirectory, std::string((4 << 20) + 1, 'x'))),
                  "TOO_LARGE"));
}

TEST_CASE("A directory out of its time is refused") {
  Federation federation;
  const auto verify = [&](int64_t now_ms) {
    return VerifyDirectory(federation.Signed(), federation.anchor, now_ms).status();
  };
  CHECK(HasReason(verify(kNowMs + 30 * kDayMs), "EXPIRED"));
  CHECK(HasReason(verify(kNowMs - 2 * kHourMs), "NOT_YET_ISSUED"));
  CHECK(VerifyDirectoryAtAnyTime(federation.Signed(), federation.anchor).ok());
}

TEST_CASE("A malformed head of a directory is refused") {
  CHECK(HasReason(VerifyChanged([](auto& d) { d.set_trust_domain("other.example"); }),
                  "WRONG_TRUST_DOMAIN"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.set_version(0); }), "BAD_VERSION"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.set_version(2); }), "BAD_VERSION"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.set_previous_hash(std::string(32, 'x')); }),
                  "BAD_VERSION"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.set_not_after_ms(d.issued_ms()); }), "BAD_TIMES"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.mutable_policy()->set_version(65536); }),
                  "BAD_POLICY"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.add_notices()->set_from_ms(1); }), "BAD_NOTICE"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.mutable_timers()->set_claim_cutoff_ms(150); }),
                  "BAD_TIMERS"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.mutable_timers()->set_answer_cutoff_ms(60001); }),
                  "BAD_TIMERS"));
}

TEST_CASE("A malformed member is refused by field") {
  const auto with = [](const std::function<void(v1::Member&)>& change) {
    return VerifyChanged([&](v1::Directory& d) { change(*d.mutable_members(0)); });
  };
  for (const std::function<void(v1::Member&)>& change :
       std::initializer_list<std::function<void(v1::Member&)>>{
           [](auto& m) { m.set_code("e09000012"); }, [](auto& m) { m.set_kind(v1::PARTNER); },
           [](auto& m) { m.set_kind(v1::MEMBER_KIND_UNSPECIFIED); },
           [](auto& m) { m.clear_name(); }, [](auto& m) { m.set_name(std::string(81, 'n')); },
           [](auto& m) { m.clear_state(); },
           [](auto& m) { m.set_state(static_cast<v1::MemberState>(99)); },
           [](auto& m) { m.set_tls_pin("short"); },
           [](auto& m) { m.set_ed25519_public(std::string(31, 'k')); },
           [](auto& m) { m.clear_sealing_keys(); },
           [](auto& m) { m.mutable_sealing_keys(0)->set_x25519_public("short"); },
           [](auto& m) { m.mutable_sealing_keys(0)->set_x25519_public(std::string(32, '\0')); },
           [](auto& m) { m.add_sealing_keys()->CopyFrom(m.sealing_keys(0)); },
           [](auto& m) { m.add_next_tls_pins("short"); },
           [](auto& m) { m.set_declared_children(1'000'000'000); },
           [](auto& m) { m.mutable_desk()->set_telephone(std::string(31, '1')); },
           [](auto& m) { m.mutable_desk()->set_hours(std::string(201, 'h')); }}) {
    CHECK(HasReason(with(change), "BAD_MEMBER"));
  }
  CHECK(with([](auto& m) {
          m.set_state(v1::INVITED);
          m.clear_tls_pin();
          m.clear_ed25519_public();
          m.clear_sealing_keys();
        }).ok());
}

TEST_CASE("Members listed twice or sharing a sealing key or too many are refused") {
  CHECK(HasReason(VerifyChanged([](auto& d) { *d.add_members() = d.members(0); }),
                  "DUPLICATE_MEMBER"));
  CHECK(HasReason(VerifyChanged([](auto& d) {
                    d.mutable_members(1)->mutable_sealing_keys(0)->set_x25519_public(
                        d.members(0).sealing_keys(0).x25519_public());
                  }),
                  "BAD_MEMBER"));
  CHECK(HasReason(VerifyChanged([](auto& d) {
                    while (d.members_size() <= 512) d.add_members();
                  }),
                  "TOO_MANY_MEMBERS"));
}

template <typename Entry>
void AddNextPins(Entry& entry, int count) {
  for (int i = 0; i < count; ++i) {
    entry.add_next_tls_pins(std::string(32, static_cast<char>('0' + i)));
  }
}

TEST_CASE("A key that is being replaced may have four successors and no more") {
  const std::string more = "more than 4 next_tls_pins";
  CHECK(VerifyChanged([](auto& d) {
          AddNextPins(*d.mutable_members(0), 4);
          AddNextPins(*d.mutable_hubs(0), 4);
          AddNextPins(*d.mutable_custodians(0), 4);
          AddNextPins(*d.mutable_officers(0), 4);
        }).ok());
  for (const Change& change :
       std::initializer_list<Change>{[](auto& d) { AddNextPins(*d.mutable_members(0), 5); },
                                     [](auto& d) { AddNextPins(*d.mutable_hubs(0), 5); },
                                     [](auto& d) { AddNextPins(*d.mutable_custodians(0), 5); },
                                     [](auto& d) { AddNextPins(*d.mutable_officers(0), 5); }}) {
    CHECK(std::string(VerifyChanged(change).message()).find(more) != std::string::npos);
  }
}

TEST_CASE("The accepted pins of an entry are its own and those that follow") {
  v1::Hub hub;
  CHECK(AcceptedPins(hub).empty());
  hub.set_tls_pin("now");
  hub.add_next_tls_pins("next");
  CHECK(AcceptedPins(hub) == std::vector<std::string>{"now", "next"});
}

TEST_CASE("Anything but two different custodians of roles a and b is refused") {
  for (const Change& change : std::initializer_list<Change>{
           [](auto& d) { d.mutable_custodians()->RemoveLast(); },
           [](auto& d) { *d.add_custodians() = d.custodians(0); },
           [](auto& d) { d.mutable_custodians(1)->set_role("a"); },
           [](auto& d) { d.mutable_custodians(1)->set_name("custodian-a"); },
           [](auto& d) { d.mutable_custodians(1)->set_tls_pin(d.custodians(0).tls_pin()); },
           [](auto& d) { d.mutable_custodians(1)->set_tls_pin("x"); },
           [](auto& d) { d.mutable_custodians(1)->add_next_tls_pins("x"); },
           [](auto& d) { d.mutable_custodians(1)->add_next_tls_pins(""); },
           [](auto& d) { AddNextPins(*d.mutable_custodians(1), 5); },
           [](auto& d) { d.mutable_custodians(1)->add_next_tls_pins(d.custodians(0).tls_pin()); },
           [](auto& d) {
             for (auto& c : *d.mutable_custodians()) c.add_next_tls_pins(std::string(32, 'n'));
           },
           [](auto& d) { d.mutable_custodians(1)->set_name("no/name"); },
           [](auto& d) { d.mutable_custodians(1)->set_address("nowhere"); }}) {
    CHECK(HasReason(VerifyChanged(change), "BAD_CUSTODIANS"));
  }
}

TEST_CASE("Malformed hubs and officers are refused") {
  CHECK(HasReason(VerifyChanged([](auto& d) { d.clear_hubs(); }), "BAD_HUB"));
  CHECK(HasReason(VerifyChanged([](auto& d) { *d.add_hubs() = d.hubs(0); }), "BAD_HUB"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.mutable_hubs(0)->set_tls_pin("x"); }), "BAD_HUB"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.mutable_hubs(0)->set_address(":1"); }), "BAD_HUB"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.mutable_hubs(0)->add_next_tls_pins("x"); }),
                  "BAD_HUB"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.mutable_officers(0)->add_next_tls_pins("x"); }),
                  "BAD_OFFICER"));
  CHECK(HasReason(VerifyChanged([](auto& d) { d.mutable_officers(0)->set_tls_pin("x"); }),
                  "BAD_OFFICER"));
  CHECK(
      HasReason(VerifyChanged([](auto& d) { *d.add_officers() = d.officers(0); }), "BAD_OFFICER"));
}

TEST_CASE("A malformed epoch or a share without proof of possession is refused") {
  const auto with = [](const std::function<void(v1::Epoch&)>& change) {
    return VerifyChanged([&](v1::Directory& d) { change(*d.mutable_epochs(0)); });
  };
  CHECK(HasReason(with([](auto& e) { e.set_epoch(2); }), "BAD_PROOF"));
  CHECK(
      HasReason(VerifyChanged([](auto& d) { *d.add_epochs() = d.epochs(0); }), "DUPLICATE_EPOCH"));
  CHECK(HasReason(with([](auto& e) { e.set_epoch(0); }), "BAD_EPOCH"));
  CHECK(HasReason(with([](auto& e) { e.clear_canonicalisation_version(); }), "BAD_EPOCH"));
  CHECK(HasReason(with([](auto& e) { e.set_golden_hash("x"); }), "BAD_EPOCH"));
  CHECK(HasReason(with([](auto& e) { e.set_asking_from_ms(e.retire_at_ms()); }), "BAD_EPOCH"));
  CHECK(HasReason(with([](auto& e) { e.set_not_before_ms(e.asking_from_ms() + 1); }), "BAD_EPOCH"));
  CHECK(HasReason(with([](auto& e) { e.set_public_share_a(std::string(32, '\0')); }), "BAD_EPOCH"));
  CHECK(
      HasReason(with([](auto& e) { e.set_public_share_b(std::string(32, '\xff')); }), "BAD_EPOCH"));
  CHECK(HasReason(with([](auto& e) { e.set_proof_b(e.proof_a()); }), "BAD_PROOF"));
  CHECK(HasReason(with([](auto& e) { e.clear_proof_a(); }), "BAD_PROOF"));
}

TEST_CASE("An anchor that could be satisfied by too few is refused") {
  const auto check = [](const std::function<void(v1::Anchor&)>& change) {
    v1::Anchor anchor = Federation().anchor;
    change(anchor);
    return ParseAnchor(anchor.SerializeAsString()).status();
  };
  CHECK(check([](auto&) {}).ok());
  CHECK(HasReason(check([](auto& a) { a.set_threshold(0); }), "BAD_ANCHOR"));
  CHECK(HasReason(check([](auto& a) { a.set_threshold(4); }), "BAD_ANCHOR"));
  CHECK(HasReason(check([](auto& a) { a.clear_officers(); }), "BAD_ANCHOR"));
  CHECK(HasReason(check([](auto& a) { a.set_trust_domain("X"); }), "BAD_ANCHOR"));
  CHECK(
      HasReason(check([](auto& a) { a.mutable_officers(1)->set_name("officer0"); }), "BAD_ANCHOR"));
  CHECK(HasReason(check([](auto& a) {
                    a.mutable_officers(1)->set_ed25519_public(a.officers(0).ed25519_public());
                  }),
                  "BAD_ANCHOR"));
  CHECK(HasReason(check([](auto& a) { a.mutable_officers(1)->set_ed25519_public("x"); }),
                  "BAD_ANCHOR"));
  CHECK(HasReason(ParseAnchor("\xff\xff").status(), "BAD_ANCHOR"));
}

TEST_CASE("A member entry must be signed by the key it names") {
  Federation federation;
  const SigningKey key = SigningKey::Generate(federation.random);
  v1::Member member = federation.directory.members(0);
  member.set_ed25519_public(key.public_key());
  CHECK(VerifyMemberEntry(MakeMemberEntry(member, key))->code() == "E09000012");
  CHECK(HasReason(VerifyMemberEntry(MakeMemberEntry(member, federation.officers[0])).status(),
                  "TOO_FEW_SIGNATURES"));
  CHECK(HasReason(VerifyMemberEntry(federation.Signed()).status(), "WRONG_TYPE"));
  member.clear_name();
  CHECK(HasReason(VerifyMemberEntry(MakeMemberEntry(member, key)).status(), "BAD_MEMBER"));
  CHECK(HasReason(VerifyMemberEntry(MakeDocument(kDsseMemberEntry, "\xff")).status(), "MALFORMED"));
}

}  // namespace
}  // namespace signpost
