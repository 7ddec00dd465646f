// One write transaction as the tables see it, and what it changes of protections:
// those marks go to the shields journal before the transaction commits.
//
// Thread safety: values of one thread.
// Security: a mark names children by the keyed digest of their case reference.
#ifndef SIGNPOST_NODE_STORE_WRITING_H_
#define SIGNPOST_NODE_STORE_WRITING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "node/store/connection.h"
#include "node/store/sealer.h"

namespace signpost::node {

// What a restored database must not forget.
enum class Protection : uint8_t { kShield = 1, kQuarantine = 2, kWithheld = 3, kSeparated = 4 };

struct ProtectionMark {
  Protection kind = Protection::kShield;
  bool on = false;
  std::string child;  // children.case_index, 16 bytes
  std::string other;  // kSeparated: the other one's, the greater of the two; else empty
};

// What the journal holds of children that the database may not have (yet, or any more).
class ProtectionMemory {
 public:
  virtual ~ProtectionMemory() = default;
  // Not for separations.
  virtual bool Holds(Protection kind, std::string_view child) const = 0;
  virtual std::vector<std::string> SeparatedFrom(std::string_view child) const = 0;
};

struct Writing {
  Connection& db;
  const Sealer& sealer;
  const ProtectionMemory& memory;
  std::vector<ProtectionMark> marks = {};
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_WRITING_H_
