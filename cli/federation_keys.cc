// The verbs that make keys: officer-key, anchor, custodian-share, and member-entry check.
#include <absl/strings/str_cat.h>

#include <memory>

#include "cli/federation.h"
#include "cli/federation_files.h"
#include "cli/officer_keys.h"
#include "cli/text.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/directory/signed_document.h"

namespace signpost::cli {
namespace {

constexpr mode_t kPublicMode = 0644;

// The secret half first: if it cannot be kept, no public half is handed out.
absl::Status WriteKeyPair(const std::string& secret_path, const Secret& secret,
                          const std::string& public_path, const std::string& public_bytes) {
  SIGNPOST_RETURN_IF_ERROR(WriteNewSecretFile(secret_path, secret.Expose()));
  return WriteFileAtomic(public_path, public_bytes, kPublicMode);
}

struct OfficerKeyOptions {
  std::string officer;
  std::string out;
};

ExitCode RunOfficerKey(Context& context, const OfficerKeyOptions& options) {
  constexpr std::string_view kWhat = "No officer key was made";
  const absl::StatusOr<NewOfficerKey> made = MakeOfficerKey(options.officer, context.random);
  if (!made.ok()) return FailFile(context, kWhat, made.status());
  const std::string stem = absl::StrCat(options.out, "/", options.officer);
  const absl::Status written =
      WriteKeyPair(absl::StrCat(stem, ".key"), made->seed, absl::StrCat(stem, ".pub"),
                   made->public_key.SerializeAsString());
  if (!written.ok()) return FailFile(context, kWhat, written);
  const std::string fingerprint = Hex(made->public_key.ed25519_public());
  return Done(context, "signpost.federation.officer-key/v1",
              absl::StrCat("Secret key:  ", stem, ".key (0600; keep it off the network)\n",
                           "Public key:  ", stem, ".pub\nFingerprint: ", fingerprint, "\n"),
              {{"officer", options.officer},
               {"key", stem + ".key"},
               {"public", stem + ".pub"},
               {"fingerprint", fingerprint}});
}

void AddOfficerKey(CLI::App& federation, Context& context) {
  CLI::App* verb = AddVerb(federation, "officer-key", "Makes an officer's signing key");
  auto options = std::make_shared<OfficerKeyOptions>();
  verb->add_option("--officer", options->officer, "The officer's short name, such as 'anna'")
      ->required();
  verb->add_option("--out", options->out, "Folder for OFFICER.key and OFFICER.pub")->required();
  verb->callback([&context, options] {
    context.action = [&context, options] { return RunOfficerKey(context, *options); };
  });
}

struct AnchorOptions {
  std::string trust_domain;
  uint32_t threshold = 2;
  std::vector<std::string> officers;
  std::string out;
};

absl::StatusOr<v1::Anchor> AnchorFromFiles(const AnchorOptions& options) {
  std::vector<v1::OfficerKey> officers;
  for (const std::string& path : options.officers) {
    SIGNPOST_ASSIGN_OR_RETURN(v1::OfficerKey officer, ReadOfficerPublic(path));
    officers.push_back(std::move(officer));
  }
  return BuildAnchor(options.trust_domain, options.threshold, officers);
}

ExitCode RunAnchor(Context& context, const AnchorOptions& options) {
  constexpr std::string_view kWhat = "No anchor was made";
  const absl::StatusOr<v1::Anchor> anchor = AnchorFromFiles(options);
  if (!anchor.ok()) return FailFile(context, kWhat, anchor.status());
  const absl::Status written =
      WriteFileAtomic(options.out, anchor->SerializeAsString(), kPublicMode);
  if (!written.ok()) return FailFile(context, kWhat, written);
  return Done(
      context, "signpost.federation.anchor/v1",
      absl::StrCat("Anchor of ", anchor->trust_domain(), ": ", anchor->threshold(), " of ",
                   anchor->officers_size(), " officers sign. Every hub, custodian and node ",
                   "pins this file: ", options.out, "\n"),
      {{"trust_domain", anchor->trust_domain()},
       {"threshold", absl::StrCat(anchor->threshold())},
       {"officers", absl::StrCat(anchor->officers_size())},
       {"anchor", options.out}});
}

void AddAnchor(CLI::App& federation, Context& context) {
  CLI::App* verb = AddVerb(federation, "anchor",
                           "Writes the anchor: which officers' signatures a directory needs");
  auto options = std::make_shared<AnchorOptions>();
  verb->add_option("--trust-domain", options->trust_domain, "Such as signpost.example")->required();
  verb->add_option("--threshold", options->threshold, "How many officers must sign (default 2)");
  verb->add_option("--officer", options->officers, "An officer's .pub file; once an officer")
      ->required();
  verb->add_option("--out", options->out, "The anchor file")->required();
  verb->callback([&context, options] {
    context.action = [&context, options] { return RunAnchor(context, *options); };
  });
}

struct ShareOptions {
  std::string role;
  uint32_t epoch = 0;
  std::string out;
};

ExitCode RunShare(Context& context, const ShareOptions& options) {
  constexpr std::string_view kWhat = "No share was made";
  const absl::StatusOr<NewCustodianShare> made =
      MakeCustodianShare(options.role, options.epoch, context.random);
  if (!made.ok()) return FailFile(context, kWhat, made.status());
  const std::string stem =
      absl::StrCat(options.out, "/custodian-", options.role, "-epoch-", options.epoch);
  const absl::Status written =
      WriteKeyPair(absl::StrCat(stem, ".key"), made->key, absl::StrCat(stem, ".share"),
                   made->share.SerializeAsString());
  if (!written.ok()) return FailFile(context, kWhat, written);
  return Done(
      context, "signpost.federation.custodian-share/v1",
      absl::StrCat("Secret share: ", stem, ".key (0600; name it in key_files, and delete it ",
                   "when the epoch retires)\nPublic share: ", stem, ".share (for the officers)\n"),
      {{"role", options.role},
       {"epoch", absl::StrCat(options.epoch)},
       {"key", stem + ".key"},
       {"share", stem + ".share"}});
}

void AddShare(CLI::App& federation, Context& context) {
  CLI::App* verb = AddVerb(federation, "custodian-share",
                           "At a custodian: makes its share of an epoch's blinding key");
  auto options = std::make_shared<ShareOptions>();
  verb->add_option("--role", options->role, "a or b")->required()->check(CLI::IsMember({"a", "b"}));
  verb->add_option("--epoch", options->epoch, "The epoch's number")->required();
  verb->add_option("--out", options->out, "Folder for the secret and the public share")->required();
  verb->callback([&context, options] {
    context.action = [&context, options] { return RunShare(context, *options); };
  });
}

ExitCode RunEntryCheck(Context& context, const std::string& path) {
  constexpr std::string_view kWhat = "The member entry is not valid";
  const absl::StatusOr<v1::SignedDocument> document = ReadDocument(path);
  if (!document.ok()) return FailFile(context, kWhat, document.status());
  const absl::StatusOr<v1::Member> member = VerifyMemberEntry(*document);
  if (!member.ok()) return FailFile(context, kWhat, member.status());
  const std::string fingerprint = Hex(member->ed25519_public());
  return Done(
      context, "signpost.federation.member-entry.check/v1",
      absl::StrCat("A valid entry of ", CleanText(member->name()), " (", member->code(),
                   "), signed with its own key.\nSigning key: ", fingerprint, "\nTLS key pin: ",
                   Hex(member->tls_pin()), "\nDesk:        ", CleanText(member->desk().telephone()),
                   "\nChildren:    ", Thousands(member->declared_children()),
                   "\nRead both fingerprints to the member's desk by telephone before you sign.\n"),
      {{"code", member->code()},
       {"name", member->name()},
       {"signing_key", fingerprint},
       {"tls_pin", Hex(member->tls_pin())},
       {"telephone", member->desk().telephone()}});
}

void AddEntry(CLI::App& federation, Context& context) {
  CLI::App* noun = AddNoun(federation, "member-entry", "What a member's node says of its own keys");
  CLI::App* verb = AddVerb(*noun, "check", "Checks an entry and shows its fingerprints");
  auto path = std::make_shared<std::string>();
  verb->add_option("file", *path, "The .entry file that signpost-node --init wrote")->required();
  verb->callback([&context, path] {
    context.action = [&context, path] { return RunEntryCheck(context, *path); };
  });
}

}  // namespace

void AddFederationKeys(CLI::App& federation, Context& context) {
  AddOfficerKey(federation, context);
  AddAnchor(federation, context);
  AddShare(federation, context);
  AddEntry(federation, context);
}

}  // namespace signpost::cli
