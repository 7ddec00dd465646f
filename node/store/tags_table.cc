#include "node/store/tags_table.h"

#include <utility>

#include "proto/base/bytes.h"

namespace signpost::node {
namespace {

// Tags are bound to the record's state they were derived from.
std::string TagRowName(uint32_t epoch, int64_t child_id, int64_t revision) {
  return absl::StrCat(IntBytes(4, epoch), RowName(child_id), RowName(revision));
}

absl::Status NoTags() { return absl::NotFoundError("the child has no such tags in this epoch"); }

absl::StatusOr<bool> TagsStillWanted(Connection& db, const TagSet& set) {
  Statement select = db.Prepare("SELECT revision FROM children WHERE id = ? AND archived = 0");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Int(1, set.child_id).Step());
  return found && set.revision <= select.IntAt(0);
}

std::vector<StoredTag> ToStored(const std::vector<HintView>& hints, std::string_view poss) {
  std::vector<StoredTag> tags;
  tags.reserve(hints.size());
  for (const HintView& hint : hints) {
    StoredTag tag;
    tag.key_type = hint.key_type;
    tag.ask_only = hint.ask_only;
    tag.key_digest = std::string(hint.key_digest);
    tag.hint = std::string(hint.hint);
    tag.poss = Secret::CopyOf(poss.substr(hint.ordinal * kPossSize, kPossSize));
    tags.push_back(std::move(tag));
  }
  return tags;
}

}  // namespace

absl::StatusOr<bool> WriteTagSet(Connection& db, const Sealer& sealer, uint32_t epoch,
                                 const TagSet& set) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string hints, PackHints(set.tags));
  SIGNPOST_ASSIGN_OR_RETURN(const Secret poss, PackPoss(set.tags));
  SIGNPOST_ASSIGN_OR_RETURN(const bool wanted, TagsStillWanted(db, set));
  if (!wanted) return false;
  const std::string row = TagRowName(epoch, set.child_id, set.revision);
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed_hints,
                            sealer.Seal(Column::kTagHints, row, hints));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed_poss,
                            sealer.Seal(Column::kTagPoss, row, poss.Expose()));
  SIGNPOST_RETURN_IF_ERROR(
      db.Prepare("INSERT INTO tag_sets (epoch, child_id, revision, hints, poss)"
                 " VALUES (?, ?, ?, ?, ?) ON CONFLICT (epoch, child_id) DO UPDATE SET"
                 " revision = excluded.revision, hints = excluded.hints, poss = excluded.poss"
                 " WHERE excluded.revision >= tag_sets.revision")
          .Int(1, epoch)
          .Int(2, set.child_id)
          .Int(3, set.revision)
          .Blob(4, sealed_hints)
          .Blob(5, sealed_poss)
          .Run());
  return db.Changes() == 1;
}

absl::StatusOr<TagSet> ReadTagSet(Connection& db, const Sealer& sealer, uint32_t epoch,
                                  int64_t child_id) {
  Statement select =
      db.Prepare("SELECT revision, hints, poss FROM tag_sets WHERE epoch = ? AND child_id = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Int(1, epoch).Int(2, child_id).Step());
  if (!found) return NoTags();
  TagSet set;
  set.child_id = child_id;
  set.revision = select.IntAt(0);
  const std::string row = TagRowName(epoch, child_id, set.revision);
  SIGNPOST_ASSIGN_OR_RETURN(const Secret packed,
                            sealer.Open(Column::kTagHints, row, select.BlobAt(1)));
  SIGNPOST_ASSIGN_OR_RETURN(const Secret poss,
                            sealer.Open(Column::kTagPoss, row, select.BlobAt(2)));
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<HintView> hints, UnpackHints(packed.Expose()));
  if (poss.size() != hints.size() * kPossSize) {
    return absl::DataLossError("stored tags are not in their format");
  }
  set.tags = ToStored(hints, poss.Expose());
  return set;
}

absl::Status VisitHints(Connection& db, const Sealer& sealer, uint32_t epoch,
                        const std::function<void(int64_t child_id, int64_t revision,
                                                 const std::vector<HintView>& hints)>& visit) {
  Statement select = db.Prepare(
      "SELECT tag_sets.child_id, tag_sets.revision, tag_sets.hints FROM tag_sets"
      " JOIN children ON children.id = tag_sets.child_id"
      " WHERE tag_sets.epoch = ? AND children.archived = 0 ORDER BY tag_sets.child_id");
  select.Int(1, epoch);
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return absl::OkStatus();
    const int64_t child_id = select.IntAt(0);
    const int64_t revision = select.IntAt(1);
    SIGNPOST_ASSIGN_OR_RETURN(
        const Secret packed,
        sealer.Open(Column::kTagHints, TagRowName(epoch, child_id, revision), select.BlobAt(2)));
    SIGNPOST_ASSIGN_OR_RETURN(const std::vector<HintView> hints, UnpackHints(packed.Expose()));
    visit(child_id, revision, hints);
  }
}

absl::StatusOr<std::vector<Secret>> ReadPoss(Connection& db, const Sealer& sealer, uint32_t epoch,
                                             int64_t child_id, int64_t revision,
                                             absl::Span<const uint16_t> ordinals) {
  Statement select =
      db.Prepare("SELECT poss FROM tag_sets WHERE epoch = ? AND child_id = ? AND revision = ?");
  select.Int(1, epoch).Int(2, child_id).Int(3, revision);
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return NoTags();
  SIGNPOST_ASSIGN_OR_RETURN(
      const Secret packed,
      sealer.Open(Column::kTagPoss, TagRowName(epoch, child_id, revision), select.BlobAt(0)));
  std::vector<Secret> poss;
  poss.reserve(ordinals.size());
  for (const uint16_t ordinal : ordinals) {
    const size_t at = ordinal * kPossSize;
    if (at + kPossSize > packed.size()) return NoTags();
    poss.push_back(Secret::CopyOf(packed.Expose().substr(at, kPossSize)));
  }
  return poss;
}

absl::StatusOr<std::vector<EnrolmentItem>> ReadWaiting(Connection& db, uint32_t epoch,
                                                       size_t limit) {
  std::vector<EnrolmentItem> items;
  Statement select = db.Prepare(
      "SELECT id, revision, changed_ms FROM children WHERE archived = 0 AND NOT EXISTS"
      " (SELECT 1 FROM tag_sets INDEXED BY tag_sets_by_child WHERE tag_sets.epoch = ? AND "
      "tag_sets.child_id = children.id"
      " AND tag_sets.revision = children.revision) ORDER BY changed_ms, id LIMIT ?");
  select.Int(1, epoch).Int(2, static_cast<int64_t>(limit));
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return items;
    items.push_back({select.IntAt(0), select.IntAt(1), select.IntAt(2)});
  }
}

absl::StatusOr<EnrolmentCount> ReadEnrolmentCount(Connection& db, uint32_t epoch) {
  Statement select = db.Prepare(
      "SELECT count(*), count(tag_sets.id),"
      " coalesce(min(CASE WHEN tag_sets.id IS NULL THEN children.changed_ms END), 0)"
      " FROM children LEFT JOIN tag_sets ON tag_sets.epoch = ?"
      " AND tag_sets.child_id = children.id AND tag_sets.revision = children.revision"
      " WHERE children.archived = 0");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Int(1, epoch).Step());
  if (!found) return absl::InternalError("a count gave no row");
  return EnrolmentCount{static_cast<uint64_t>(select.IntAt(0)),
                        static_cast<uint64_t>(select.IntAt(1)), select.IntAt(2)};
}

absl::StatusOr<std::vector<uint32_t>> ReadTagEpochs(Connection& db) {
  std::vector<uint32_t> epochs;
  // Hops from epoch to epoch along the index instead of reading every row.
  Statement next = db.Prepare("SELECT min(epoch) FROM tag_sets WHERE epoch > ?");
  int64_t epoch = -1;
  for (;;) {
    next.Reset();
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, next.Int(1, epoch).Step());
    if (!found || next.IsNull(0)) return epochs;
    epoch = next.IntAt(0);
    epochs.push_back(static_cast<uint32_t>(epoch));
  }
}

absl::StatusOr<int64_t> DeleteSomeTags(Connection& db, uint32_t epoch, int64_t limit) {
  SIGNPOST_RETURN_IF_ERROR(db.Prepare("DELETE FROM tag_sets WHERE id IN"
                                      " (SELECT id FROM tag_sets WHERE epoch = ? LIMIT ?)")
                               .Int(1, epoch)
                               .Int(2, limit)
                               .Run());
  return db.Changes();
}

}  // namespace signpost::node
