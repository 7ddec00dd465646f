// The directory as one program keeps it: the newest good copy, the suspension
// orders over it, and the judgement of who is admitted now. Node, hub and
// custodian hold one each and ask it at every RPC.
//
// 1. Open() loads the last good copy and the orders from disk, so that a restart
//    neither forgets a suspension nor needs the hub.
// 2. Offer() takes a directory from anywhere; only a properly signed, unexpired,
//    strictly newer one replaces the copy, on disk before in memory.
// 3. OfferOrder() takes an officer's suspension order; it can only take away.
// 4. Snapshot() and Admission() say what holds at a moment.
//
// Invariants: (1) the version never goes down, also over restarts; (2) an order
// in force stays so until it expires or until a directory that came after it
// says that the member is active; (3) what is in memory is on disk.
//
// Thread safety: every method, from any thread. Subscribers are called outside
// the lock, on the thread that offered.
// Security: pins the officers' keys of its Anchor. Same version with other
// contents means that officers' keys signed two truths: it is refused, kept
// beside the cache as evidence, and raised as an alarm.
#ifndef SIGNPOST_PROTO_DIRECTORY_DIRECTORY_BOOK_H_
#define SIGNPOST_PROTO_DIRECTORY_DIRECTORY_BOOK_H_

#include <absl/container/btree_map.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/status.h"
#include "proto/directory/verified_directory.h"
#include "signpost/v1/directory.pb.h"
#include "signpost/v1/relay.pb.h"

namespace signpost {

enum class Admission {
  kActive,            // listed ACTIVE, no order against it
  kSuspended,         // by order, or state MEMBER_SUSPENDED
  kMaintenance,       // listed IN_MAINTENANCE
  kNotActive,         // listed, not active yet: INVITED, ENROLLED, APPROVED
  kLeaving,           // REVOKED or RETIRED
  kNotMember,         // not listed
  kDirectoryExpired,  // the newest directory is past not_after: nobody is admitted
  kNoDirectory,       // none yet
};
// "ACTIVE", "SUSPENDED", "NOT_A_MEMBER", ...: stable words for refusals and logs.
std::string_view AdmissionName(Admission admission);

struct AdmissionResult {
  Admission admission = Admission::kNoDirectory;
  std::string reason;  // for a person; of a suspension: the order's reason
  bool active() const { return admission == Admission::kActive; }
};

// What holds at one moment. Cheap to take and to copy.
struct DirectorySnapshot {
  // Null when there is none or it has expired.
  std::shared_ptr<const VerifiedDirectory> directory;
  // Codes of the members suspended by an order in force, with the order's reason.
  std::shared_ptr<const absl::btree_map<std::string, std::string>> suspended;
  bool expired = false;  // there is a directory, past its not_after

  AdmissionResult Admit(std::string_view code) const;
};

enum class Acceptability {
  kAcceptable,  // one's newest, or it was within the last 10 minutes
  kAhead,       // newer than one's newest: fetch it
  kBehind,      // older than that: the asker must update
  kConflict,    // same version, other contents
};

struct OfferOutcome {
  bool changed = false;  // false: this very document is already in force
};

using DirectorySubscriber = std::function<void()>;

class DirectoryBook {
 public:
  struct Options {
    v1::Anchor anchor;
    // File of the last good copy; orders lie at <cache_path>.orders, a conflicting document at
    // <cache_path>.conflict. Empty: keeps nothing (the officers' tool, tests).
    std::string cache_path;
  };

  // Checks the anchor and loads what is on disk. It is not an error if no cache exists or if the
  // cached directory has expired (it still guards against rollback). INVALID_ARGUMENT BAD_ANCHOR;
  // DATA_LOSS when a cache file is there and cannot be read or verified: restore or delete it.
  static absl::StatusOr<std::unique_ptr<DirectoryBook>> Open(Options options, int64_t now_ms);

  const v1::Anchor& anchor() const { return options_.anchor; }

  // Takes a newer directory. OK with changed == false for the one in force. Errors of
  // VerifyDirectory, and FAILED_PRECONDITION ROLLBACK, CONFLICT, WRONG_PREVIOUS; UNAVAILABLE
  // CACHE_UNWRITABLE (nothing changes then).
  absl::StatusOr<OfferOutcome> Offer(const v1::SignedDocument& document, int64_t now_ms);

  // Takes a suspension order. PERMISSION_DENIED TOO_FEW_SIGNATURES (one officer's is enough);
  // INVALID_ARGUMENT WRONG_TYPE, MALFORMED, BAD_ORDER, TOO_LONG; FAILED_PRECONDITION EXPIRED,
  // NOT_YET_ISSUED, SUPERSEDED (a newer directory says otherwise); UNAVAILABLE CACHE_UNWRITABLE.
  // An order against a member that the directory does not list (yet) is kept and harmless.
  absl::StatusOr<OfferOutcome> OfferOrder(const v1::SignedDocument& document, int64_t now_ms);

  // Offers the directory and every order of what a hub sent; the first error, after trying all of
  // it. It is not an error if parts of it are old news or orders that have lapsed meanwhile.
  absl::Status OfferUpdate(const v1::DirectoryUpdate& update, int64_t now_ms);

  // What to send to somebody who has version `have_version`: the newest directory if that is newer
  // (expired or not), and every order in force.
  v1::DirectoryUpdate Update(uint64_t have_version, int64_t now_ms) const;

  DirectorySnapshot Snapshot(int64_t now_ms) const;
  AdmissionResult Admit(std::string_view code, int64_t now_ms) const;

  // Judges the directory that a question names. `hash` is 32 bytes.
  Acceptability Accept(uint64_t version, std::string_view hash, int64_t now_ms) const;

  // The newest copy, expired or not; null when there is none.
  std::shared_ptr<const VerifiedDirectory> Newest() const;
  // Documents of the orders in force, to be passed on.
  std::vector<v1::SignedDocument> OrdersInForce(int64_t now_ms) const;
  // Whole days until the newest copy expires, negative after; 0 when there is none.
  int64_t DaysLeft(int64_t now_ms) const;
  // From 14 days before not_after on, and with no directory: warn the operator.
  bool ExpiryWarning(int64_t now_ms) const;
  // True once a conflicting document has been seen, until an operator deletes the evidence file
  // and restarts.
  bool ConflictAlarm() const;

  // Calls `subscriber` after each change of directory or orders; it must be quick and must not
  // offer. Returns an id for Unsubscribe.
  uint64_t Subscribe(DirectorySubscriber subscriber);
  // After it returns no new call begins; one that runs on another thread may still be ending.
  void Unsubscribe(uint64_t id);

 private:
  struct Order {
    v1::SignedDocument document;
    v1::SuspensionOrder message;
  };
  struct Past {  // a directory that was the newest until `replaced_ms`
    uint64_t version;
    std::string hash;
    int64_t replaced_ms;
  };
  using Suspended = absl::btree_map<std::string, std::string>;

  explicit DirectoryBook(Options options) : options_(std::move(options)) {}
  absl::Status LoadDirectory() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status LoadOrders() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckSuccessor(const VerifiedDirectory& next) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RaiseConflict(const v1::SignedDocument& document) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Superseded(const v1::SuspensionOrder& order) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool InForce(const Order& order, int64_t now_ms) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<v1::SignedDocument> Orders(int64_t now_ms) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RefreshSuspended(int64_t now_ms) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status SaveOrders(const std::vector<Order>& orders) const;
  void Notify();

  const Options options_;
  Mutex offer_mutex_;  // held over a whole offer, disk included; taken before mutex_
  mutable Mutex mutex_;
  std::shared_ptr<const VerifiedDirectory> newest_ ABSL_GUARDED_BY(mutex_);
  std::vector<Past> past_ ABSL_GUARDED_BY(mutex_);
  std::vector<Order> orders_ ABSL_GUARDED_BY(mutex_);
  bool conflict_ ABSL_GUARDED_BY(mutex_) = false;
  // What Snapshot hands out, good for moments in [suspended_from_ms_, suspended_until_ms_).
  mutable std::shared_ptr<const Suspended> suspended_ ABSL_GUARDED_BY(mutex_);
  mutable int64_t suspended_from_ms_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable int64_t suspended_until_ms_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t next_subscriber_ ABSL_GUARDED_BY(mutex_) = 1;
  absl::btree_map<uint64_t, DirectorySubscriber> subscribers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace signpost

#endif  // SIGNPOST_PROTO_DIRECTORY_DIRECTORY_BOOK_H_
