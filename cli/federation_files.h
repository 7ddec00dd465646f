// The files of the officers' verbs, read and written with their checks, and how
// such a verb reports that it is done.
//
// Thread safety: functions, for the main thread.
// Security: private keys must be mode 0600 and are never overwritten.
#ifndef SIGNPOST_CLI_FEDERATION_FILES_H_
#define SIGNPOST_CLI_FEDERATION_FILES_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/app.h"
#include "cli/officer_directory.h"
#include "cli/officer_keys.h"
#include "proto/base/status.h"
#include "proto/directory/verified_directory.h"
#include "signpost/v1/directory.pb.h"

namespace signpost::cli {

// Each: errors of ReadFile, and INVALID_ARGUMENT naming the file when it holds something else.
absl::StatusOr<v1::SignedDocument> ReadDocument(const std::string& path);
absl::StatusOr<v1::OfficerKey> ReadOfficerPublic(const std::string& path);
absl::StatusOr<v1::CustodianShare> ReadCustodianShare(const std::string& path);
absl::StatusOr<v1::Anchor> ReadAnchor(const std::string& path);
absl::StatusOr<CertificatePin> ReadCertificatePin(const std::string& path);
// 64 hexadecimal digits, with or without a line break; 32 bytes.
absl::StatusOr<std::string> ReadHash(const std::string& path);
// The officer whose key file it is, by the anchor.
absl::StatusOr<OfficerSigner> ReadSigner(const std::string& key_path, const v1::Anchor& anchor);

// The contents of a document of type directory, whoever signed it.
absl::StatusOr<v1::Directory> ParseDirectory(const v1::SignedDocument& document);
// A signed directory as it was when it was issued: that it has expired since is no error.
absl::StatusOr<std::shared_ptr<const VerifiedDirectory>> ReadSignedDirectory(
    const std::string& path, const v1::Anchor& anchor);

absl::Status WriteDocument(const std::string& path, const v1::SignedDocument& document);

using Fields = std::vector<std::pair<std::string, std::string>>;
// Prints `text`, or with --output json an object of `schema` and `fields`. Returns kOk.
ExitCode Done(Context& context, std::string_view schema, std::string_view text,
              const Fields& fields);

// Prints why the verb did nothing; the status' own words say what to do.
ExitCode FailFile(Context& context, std::string_view what, const absl::Status& status);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_FEDERATION_FILES_H_
