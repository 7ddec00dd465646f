// The profile of the person at this computer, and channels to their node and hub.
//
// Property: a channel speaks only to a server that proves the SPIFFE id the
// profile names; TLS 1.3 with the profile's own certificate.
// Thread safety: functions.
// Security: the private key is read from a file that others may not read.
#ifndef SIGNPOST_CLI_CONNECTION_H_
#define SIGNPOST_CLI_CONNECTION_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <string_view>

#include "cli/problem.h"
#include "proto/base/status.h"
#include "signpost/v1/config.pb.h"

namespace signpost::cli {

// Where profile `name` lies: the name itself when it contains '/', else
// $XDG_CONFIG_HOME/signpost/NAME.txtpb, else ~/.config/signpost/NAME.txtpb.
std::string ProfilePath(std::string_view name);

// Reads and checks a profile; relative file names in it count from the profile's own folder.
// NOT_FOUND without one; INVALID_ARGUMENT listing every problem.
absl::StatusOr<v1::Profile> LoadProfile(std::string_view name);

// A channel to the node (/authority/<authority>) or the hub (/hub/<hub_name>) of the profile.
// Connects at the first call. Errors are of local files: configuration.
absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectToNode(const v1::Profile& profile);
absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectToHub(const v1::Profile& profile);

// Gives a call a deadline `seconds` from now (at most 60, else servers refuse it).
void SetDeadline(grpc::ClientContext& call, int seconds);

// CallProblem of a failed gRPC call, with its ErrorInfo reason.
Problem GrpcProblem(std::string_view what, std::string_view peer, const grpc::Status& status);

// The ErrorInfo reason of a failed call; "" without one.
std::string GrpcReason(const grpc::Status& status);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_CONNECTION_H_
