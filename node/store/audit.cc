#include "node/store/audit.h"

#include "proto/base/bytes.h"
#include "proto/crypto/kdf.h"

namespace signpost::node {

std::string FirstAuditHash() { return std::string(kAuditHashSize, '\0'); }

std::string NextAuditHash(std::string_view previous, uint64_t number, std::string_view row) {
  return NextChainHash("signpost/v1/audit", previous, number, row);
}

std::string NextChainHash(std::string_view label, std::string_view previous, uint64_t number,
                          std::string_view row) {
  const std::string counted = IntBytes(8, number);
  const std::string size = IntBytes(4, row.size());
  const std::string_view pieces[] = {label, previous, counted, size, row};
  return Sha256Of(pieces);
}

std::string CheckpointHash(std::string_view salt, std::string_view head, uint64_t slot) {
  const std::string counted = IntBytes(8, slot);
  const std::string_view pieces[] = {salt, head, counted};
  return Sha256Of(pieces);
}

std::string_view AuditFaultName(AuditFault fault) {
  switch (fault) {
    case AuditFault::kNone:
      return "none";
    case AuditFault::kRowUnreadable:
      return "row changed or moved";
    case AuditFault::kRowMissing:
      return "row missing";
    case AuditFault::kRowChanged:
      return "row does not follow from the rows before it";
    case AuditFault::kHeadMismatch:
      return "end of the log cut off or forged";
    case AuditFault::kCheckpointMismatch:
      return "rows before a checkpoint rewritten";
    case AuditFault::kDeskJournal:
      return "the desk's journal changed";
  }
  return "unknown";
}

}  // namespace signpost::node
