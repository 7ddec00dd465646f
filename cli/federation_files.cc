#include "cli/federation_files.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>

#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/crypto/dsse.h"
#include "proto/directory/signed_document.h"
#include "proto/limits.h"
#include "proto/transport/certificate.h"

namespace signpost::cli {
namespace {

constexpr mode_t kPublicMode = 0644;
// A signed directory of the largest size, with its signatures.
constexpr size_t kMaxDocumentFile = kMaxDirectoryBytes + 64 * 1024;

template <typename Message>
absl::StatusOr<Message> ReadMessage(const std::string& path, std::string_view kind) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path, kMaxDocumentFile));
  Message message;
  if (bytes.empty() || !message.ParseFromString(bytes)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is not ", std::string(kind)));
  }
  return message;
}

}  // namespace

absl::StatusOr<v1::SignedDocument> ReadDocument(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(
      v1::SignedDocument document,
      ReadMessage<v1::SignedDocument>(path, "a document of the officers' tool"));
  if (document.payload_type().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is not a document of the officers' tool"));
  }
  return document;
}

absl::StatusOr<v1::OfficerKey> ReadOfficerPublic(const std::string& path) {
  return ReadMessage<v1::OfficerKey>(path, "an officer's public key");
}

absl::StatusOr<v1::CustodianShare> ReadCustodianShare(const std::string& path) {
  return ReadMessage<v1::CustodianShare>(path, "a custodian's public share");
}

absl::StatusOr<v1::Anchor> ReadAnchor(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  absl::StatusOr<v1::Anchor> anchor = ParseAnchor(bytes);
  if (anchor.ok()) return anchor;
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": ", std::string(FromAbsl(anchor.status().message()))));
}

absl::StatusOr<CertificatePin> ReadCertificatePin(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(CertificateInfo certificate, ReadCertificate(path));
  absl::StatusOr<PeerIdentity> identity = ParsePeerIdentity(certificate.uri);
  if (!identity.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": ", std::string(FromAbsl(identity.status().message()))));
  }
  return CertificatePin{*std::move(identity), std::move(certificate.pin)};
}

absl::StatusOr<std::string> ReadHash(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  absl::StripAsciiWhitespace(&text);
  std::optional<std::string> hash = Unhex(text);
  if (!hash || hash->size() != kHashSize) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is not 64 hexadecimal digits"));
  }
  return *hash;
}

absl::StatusOr<OfficerSigner> ReadSigner(const std::string& key_path, const v1::Anchor& anchor) {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret seed, ReadSecretFile(key_path));
  return FindOfficer(anchor, seed);
}

absl::StatusOr<v1::Directory> ParseDirectory(const v1::SignedDocument& document) {
  v1::Directory directory;
  if (document.payload_type() != ToAbsl(kDsseDirectory) ||
      !directory.ParseFromString(document.payload())) {
    return absl::InvalidArgumentError("WRONG_TYPE: this document is not a directory");
  }
  return directory;
}

absl::StatusOr<std::shared_ptr<const VerifiedDirectory>> ReadSignedDirectory(
    const std::string& path, const v1::Anchor& anchor) {
  SIGNPOST_ASSIGN_OR_RETURN(const v1::SignedDocument document, ReadDocument(path));
  SIGNPOST_ASSIGN_OR_RETURN(const v1::Directory directory, ParseDirectory(document));
  return VerifyDirectory(document, anchor, directory.issued_ms());
}

absl::Status WriteDocument(const std::string& path, const v1::SignedDocument& document) {
  return WriteFileAtomic(path, document.SerializeAsString(), kPublicMode);
}

ExitCode Done(Context& context, std::string_view schema, std::string_view text,
              const Fields& fields) {
  if (!context.printer.json()) {
    context.printer.Data(text);
    return ExitCode::kOk;
  }
  JsonWriter json;
  json.BeginObject();
  json.Field("schema", schema);
  for (const auto& [name, value] : fields) json.Field(name, value);
  json.EndObject();
  context.printer.Document(json);
  return ExitCode::kOk;
}

ExitCode FailFile(Context& context, std::string_view what, const absl::Status& status) {
  return context.Fail(
      ConfigurationProblem(what, status, "put right what it says and run it again"));
}

}  // namespace signpost::cli
