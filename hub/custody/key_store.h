// The custodian's shares of the blinding keys, one an epoch: read from 0600
// files, checked against what the directory publishes, and destroyed when the
// epoch retires.
//
// A key file is a serialised v1::CustodianKey. At retire_at its bytes are overwritten, synced and
// the file removed; shares are independent and random, so that nothing brings one back.
//
// Thread safety: every method, from any thread.
// Security: a share leaves this class only as a shared pointer to the evaluation that uses it;
// it is never logged, printed or sent. A share that does not belong to the directory's epoch
// is not used: its proofs would fail at every node.
#ifndef SIGNPOST_HUB_CUSTODY_KEY_STORE_H_
#define SIGNPOST_HUB_CUSTODY_KEY_STORE_H_

#include <absl/container/btree_map.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/status.h"
#include "proto/crypto/voprf.h"
#include "proto/directory/verified_directory.h"

namespace signpost::hub {

class KeyStore {
 public:
  // `role` is "a" or "b".
  explicit KeyStore(std::string role) : role_(std::move(role)) {}

  // Reads the files, in place of what was held. A file that does not exist is logged and left out:
  // it may be one that was destroyed. Otherwise everything or nothing: FAILED_PRECONDITION when a
  // file is readable for others, INVALID_ARGUMENT when it is not a share of this role or an epoch
  // comes twice. Errors name the file.
  absl::Status Load(const std::vector<std::string>& files);

  struct Found {
    std::shared_ptr<const CustodianShare> share;  // null: not served, see mismatch
    bool mismatch = false;  // held, but not the share that the directory publishes
  };
  // The share of an epoch that is live at `now_ms`: not_before <= now < retire_at.
  Found Find(uint32_t epoch, const VerifiedDirectory& directory, int64_t now_ms) const;

  // Logs each live or coming epoch for which the share is missing or another; call at each new
  // directory. Returns how many there are.
  int CheckAgainst(const VerifiedDirectory& directory, int64_t now_ms) const;

  // Destroys the shares of retired epochs: past retire_at, or older than every epoch that the
  // directory still lists. Returns these epochs. A file that cannot be removed is logged and tried
  // again at the next call; its share is out of memory at once.
  std::vector<uint32_t> DestroyRetired(const VerifiedDirectory& directory, int64_t now_ms);

  std::vector<uint32_t> Epochs() const;

 private:
  struct Held {
    std::shared_ptr<const CustodianShare> share;
    std::string path;
  };
  std::string_view PublicShareOf(const v1::Epoch& epoch) const;

  const std::string role_;
  mutable Mutex mutex_;
  absl::btree_map<uint32_t, Held> held_ ABSL_GUARDED_BY(mutex_);
};

// Overwrites a file's bytes with zeroes, syncs, removes it, syncs the folder. NOT_FOUND,
// UNAVAILABLE.
absl::Status DestroyFile(const std::string& path);

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_CUSTODY_KEY_STORE_H_
