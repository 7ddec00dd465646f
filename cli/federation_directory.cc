// The verbs of the directory: draft, new, edit, sign, show, verify.
#include <absl/strings/str_cat.h>

#include <memory>

#include "cli/federation.h"
#include "cli/federation_files.h"
#include "cli/officer_changes.h"
#include "cli/officer_directory.h"
#include "cli/text.h"
#include "proto/base/bytes.h"
#include "proto/base/config.h"
#include "proto/base/file.h"
#include "proto/directory/signed_document.h"

namespace signpost::cli {
namespace {

constexpr mode_t kPublicMode = 0644;

// The directory before, and what keeps it alive.
struct Previous {
  std::shared_ptr<const VerifiedDirectory> verified;
  const v1::Directory* message() const {
    return verified == nullptr ? nullptr : &verified->message();
  }
};

absl::StatusOr<Previous> ReadPrevious(const std::string& path, const std::string& anchor_path) {
  if (path.empty()) return Previous{};
  SIGNPOST_ASSIGN_OR_RETURN(const v1::Anchor anchor, ReadAnchor(anchor_path));
  SIGNPOST_ASSIGN_OR_RETURN(auto verified, ReadSignedDirectory(path, anchor));
  return Previous{std::move(verified)};
}

std::string ChangesText(const v1::Directory* before, const v1::Directory& after) {
  std::string text;
  for (const std::string& line : DescribeChanges(before, after)) {
    absl::StrAppend(&text, "  ", line, "\n");
  }
  if (text.empty()) text = "  nothing but its version and dates\n";
  return absl::StrCat("Directory ", after.version(), ", valid until ",
                      UtcMinute(after.not_after_ms()), ", changes:\n", text);
}

struct BuildOptions {
  std::string draft;
  std::string previous;
  std::string anchor;
  std::vector<std::string> entries;
  std::vector<std::string> shares;
  std::vector<std::string> certificates;
  std::string golden;
  std::string out;
};

absl::StatusOr<DirectoryParts> ReadParts(const BuildOptions& options) {
  DirectoryParts parts;
  SIGNPOST_RETURN_IF_ERROR(ReadTextConfig(options.draft, parts.draft));
  for (const std::string& path : options.entries) {
    SIGNPOST_ASSIGN_OR_RETURN(v1::SignedDocument entry, ReadDocument(path));
    parts.entries.push_back(std::move(entry));
  }
  for (const std::string& path : options.shares) {
    SIGNPOST_ASSIGN_OR_RETURN(v1::CustodianShare share, ReadCustodianShare(path));
    parts.shares.push_back(std::move(share));
  }
  for (const std::string& path : options.certificates) {
    SIGNPOST_ASSIGN_OR_RETURN(CertificatePin pin, ReadCertificatePin(path));
    parts.certificates.push_back(std::move(pin));
  }
  if (!options.golden.empty()) {
    SIGNPOST_ASSIGN_OR_RETURN(parts.golden_hash, ReadHash(options.golden));
  }
  return parts;
}

ExitCode RunBuild(Context& context, const BuildOptions& options) {
  constexpr std::string_view kWhat = "No directory was written";
  absl::StatusOr<Previous> previous = ReadPrevious(options.previous, options.anchor);
  if (!previous.ok()) return FailFile(context, kWhat, previous.status());
  absl::StatusOr<DirectoryParts> parts = ReadParts(options);
  if (!parts.ok()) return FailFile(context, kWhat, parts.status());
  parts->previous = previous->message();
  if (previous->verified != nullptr) parts->previous_hash = previous->verified->hash();
  const absl::StatusOr<v1::Directory> directory =
      BuildDirectory(*parts, context.clock.NowMs(), context.random);
  if (!directory.ok()) return FailFile(context, kWhat, directory.status());
  const absl::Status written = WriteDocument(options.out, MakeDirectoryDocument(*directory));
  if (!written.ok()) return FailFile(context, kWhat, written);
  return Done(context, "signpost.federation.directory.build/v1",
              absl::StrCat(ChangesText(previous->message(), *directory),
                           "Not signed yet. Each officer: signpost federation directory sign ",
                           options.out, "\n"),
              {{"version", absl::StrCat(directory->version())}, {"file", options.out}});
}

void AddBuild(CLI::App& noun, Context& context, bool edit) {
  CLI::App* verb =
      edit ? AddVerb(noun, "edit", "Makes the next directory from a draft and the one before")
           : AddVerb(noun, "new", "Makes a federation's first directory from a draft");
  auto options = std::make_shared<BuildOptions>();
  verb->add_option("--draft", options->draft, "The draft, text format, without keys")->required();
  verb->add_option("--entry", options->entries, "A member's entry; once a file");
  verb->add_option("--share", options->shares, "A custodian's public share; once a file");
  verb->add_option("--certificate", options->certificates,
                   "A certificate to pin, of a hub, custodian, officer or member; once a file");
  verb->add_option("--golden", options->golden,
                   "File with the hash of name table and golden keys, in hexadecimal");
  verb->add_option("--out", options->out, "The unsigned directory")->required();
  if (edit) {
    verb->add_option("--previous", options->previous, "The signed directory before")->required();
    verb->add_option("--anchor", options->anchor, "The anchor, to check it with")->required();
  }
  verb->callback([&context, options] {
    context.action = [&context, options] { return RunBuild(context, *options); };
  });
}

struct DraftOptions {
  std::string from;
  std::string out;
};

ExitCode RunDraft(Context& context, const DraftOptions& options) {
  constexpr std::string_view kWhat = "No draft was written";
  const absl::StatusOr<v1::SignedDocument> document = ReadDocument(options.from);
  if (!document.ok()) return FailFile(context, kWhat, document.status());
  const absl::StatusOr<v1::Directory> directory = ParseDirectory(*document);
  if (!directory.ok()) return FailFile(context, kWhat, directory.status());
  const absl::Status written = WriteFileAtomic(options.out, DraftOf(*directory), kPublicMode);
  if (!written.ok()) return FailFile(context, kWhat, written);
  return Done(context, "signpost.federation.directory.draft/v1",
              absl::StrCat("Draft of directory ", directory->version(), " written to ", options.out,
                           ". Edit it, then: signpost federation directory edit\n"),
              {{"version", absl::StrCat(directory->version())}, {"file", options.out}});
}

void AddDraft(CLI::App& noun, Context& context) {
  CLI::App* verb = AddVerb(noun, "draft", "Writes a draft to edit from a directory");
  auto options = std::make_shared<DraftOptions>();
  verb->add_option("--from", options->from, "A directory")->required();
  verb->add_option("--out", options->out, "The draft")->required();
  verb->callback([&context, options] {
    context.action = [&context, options] { return RunDraft(context, *options); };
  });
}

struct SignOptions {
  std::string file;
  std::string key;
  std::string anchor;
  std::string previous;
  bool yes = false;
};

absl::Status CheckFollows(const v1::Directory& directory, const Previous& previous) {
  if (previous.verified == nullptr) {
    if (directory.version() == 1) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "give the directory before with --previous, so that you see what this one changes");
  }
  if (directory.version() != previous.verified->version() + 1 ||
      directory.previous_hash() != previous.verified->hash()) {
    return absl::FailedPreconditionError(
        "WRONG_PREVIOUS: this directory was not made from the one given with --previous");
  }
  return absl::OkStatus();
}

// The officer agrees with what is shown, or nothing is signed.
absl::Status Agree(Context& context, bool yes) {
  if (yes) return absl::OkStatus();
  SIGNPOST_ASSIGN_OR_RETURN(const std::string answer,
                            context.prompter.Ask("Type 'sign' to sign this: "));
  if (answer == "sign") return absl::OkStatus();
  return absl::CancelledError("you did not type 'sign'");
}

absl::Status CheckBeforeSigning(Context& context, const SignOptions& options,
                                const v1::Directory& directory) {
  SIGNPOST_ASSIGN_OR_RETURN(const Previous previous,
                            ReadPrevious(options.previous, options.anchor));
  SIGNPOST_RETURN_IF_ERROR(CheckFollows(directory, previous));
  SIGNPOST_RETURN_IF_ERROR(CheckContents(directory, context.clock.NowMs(), context.random));
  context.printer.Note(ChangesText(previous.message(), directory));
  return Agree(context, options.yes);
}

ExitCode RunSign(Context& context, const SignOptions& options) {
  constexpr std::string_view kWhat = "The directory was not signed";
  const absl::StatusOr<v1::Anchor> anchor = ReadAnchor(options.anchor);
  if (!anchor.ok()) return FailFile(context, kWhat, anchor.status());
  const absl::StatusOr<OfficerSigner> officer = ReadSigner(options.key, *anchor);
  if (!officer.ok()) return FailFile(context, kWhat, officer.status());
  absl::StatusOr<v1::SignedDocument> document = ReadDocument(options.file);
  if (!document.ok()) return FailFile(context, kWhat, document.status());
  const absl::StatusOr<v1::Directory> directory = ParseDirectory(*document);
  if (!directory.ok()) return FailFile(context, kWhat, directory.status());
  const absl::Status agreed = CheckBeforeSigning(context, options, *directory);
  if (!agreed.ok()) return FailFile(context, kWhat, agreed);

  Countersign(*document, officer->name, officer->key);
  const absl::Status written = WriteDocument(options.file, *document);
  if (!written.ok()) return FailFile(context, kWhat, written);
  const int signatures = CountOfficerSignatures(*document, *anchor);
  const int needed = static_cast<int>(anchor->threshold());
  return Done(
      context, "signpost.federation.directory.sign/v1",
      absl::StrCat("Signed as ", officer->name, ": ", signatures, " of ", needed,
                   signatures >= needed ? " signatures; publish it: signpost federation publish\n"
                                        : " signatures; the next officer signs the same file\n"),
      {{"officer", officer->name},
       {"version", absl::StrCat(directory->version())},
       {"signatures", absl::StrCat(signatures)},
       {"threshold", absl::StrCat(needed)}});
}

void AddSign(CLI::App& noun, Context& context) {
  CLI::App* verb = AddVerb(noun, "sign", "Shows what changes, then adds one officer's signature");
  auto options = std::make_shared<SignOptions>();
  verb->add_option("file", options->file, "The directory; the signature is added to it")
      ->required();
  verb->add_option("--key", options->key, "The officer's .key file")->required();
  verb->add_option("--anchor", options->anchor, "The anchor")->required();
  verb->add_option("--previous", options->previous, "The signed directory before");
  verb->add_flag("--yes", options->yes, "Do not ask before signing");
  verb->callback([&context, options] {
    context.action = [&context, options] { return RunSign(context, *options); };
  });
}

ExitCode RunShow(Context& context, const std::string& path) {
  constexpr std::string_view kWhat = "The directory cannot be shown";
  const absl::StatusOr<v1::SignedDocument> document = ReadDocument(path);
  if (!document.ok()) return FailFile(context, kWhat, document.status());
  const absl::StatusOr<v1::Directory> directory = ParseDirectory(*document);
  if (!directory.ok()) return FailFile(context, kWhat, directory.status());
  if (!context.printer.json()) {
    context.printer.Data(DirectoryText(*directory, context.clock.NowMs()));
    return ExitCode::kOk;
  }
  JsonWriter json;
  json.BeginObject();
  json.Field("schema", "signpost.federation.directory.show/v1");
  DirectoryJson(*directory, json);
  json.EndObject();
  context.printer.Document(json);
  return ExitCode::kOk;
}

void AddShow(CLI::App& noun, Context& context) {
  CLI::App* verb = AddVerb(noun, "show", "Prints a directory; does not say who signed it");
  auto path = std::make_shared<std::string>();
  verb->add_option("file", *path, "The directory")->required();
  verb->callback(
      [&context, path] { context.action = [&context, path] { return RunShow(context, *path); }; });
}

struct VerifyOptions {
  std::string file;
  std::string anchor;
};

absl::StatusOr<std::shared_ptr<const VerifiedDirectory>> VerifyFile(const VerifyOptions& options,
                                                                    int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const v1::Anchor anchor, ReadAnchor(options.anchor));
  SIGNPOST_ASSIGN_OR_RETURN(const v1::SignedDocument document, ReadDocument(options.file));
  return VerifyDirectory(document, anchor, now_ms);
}

ExitCode RunVerify(Context& context, const VerifyOptions& options) {
  const auto verified = VerifyFile(options, context.clock.NowMs());
  if (!verified.ok()) {
    return FailFile(context, "The directory does not verify", verified.status());
  }
  const v1::Directory& directory = (*verified)->message();
  return Done(context, "signpost.federation.directory.verify/v1",
              absl::StrCat("Directory ", directory.version(), " of ", directory.trust_domain(),
                           " verifies; valid until ", UtcMinute(directory.not_after_ms()),
                           "\nHash: ", Hex((*verified)->hash()), "\n"),
              {{"version", absl::StrCat(directory.version())},
               {"trust_domain", directory.trust_domain()},
               {"not_after", UtcTime(directory.not_after_ms())},
               {"hash", Hex((*verified)->hash())}});
}

void AddVerify(CLI::App& noun, Context& context) {
  CLI::App* verb = AddVerb(noun, "verify", "Checks a directory as every node will");
  auto options = std::make_shared<VerifyOptions>();
  verb->add_option("file", options->file, "The signed directory")->required();
  verb->add_option("--anchor", options->anchor, "The anchor")->required();
  verb->callback([&context, options] {
    context.action = [&context, options] { return RunVerify(context, *options); };
  });
}

}  // namespace

void AddFederationDirectory(CLI::App& federation, Context& context) {
  CLI::App* noun = AddNoun(federation, "directory", "The signed list of members, keys and epochs");
  AddDraft(*noun, context);
  AddBuild(*noun, context, /*edit=*/false);
  AddBuild(*noun, context, /*edit=*/true);
  AddSign(*noun, context);
  AddShow(*noun, context);
  AddVerify(*noun, context);
}

}  // namespace signpost::cli
