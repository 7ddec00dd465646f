#include "cli/connection.h"

#include <chrono>
#include <cstdlib>
#include <vector>

#include "cli/json_reader.h"
#include "proto/base/bytes.h"
#include "proto/base/config.h"
#include "proto/base/file.h"
#include "proto/transport/channel.h"
#include "proto/transport/credentials.h"
#include "proto/transport/errors.h"

namespace signpost::cli {
namespace {

std::string FromEnvironment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no thread changes it
  return value == nullptr ? "" : value;
}

std::string Beside(const std::string& profile_path, const std::string& file) {
  if (file.empty() || file.front() == '/') return file;
  return profile_path.substr(0, profile_path.rfind('/') + 1) + file;
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const v1::Profile& profile,
                                                       const std::string& address,
                                                       const std::string& role) {
  const TlsPaths paths = {profile.certificate(), profile.private_key(), profile.ca()};
  const std::string id = "spiffe://" + profile.trust_domain() + role;
  SIGNPOST_ASSIGN_OR_RETURN(auto credentials, MakeChannelCredentials(paths, id));
  return MakeChannel(address, credentials);
}

}  // namespace

std::string ProfilePath(std::string_view name) {
  if (name.find('/') != std::string_view::npos) return std::string(name);
  std::string folder = FromEnvironment("XDG_CONFIG_HOME");
  if (folder.empty()) folder = FromEnvironment("HOME") + "/.config";
  return folder + "/signpost/" + std::string(name) + ".txtpb";
}

absl::StatusOr<v1::Profile> LoadProfile(std::string_view name) {
  const std::string path = ProfilePath(name);
  if (!FileExists(path)) return absl::NotFoundError(absl::StrCat("there is no profile at ", path));
  v1::Profile profile;
  SIGNPOST_RETURN_IF_ERROR(ReadTextConfig(path, profile));
  std::vector<std::string> problems;
  const auto need = [&](std::string_view field, const std::string& value) {
    if (value.empty()) problems.push_back(absl::StrCat(path, ": ", ToAbsl(field), " is missing"));
  };
  need("certificate", profile.certificate());
  need("private_key", profile.private_key());
  need("ca", profile.ca());
  need("trust_domain", profile.trust_domain());
  SIGNPOST_RETURN_IF_ERROR(ProblemsToStatus(problems));
  profile.set_certificate(Beside(path, profile.certificate()));
  profile.set_private_key(Beside(path, profile.private_key()));
  profile.set_ca(Beside(path, profile.ca()));
  return profile;
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectToNode(const v1::Profile& profile) {
  if (profile.node_address().empty() || profile.authority().empty()) {
    return absl::InvalidArgumentError("the profile names no node_address or no authority");
  }
  return Connect(profile, profile.node_address(), "/authority/" + profile.authority());
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectToHub(const v1::Profile& profile) {
  if (profile.hub_address().empty() || profile.hub_name().empty()) {
    return absl::InvalidArgumentError("the profile names no hub_address or no hub_name");
  }
  return Connect(profile, profile.hub_address(), "/hub/" + profile.hub_name());
}

void SetDeadline(grpc::ClientContext& call, int seconds) {
  call.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(seconds));
}

std::string GrpcReason(const grpc::Status& status) { return DetailsOf(FromGrpc(status)).reason; }

Problem GrpcProblem(std::string_view what, std::string_view peer, const grpc::Status& status) {
  const absl::Status converted = FromGrpc(status);
  return CallProblem(what, peer, converted.code(), DetailsOf(converted).reason);
}

}  // namespace signpost::cli
