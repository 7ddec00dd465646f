// The node's own keys: the Ed25519 key that signs its claims and answers and the
// X25519 keys that its questions are sealed to, each a 0600 file of raw bytes
// made where it is used.
//
// Thread safety: immutable once read.
// Security: never leaves this host; the public halves go into the member entry.
#ifndef SIGNPOST_NODE_SERVICE_KEYS_H_
#define SIGNPOST_NODE_SERVICE_KEYS_H_

#include <map>
#include <memory>

#include "proto/base/random.h"
#include "proto/base/status.h"
#include "proto/crypto/hpke.h"
#include "proto/crypto/signature.h"
#include "signpost/v1/config.pb.h"

namespace signpost::node {

struct NodeKeys {
  SigningKey signing;
  std::map<uint32_t, X25519PrivateKey> sealing;  // by id
};

// FAILED_PRECONDITION for a file others may read; INVALID_ARGUMENT for one of another size.
absl::StatusOr<NodeKeys> ReadNodeKeys(const v1::NodeConfig& config);

struct InitRequest {
  std::string name;       // of the authority
  std::string telephone;  // of its desk, at most 30 bytes
  std::string trust_domain;
  uint64_t children = 0;   // declared
  std::string out_folder;  // receives <code>.csr and <code>.entry
};

// Makes every key that the configuration names and that does not exist yet (TLS P-256, Ed25519,
// X25519, column key), and writes the certificate request and the signed member entry into the
// folder. Existing keys are kept: run again, it prints the same identity.
absl::Status InitNode(const v1::NodeConfig& config, const InitRequest& request, Random& random);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_KEYS_H_
