#include "hub/service/hub_config.h"

#include <algorithm>
#include <utility>

#include "hub/custody/key_store.h"
#include "hub/custody/meter.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/directory/identity.h"
#include "proto/directory/signed_document.h"

namespace signpost::hub {
namespace {

class Problems {
 public:
  void Need(bool present, const char* field) {
    if (!present) found_.push_back(absl::StrCat(field, " is missing"));
  }
  void Check(const absl::Status& status) {
    if (!status.ok()) Add(std::string(status.message()));
  }
  // Once, however many checks meet the same one.
  void Add(std::string problem) {
    if (std::find(found_.begin(), found_.end(), problem) == found_.end()) {
      found_.push_back(std::move(problem));
    }
  }
  std::vector<std::string> Take() { return std::move(found_); }

 private:
  std::vector<std::string> found_;
};

void CheckCustodian(const v1::CustodianConfig& custodian, Problems& problems) {
  if (custodian.role() != "a" && custodian.role() != "b") {
    problems.Add("custodian.role must be \"a\" or \"b\"");
  }
  problems.Need(custodian.key_files_size() > 0, "custodian.key_files");
  problems.Need(!custodian.meter_file().empty(), "custodian.meter_file");
  problems.Need(!custodian.hub_address().empty(), "custodian.hub_address");
  problems.Need(!custodian.hub_name().empty(), "custodian.hub_name");
  KeyStore keys(custodian.role());
  problems.Check(keys.Load({custodian.key_files().begin(), custodian.key_files().end()}));
  if (!custodian.meter_file().empty() && FileExists(custodian.meter_file())) {
    const absl::StatusOr<std::string> text = ReadFile(custodian.meter_file());
    problems.Check(text.status());
    if (text.ok() && !Meter::Parse(*text)) {
      problems.Add(absl::StrCat(custodian.meter_file(), " is not a meter"));
    }
  }
}

absl::StatusOr<v1::Anchor> ReadAnchor(const v1::HubConfig& config) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(config.anchor()));
  return ParseAnchor(bytes);
}

}  // namespace

TlsPaths TlsPathsOf(const v1::HubConfig& config) {
  return {config.tls().certificate(), config.tls().private_key(), config.tls().federation_ca()};
}

absl::StatusOr<CertificateInfo> OwnCertificate(const v1::HubConfig& config,
                                               const std::string& trust_domain) {
  SIGNPOST_ASSIGN_OR_RETURN(CertificateInfo info, ReadCertificate(config.tls().certificate()));
  PeerIdentity expected;
  expected.kind = config.has_custodian() ? PeerKind::kCustodian : PeerKind::kHub;
  expected.trust_domain = trust_domain;
  expected.name = config.name();
  const std::string uri = FormatPeerIdentity(expected);
  if (info.uri != uri) {
    return absl::FailedPreconditionError(
        absl::StrCat(config.tls().certificate(), " is not the certificate of ", uri));
  }
  SIGNPOST_RETURN_IF_ERROR(CheckKeyPair(config.tls().certificate(), config.tls().private_key()));
  return info;
}

absl::StatusOr<std::unique_ptr<DirectoryBook>> OpenBook(const v1::HubConfig& config,
                                                        int64_t now_ms) {
  DirectoryBook::Options options;
  SIGNPOST_ASSIGN_OR_RETURN(options.anchor, ReadAnchor(config));
  options.cache_path = config.directory_cache();
  SIGNPOST_ASSIGN_OR_RETURN(std::unique_ptr<DirectoryBook> book,
                            DirectoryBook::Open(std::move(options), now_ms));
  if (book->Newest() != nullptr || config.initial_directory().empty()) return book;
  SIGNPOST_ASSIGN_OR_RETURN(const std::string bytes,
                            ReadFile(config.initial_directory(), size_t{8} << 20));
  v1::SignedDocument document;
  if (!document.ParseFromString(bytes)) {
    return absl::InvalidArgumentError(
        absl::StrCat(config.initial_directory(), " is not a signed directory"));
  }
  SIGNPOST_RETURN_IF_ERROR(book->Offer(document, now_ms).status());
  return book;
}

std::vector<std::string> CheckHubConfig(const v1::HubConfig& config, int64_t now_ms) {
  Problems problems;
  problems.Need(!config.name().empty(), "name");
  problems.Need(!config.listen().empty(), "listen");
  problems.Need(!config.tls().certificate().empty(), "tls.certificate");
  problems.Need(!config.tls().private_key().empty(), "tls.private_key");
  problems.Need(!config.tls().federation_ca().empty(), "tls.federation_ca");
  problems.Need(!config.anchor().empty(), "anchor");
  problems.Need(!config.directory_cache().empty(), "directory_cache");
  if (!config.name().empty() && !IsPeerName(config.name())) problems.Add("name is no valid name");
  if (!config.listen().empty() && config.listen().rfind(':') == std::string::npos) {
    problems.Add("listen must be host:port");
  }
  if (config.has_custodian()) CheckCustodian(config.custodian(), problems);
  const TlsPaths paths = TlsPathsOf(config);
  if (!paths.certificate.empty() && !paths.private_key.empty() && !paths.ca.empty()) {
    problems.Check(MakeServerCredentials(paths).status());
  }
  if (config.anchor().empty()) return problems.Take();
  const absl::StatusOr<v1::Anchor> anchor = ReadAnchor(config);
  problems.Check(anchor.status());
  if (!anchor.ok()) return problems.Take();
  if (FileExists(paths.certificate)) {
    const absl::StatusOr<CertificateInfo> own = OwnCertificate(config, anchor->trust_domain());
    problems.Check(own.status());
    if (own.ok() && own->not_after_ms <= now_ms) {
      problems.Add(absl::StrCat(
          paths.certificate, " has expired: have the federation's CA renew it, for the same key"));
    }
  }
  return problems.Take();
}

}  // namespace signpost::hub
