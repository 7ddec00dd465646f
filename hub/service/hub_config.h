// Checks the configuration of a hub or custodian, and opens what it names.
//
// Thread safety: functions.
#ifndef SIGNPOST_HUB_SERVICE_HUB_CONFIG_H_
#define SIGNPOST_HUB_SERVICE_HUB_CONFIG_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "proto/directory/directory_book.h"
#include "proto/transport/certificate.h"
#include "proto/transport/credentials.h"
#include "signpost/v1/config.pb.h"

namespace signpost::hub {

// Every problem at once, a sentence each: missing fields, files that are missing or readable for
// others, a certificate that is of another identity or has ended, an anchor or directory that does
// not verify, key files of the other role. Empty when the program can start.
std::vector<std::string> CheckHubConfig(const v1::HubConfig& config, int64_t now_ms);

TlsPaths TlsPathsOf(const v1::HubConfig& config);

// The directory as this configuration keeps it: the cache, or, while that does not exist, the
// initial directory. Errors of ParseAnchor, DirectoryBook::Open and, for the initial directory,
// DirectoryBook::Offer.
absl::StatusOr<std::unique_ptr<DirectoryBook>> OpenBook(const v1::HubConfig& config,
                                                        int64_t now_ms);

// The own certificate. FAILED_PRECONDITION when it is not that of /hub/<name> or
// /custodian/<name> in this trust domain, or does not belong to the key.
absl::StatusOr<CertificateInfo> OwnCertificate(const v1::HubConfig& config,
                                               const std::string& trust_domain);

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_HUB_CONFIG_H_
