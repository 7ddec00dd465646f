// The shields journal: a small file beside the database (`<database>.shields`, 0600)
// that outlives a restore from backup. Every shield, quarantine, withholding and
// separation is on the disk here before the transaction that stores it commits; one
// that ends is noted after its commit. So a database older than this file is found
// out, and what it lacks is put back (node/store/shields_replay.h).
//
//   file   = "SGNPSHD1" ‖ sealed(16 random bytes) ‖ entry...
//   entry  = sealed(I(1,kind) ‖ I(1,on) ‖ child(16) ‖ other(16))      62 bytes
//   row of entry n (node/store/sealer.h) = I(8,n) ‖ h_(n-1)
//   h_0    = SHA-256(header),  h_n = SHA-256(entry n as stored)
//
// child and other are keyed digests of case references; other is zero bytes except
// for a separation. An entry moved, removed or taken from another file does not open.
//
// Thread safety: one thread at a time; several processes, by flock(2).
// Security: without the column key the file tells how many changes there were. A
// backup never holds it: a backup that did would roll it back.
#ifndef SIGNPOST_NODE_STORE_SHIELDS_JOURNAL_H_
#define SIGNPOST_NODE_STORE_SHIELDS_JOURNAL_H_

#include <absl/container/flat_hash_set.h>
#include <absl/types/span.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "node/store/sealer.h"
#include "node/store/writing.h"
#include "proto/base/random.h"
#include "proto/base/status.h"

namespace signpost::node {

std::string ShieldsPath(const std::string& database_path);

// How far a database has followed the journal; kept in the database itself.
struct ShieldsPosition {
  uint64_t count = 0;
  std::string hash;  // h_count, 32 bytes
};

class ShieldsJournal final : public ProtectionMemory {
 public:
  // NOT_FOUND: no file. FAILED_PRECONDITION: others may read it, it is no such file, or it was made
  // with another column key. DATA_LOSS: damaged before its end. A torn end (a crash while writing:
  // nothing that was acknowledged) is left out and overwritten by the next entry. `sealer` must
  // outlive the journal.
  static absl::StatusOr<std::unique_ptr<ShieldsJournal>> Open(const std::string& path,
                                                              const Sealer& sealer);
  // Makes an empty one; ALREADY_EXISTS.
  static absl::StatusOr<std::unique_ptr<ShieldsJournal>> Create(const std::string& path,
                                                                const Sealer& sealer,
                                                                Random& random);
  ~ShieldsJournal() override;
  ShieldsJournal(const ShieldsJournal&) = delete;
  ShieldsJournal& operator=(const ShieldsJournal&) = delete;

  // Adds the marks, after those of other processes, and syncs. UNAVAILABLE: the disk is full, or
  // the file was taken away; nothing counts then.
  absl::Status Append(absl::Span<const ProtectionMark> marks);

  bool Holds(Protection kind, std::string_view child) const override;
  std::vector<std::string> SeparatedFrom(std::string_view child) const override;
  bool HoldsMark(const ProtectionMark& mark) const;

  // Everything that is on; after `count` entries only what these later ones touched.
  std::vector<ProtectionMark> OnAfter(uint64_t count) const;
  ShieldsPosition position() const { return {entries_.size(), hash_}; }
  // Whether the first position.count entries are those that the database followed.
  bool Continues(const ShieldsPosition& position) const;

 private:
  struct Entry {
    ProtectionMark mark;
    std::string hash;
  };

  ShieldsJournal(int fd, std::string path, const Sealer& sealer)
      : fd_(fd), path_(std::move(path)), sealer_(sealer) {}

  absl::Status ReadHeader();
  // Reads entries from end_ on; stops before a torn end.
  absl::Status ReadEntries();
  absl::Status CheckInPlace() const;
  absl::StatusOr<std::string> SealEntry(const ProtectionMark& mark, uint64_t number,
                                        std::string_view previous) const;
  void Take(const ProtectionMark& mark, std::string hash);

  const int fd_;
  const std::string path_;
  const Sealer& sealer_;
  int64_t end_ = 0;  // after the last whole entry
  std::string first_hash_;
  std::string hash_;
  std::vector<Entry> entries_;
  absl::flat_hash_set<std::string> on_;  // I(1,kind) ‖ child ‖ other
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_SHIELDS_JOURNAL_H_
