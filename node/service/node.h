// A whole node: its store, keys, directory, index, enrolment, streams to the
// hubs and the service for its own people, built from a configuration and taken
// down in order. The route of a question through it:
//
//   own practitioner -> LookupService -> QuestionRunner -> custodians, hub
//   other authority  -> Uplink -> Answerer (worker) -> ReleaseTimer -> Uplink
//
// Thread safety: Start(), Drain() and the accessors from main's thread.
// Security: refuses to start when a secret lies open, the database or audit
// cannot be written, or the certificate is not this authority's.
#ifndef SIGNPOST_NODE_SERVICE_NODE_H_
#define SIGNPOST_NODE_SERVICE_NODE_H_

#include <memory>
#include <string>

#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/base/status.h"
#include "signpost/v1/config.pb.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

// Every problem of the configuration at once, one a line; OK when there is none. Reads no secret.
absl::Status CheckNodeConfig(const v1::NodeConfig& config);

class Node {
 public:
  // Reads keys and anchor, opens the database, loads the directory and the index.
  // Errors say which file or setting and what to do.
  static absl::StatusOr<std::unique_ptr<Node>> Build(const v1::NodeConfig& config,
                                                     std::string version, const Clock& clock,
                                                     Random& random);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Listens for the authority's own people and dials the hubs. UNAVAILABLE: the address is taken.
  absl::Status Start();
  // The port of `listen`; useful when it was 0.
  int port() const;
  // Call every second: checkpoints, expiry, health, hubs as the directory names them.
  void Tick();
  // Stops taking questions, lets running ones end within `ms`, closes the streams.
  void Drain(int64_t ms);

  v1::NodeStatus Status() const;

 private:
  class Parts;
  explicit Node(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_NODE_H_
