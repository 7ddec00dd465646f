#include "proto/transport/credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <algorithm>
#include <utility>

#include "proto/base/file.h"
#include "proto/base/secret.h"
#include "proto/transport/certificate.h"
#include "proto/transport/grpc_log.h"

namespace signpost {
namespace {

constexpr unsigned kReloadSeconds = 5;

class ExpectedPeerVerifier final : public grpc::experimental::ExternalCertificateVerifier {
 public:
  ExpectedPeerVerifier(std::string id, std::vector<std::string> pins)
      : id_(std::move(id)), pins_(std::move(pins)) {}

  bool Verify(grpc::experimental::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)> /*callback*/, grpc::Status* sync_status) override {
    const grpc::string_ref pem = request->peer_cert();
    const auto info = InspectCertificate({pem.data(), pem.size()});
    const bool matches = info.ok() && info->uri == id_ && PinFits(info->pin);
    *sync_status = matches ? grpc::Status::OK
                           : grpc::Status(grpc::StatusCode::UNAUTHENTICATED,
                                          "the server is not the one expected here");
    return true;
  }
  void Cancel(grpc::experimental::TlsCustomVerificationCheckRequest* /*request*/) override {}

 private:
  bool PinFits(const std::string& pin) const {
    if (pins_.empty()) return true;
    return std::any_of(pins_.begin(), pins_.end(), [&pin](const std::string& accepted) {
      return EqualConstantTime(pin, accepted);
    });
  }

  const std::string id_;
  const std::vector<std::string> pins_;
};

absl::Status CheckFiles(const TlsPaths& paths) {
  ReplaceGrpcLog();
  SIGNPOST_RETURN_IF_ERROR(ReadCertificate(paths.certificate).status());
  SIGNPOST_RETURN_IF_ERROR(ReadFile(paths.ca).status());
  return CheckKeyPair(paths.certificate, paths.private_key);
}

std::shared_ptr<grpc::experimental::CertificateProviderInterface> Watch(const TlsPaths& paths) {
  return std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      paths.private_key, paths.certificate, paths.ca, kReloadSeconds);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    const TlsPaths& paths) {
  SIGNPOST_RETURN_IF_ERROR(CheckFiles(paths));
  grpc::experimental::TlsServerCredentialsOptions options(Watch(paths));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.set_certificate_verifier(std::make_shared<grpc::experimental::NoOpCertificateVerifier>());
  options.set_check_call_host(false);
  return grpc::experimental::TlsServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(
    const TlsPaths& paths, const std::string& expected_id, std::vector<std::string> pins) {
  SIGNPOST_RETURN_IF_ERROR(CheckFiles(paths));
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(Watch(paths));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(true);
  options.set_check_call_host(false);
  options.set_certificate_verifier(
      grpc::experimental::ExternalCertificateVerifier::Create<ExpectedPeerVerifier>(
          expected_id, std::move(pins)));
  return grpc::experimental::TlsCredentials(options);
}

}  // namespace signpost
