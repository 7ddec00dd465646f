// Store: everything an authority's node keeps. Children, involvements, enrolled
// tags, the audit chain, the set of questions already seen, and small values.
//
// Properties: a write that returned OK survives kill -9 and power loss; a batch
// is written whole or not at all; what could not be recorded returns an error, so
// that the caller tells nobody anything (fail closed).
//
// Thread safety: every method may be called from several threads. Writers wait
// for each other; readers see the last committed state and wait for nobody.
// Never call from a gRPC callback thread: a commit waits for the disk.
//
// Security: details, references, carers, involvements, tags and audit rows are
// sealed at rest. Errors hold no value of a record.
//
// Errors of every method, besides those named: UNAVAILABLE (disk full, busy or
// not writable), DATA_LOSS (a sealed column does not open, or the file is
// damaged), INVALID_ARGUMENT (a size limit of proto/limits.h is broken).
#ifndef SIGNPOST_NODE_STORE_STORE_H_
#define SIGNPOST_NODE_STORE_STORE_H_

#include <absl/types/span.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/record/records.h"
#include "node/store/audit.h"
#include "node/store/desk_table.h"
#include "node/store/duplicates_table.h"
#include "node/store/people_table.h"
#include "node/store/signposts_table.h"
#include "node/store/tags.h"
#include "proto/base/status.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

// Why an id is in the seen-set.
enum class SeenKind {
  kQuestion = 1,  // hh of a question that this node claimed, or alerted its desk about
  kRequest = 2,   // request_id of a client's Ask
};

struct SeenEntry {
  SeenKind kind = SeenKind::kQuestion;
  std::string id;  // 16 to 64 bytes
  int64_t expires_ms = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // --- Children ---

  // Creates or updates each child by its case reference, in one transaction together with `audit`
  // (may be empty; rows as in AppendAudit). Outcomes are in the order of `writes`. A change of the
  // details puts the child back into the enrolment queue; an unchanged one costs no write. A shield
  // once stored stays, whatever a later write says or leaves out; so does a quarantine. Earlier
  // details stay in the history. The case reference of a record merged away gives kSuperseded.
  virtual absl::StatusOr<std::vector<WriteOutcome>> UpsertChildren(
      absl::Span<const ChildWrite> writes, int64_t now_ms, std::vector<v1::AuditRow> audit) = 0;

  // NOT_FOUND when there is none.
  virtual absl::StatusOr<ChildRow> GetChildByCase(std::string_view case_reference) = 0;
  virtual absl::StatusOr<ChildRow> GetChild(int64_t child_id) = 0;

  virtual absl::StatusOr<uint64_t> CountChildren() = 0;
  // Ids above `after`, ascending, at most `limit`.
  virtual absl::StatusOr<std::vector<int64_t>> ListChildIds(int64_t after, size_t limit) = 0;

  // Protection. NOT_FOUND for an unknown child. Shielding an already shielded child replaces the
  // decision. Separate() is symmetric; INVALID_ARGUMENT for a child and itself.
  // `findings`: duplicates of the child, stored and quarantined as they say.
  virtual absl::Status ShieldChild(int64_t child_id, const Shield& shield,
                                   absl::Span<const DuplicateFinding> findings, int64_t now_ms,
                                   std::vector<v1::AuditRow> audit) = 0;
  virtual absl::Status UnshieldChild(int64_t child_id, std::vector<v1::AuditRow> audit) = 0;
  // Empty lifts it. `desk`: the review that a second person owes.
  virtual absl::Status SetWithheld(int64_t child_id, const std::optional<Withholding>& withheld,
                                   std::vector<v1::DeskItem> desk, int64_t now_ms,
                                   std::vector<v1::AuditRow> audit) = 0;
  virtual absl::Status SetQuarantined(int64_t child_id, bool quarantined,
                                      std::vector<v1::AuditRow> audit) = 0;
  // Archiving drops the child's tags; `now_ms` becomes its archived_ms.
  virtual absl::Status SetArchived(int64_t child_id, bool archived, int64_t now_ms,
                                   std::vector<v1::AuditRow> audit) = 0;
  virtual absl::Status Separate(int64_t child_a, int64_t child_b,
                                std::vector<v1::AuditRow> audit) = 0;
  // True when the two are a separated pair.
  virtual absl::StatusOr<bool> AreSeparated(int64_t child_a, int64_t child_b) = 0;

  // Merges `absorbed` into `survivor`, whose details become `merged`: involvements, history, desk
  // items and signposts move, the shield wins, the absorbed case reference is superseded (found
  // under it is the survivor), its row, tags and digests are destroyed. FAILED_PRECONDITION
  // SEPARATED. NOT_FOUND.
  virtual absl::Status MergeChildren(int64_t survivor, int64_t absorbed,
                                     const v1::ChildDetails& merged,
                                     absl::Span<const std::string> blocking, int64_t now_ms,
                                     std::vector<v1::AuditRow> audit) = 0;
  // Earlier details, newest first. Empty for an unknown child.
  virtual absl::StatusOr<std::vector<v1::ChildVersion>> ListHistory(int64_t child_id) = 0;

  // Deletes a child with everything that belongs to it, or one involvement, and overwrites the
  // pages. Empty the log after a batch. NOT_FOUND.
  virtual absl::Status DestroyChild(int64_t child_id, std::vector<v1::AuditRow> audit) = 0;
  virtual absl::Status DestroyInvolvement(int64_t involvement_id,
                                          std::vector<v1::AuditRow> audit) = 0;
  // Empties the write-ahead log, so that nothing deleted stays in it. UNAVAILABLE while a long
  // reader uses it: call again.
  virtual absl::Status EmptyLog() = 0;
  // A keyed digest of a case reference, 32 bytes: proves to who knows it which record was
  // destroyed, and says nothing to others. Pure.
  virtual std::string CaseDigest(std::string_view case_reference) const = 0;

  // After a restore from a backup that may lack later shields: true until ConfirmShields().
  virtual bool ShieldsUnconfirmed() const = 0;
  virtual absl::Status ConfirmShields(std::vector<v1::AuditRow> audit) = 0;

  virtual DeskTable& desk() = 0;
  virtual PeopleTable& people() = 0;
  virtual DuplicatesTable& duplicates() = 0;
  virtual SignpostsTable& signposts() = 0;

  // --- Involvements ---

  // Creates or updates each by (child, reference), in one transaction with `audit`. A row whose
  // case is unknown reports kNoSuchCase and the others go in.
  virtual absl::StatusOr<std::vector<WriteOutcome>> UpsertInvolvements(
      absl::Span<const InvolvementWrite> writes, int64_t now_ms,
      std::vector<v1::AuditRow> audit) = 0;

  // Sets end_on (YYYY-MM-DD). kUnchanged when it is that date already. When nothing was found,
  // nothing is written, `audit` neither. INVALID_ARGUMENT: not a date, or before the start.
  virtual absl::StatusOr<WriteOutcome> CloseInvolvement(std::string_view case_reference,
                                                        std::string_view reference,
                                                        std::string_view end_on, int64_t now_ms,
                                                        std::vector<v1::AuditRow> audit) = 0;

  // Newest start first. Empty for an unknown child.
  virtual absl::StatusOr<std::vector<InvolvementRow>> ListInvolvements(int64_t child_id) = 0;

  // --- For the rules ---

  // One row for each of `child_ids` that exists, ascending; unknown ids are left out.
  // `look_back_from_ms`: involvements that ended before this moment do not count.
  virtual absl::StatusOr<std::vector<ClaimRow>> ClaimRows(absl::Span<const int64_t> child_ids,
                                                          int64_t now_ms,
                                                          int64_t look_back_from_ms) = 0;

  // --- Tags ---

  // Keyed digest of a match key, 16 bytes: equal digests of one node mean equal keys, and the
  // digest says nothing without the column key. Pure.
  virtual std::string KeyDigest(uint8_t key_type, std::string_view match_key) const = 0;

  // Replaces the tags of each child for the epoch, in one transaction. A child that is gone, or
  // whose stored tags come from a newer revision, is skipped. Returns how many were stored.
  virtual absl::StatusOr<size_t> ReplaceTags(uint32_t epoch, absl::Span<const TagSet> sets) = 0;

  // Children that are not archived and whose newest revision has no tags in this epoch; those that
  // wait longest first, at most `limit`. One call reads the whole table of children: ask for some
  // thousands at once.
  virtual absl::StatusOr<std::vector<EnrolmentItem>> ChildrenToEnrol(uint32_t epoch,
                                                                     size_t limit) = 0;
  virtual absl::StatusOr<EnrolmentCount> CountEnrolment(uint32_t epoch) = 0;

  // One child's tags, poss included. NOT_FOUND when it has none in this epoch.
  virtual absl::StatusOr<TagSet> LoadTags(uint32_t epoch, int64_t child_id) = 0;

  // Calls `visit` for each enrolled, not archived child of the epoch, from one snapshot, ascending
  // by child. Must not call the store from `visit`.
  virtual absl::Status ForEachHint(
      uint32_t epoch, const std::function<void(int64_t child_id, int64_t revision,
                                               const std::vector<HintView>& hints)>& visit) = 0;

  // Poss of one child's tags, in the order of `ordinals`. NOT_FOUND when the child has no tags in
  // this epoch, when they were derived from another revision than `revision` (the index is
  // behind), or when an ordinal does not exist.
  virtual absl::StatusOr<std::vector<Secret>> FetchPoss(uint32_t epoch, int64_t child_id,
                                                        int64_t revision,
                                                        absl::Span<const uint16_t> ordinals) = 0;

  // Epochs that have tags, ascending.
  virtual absl::StatusOr<std::vector<uint32_t>> ListTagEpochs() = 0;

  // Deletes a retired epoch's tags, overwrites their pages, and empties the write-ahead log.
  // UNAVAILABLE when a long reader keeps the log in use: the tags are deleted, call again to empty
  // the log. It is not an error if there are none.
  virtual absl::Status DeleteEpoch(uint32_t epoch) = 0;

  // --- Audit ---

  // Numbers the rows (AuditRow.number is overwritten), chains and commits them, with `seen`, in one
  // transaction; returns the number of the last. On return they are on the disk.
  // ALREADY_EXISTS when an entry of `seen` is there and has not expired: nothing is written.
  // UNAVAILABLE: nothing is written, and nothing may be told.
  virtual absl::StatusOr<uint64_t> AppendAudit(std::vector<v1::AuditRow> rows,
                                               absl::Span<const SeenEntry> seen,
                                               int64_t now_ms) = 0;
  // The same together with desk items, journalled apart (as DeskTable::Append).
  virtual absl::StatusOr<uint64_t> AppendAuditAndDesk(std::vector<v1::AuditRow> rows,
                                                      absl::Span<const SeenEntry> seen,
                                                      std::vector<v1::DeskItem> desk,
                                                      int64_t now_ms) = 0;

  // Newest first, numbers below `before_number` (0: from the newest), at most `limit`.
  virtual absl::StatusOr<std::vector<v1::AuditRow>> ListAudit(uint64_t before_number,
                                                              size_t limit) = 0;

  // Walks the whole chain and every checkpoint, and the desk's journal, whose rows are not counted.
  // A broken chain is a result, not an error.
  virtual absl::StatusOr<AuditVerification> VerifyAudit() = 0;

  // Cuts this slot's checkpoint if it is not cut; call on a timer at least once a slot. While the
  // clock says less than the newest checkpoint (it was wrong then, or is wrong now), the slots go
  // on by uptime: one each 10 minutes, numbered after the newest.
  virtual absl::Status CutCheckpoint(int64_t now_ms) = 0;
  // The newest one; from memory. `hash` is empty before the first cut.
  virtual AuditCheckpoint CurrentCheckpoint() const = 0;

  // --- Seen-set and small values ---

  // Entries of one kind that have not expired at `now_ms`.
  virtual absl::StatusOr<std::vector<SeenEntry>> ListSeen(SeenKind kind, int64_t now_ms) = 0;
  // Removes expired entries.
  virtual absl::Status ForgetSeen(int64_t now_ms) = 0;

  // A small value under a name; sealed. Absent: nothing. Names at most 64, values 4,096 bytes.
  virtual absl::StatusOr<std::optional<std::string>> GetMeta(std::string_view name) = 0;
  virtual absl::Status PutMeta(std::string_view name, std::string_view value) = 0;

  // OK when a commit works now and there is room for at least 16 KiB more. Costs a commit.
  virtual absl::Status Writable() = 0;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_STORE_H_
