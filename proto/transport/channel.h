// Channels and servers with this project's settings: message limits,
// keep-alives, bounded reconnection, no shared ports, no waiting for ever in a
// handshake.
//
// Thread safety: functions.
#ifndef SIGNPOST_PROTO_TRANSPORT_CHANNEL_H_
#define SIGNPOST_PROTO_TRANSPORT_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <memory>
#include <string>

#include "proto/limits.h"

namespace signpost {

struct ChannelSettings {
  size_t max_receive_bytes = kMaxMessageBytes;
  int keepalive_ms = 30'000;  // pings also without calls
  int keepalive_timeout_ms = 10'000;
};

std::shared_ptr<grpc::Channel> MakeChannel(
    const std::string& address, const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    const ChannelSettings& settings = {});

// Applies the server's side to `builder`; `port`, when given, receives the bound port (0 when the
// address is taken). Reflection and channelz stay off.
void ConfigureServer(grpc::ServerBuilder& builder, const std::string& listen,
                     const std::shared_ptr<grpc::ServerCredentials>& credentials, int* port,
                     size_t max_receive_bytes = kMaxMessageBytes);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_TRANSPORT_CHANNEL_H_
