#include "node/store/blocking_table.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "proto/base/bytes.h"

namespace signpost::node {
namespace {

constexpr size_t kRowsAtOnce = 16;
constexpr std::string_view kInsertMany =
    "INSERT OR IGNORE INTO blocking (digest, child_id) VALUES (?,?),(?,?),(?,?),(?,?),(?,?),(?,?),"
    "(?,?),(?,?),(?,?),(?,?),(?,?),(?,?),(?,?),(?,?),(?,?),(?,?)";
constexpr std::string_view kInsertOne =
    "INSERT OR IGNORE INTO blocking (digest, child_id) VALUES (?,?)";

// The digest as SQLite compares integers: faster than a blob, and no longer.
int64_t AsInteger(std::string_view digest) {
  uint64_t value = 0;
  for (const char c : digest) value = (value << 8) | static_cast<unsigned char>(c);
  return static_cast<int64_t>(value);
}

using Row = std::pair<int64_t, int64_t>;  // digest, child

absl::Status Insert(Connection& db, std::string_view sql, absl::Span<const Row> rows) {
  Statement insert = db.Prepare(sql);
  int index = 0;
  for (const auto& [digest, child] : rows) {
    insert.Int(++index, digest);
    insert.Int(++index, child);
  }
  return insert.Run();
}

absl::Status InsertRows(Connection& db, absl::Span<const Row> rows) {
  size_t at = 0;
  for (; at + kRowsAtOnce <= rows.size(); at += kRowsAtOnce) {
    SIGNPOST_RETURN_IF_ERROR(Insert(db, kInsertMany, rows.subspan(at, kRowsAtOnce)));
  }
  for (; at < rows.size(); ++at) {
    SIGNPOST_RETURN_IF_ERROR(Insert(db, kInsertOne, rows.subspan(at, 1)));
  }
  return absl::OkStatus();
}

absl::Status DeleteRows(Connection& db, absl::Span<const Row> rows) {
  for (const auto& [digest, child] : rows) {
    SIGNPOST_RETURN_IF_ERROR(db.Prepare("DELETE FROM blocking WHERE digest = ? AND child_id = ?")
                                 .Int(1, digest)
                                 .Int(2, child)
                                 .Run());
  }
  return absl::OkStatus();
}

std::vector<std::string> UnpackBlocking(std::string_view packed) {
  std::vector<std::string> digests;
  for (size_t i = 0; i + kBlockingSize <= packed.size(); i += kBlockingSize) {
    digests.emplace_back(packed.substr(i, kBlockingSize));
  }
  return digests;
}

absl::StatusOr<std::string> ReadPacked(Connection& db, int64_t child_id) {
  Statement select = db.Prepare("SELECT blocking FROM children WHERE id = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Int(1, child_id).Step());
  if (!found) return absl::NotFoundError("there is no such child");
  return std::string(select.BlobAt(0));
}

absl::Status ReadColumn(Statement& select, std::vector<int64_t>& ids) {
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return absl::OkStatus();
    ids.push_back(select.IntAt(0));
  }
}

// The shielded records of a block, from the index of the few that are shielded.
absl::Status ReadShieldedOfBlock(Connection& db, int64_t digest, std::vector<int64_t>& ids) {
  Statement select = db.Prepare(
      "SELECT c.id FROM children AS c INDEXED BY children_shielded CROSS JOIN blocking AS b"
      " ON b.digest = ? AND b.child_id = c.id WHERE c.shielded = 1");
  return ReadColumn(select.Int(1, digest), ids);
}

// At most `limit` records of a block, and whatever the limit every shielded one, first.
absl::StatusOr<std::vector<int64_t>> ReadBlock(Connection& db, int64_t digest, size_t limit) {
  std::vector<int64_t> ids;
  {
    Statement select = db.Prepare("SELECT child_id FROM blocking WHERE digest = ? LIMIT ?");
    select.Int(1, digest).Int(2, static_cast<int64_t>(std::min<size_t>(limit, INT64_MAX)));
    SIGNPOST_RETURN_IF_ERROR(ReadColumn(select, ids));
  }
  if (ids.size() < limit) return ids;  // the whole block
  std::vector<int64_t> block;
  SIGNPOST_RETURN_IF_ERROR(ReadShieldedOfBlock(db, digest, block));
  const size_t shielded = block.size();
  for (const int64_t id : ids) {
    if (block.size() >= std::max(limit, shielded)) break;
    if (std::find(block.begin(), block.begin() + static_cast<ptrdiff_t>(shielded), id) ==
        block.begin() + static_cast<ptrdiff_t>(shielded)) {
      block.push_back(id);
    }
  }
  return block;
}

absl::StatusOr<std::vector<BlockingHit>> ReadHits(Connection& db,
                                                  absl::Span<const std::string> digests,
                                                  size_t limit) {
  std::vector<BlockingHit> hits;
  for (const std::string& digest : digests) {
    if (digest.size() != kBlockingSize) {
      return absl::InvalidArgumentError("a blocking digest has 8 bytes");
    }
    SIGNPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> ids,
                              ReadBlock(db, AsInteger(digest), limit));
    for (const int64_t id : ids) hits.push_back({digest, id});
  }
  return hits;
}

}  // namespace

std::string MakeBlockingDigest(const Sealer& sealer, uint8_t key_type, std::string_view match_key) {
  std::string typed = IntBytes(1, key_type);
  typed.append(match_key);
  std::string digest = sealer.Digest(Index::kBlocking, typed);
  WipeString(typed);
  digest.resize(kBlockingSize);
  return digest;
}

absl::Status CheckBlocking(absl::Span<const std::string> digests) {
  if (digests.size() > kMaxBlocking) return absl::InvalidArgumentError("too many digests");
  for (const std::string& digest : digests) {
    if (digest.size() != kBlockingSize) {
      return absl::InvalidArgumentError("a blocking digest has 8 bytes");
    }
  }
  return absl::OkStatus();
}

std::string PackBlocking(absl::Span<const std::string> digests) {
  std::vector<std::string> sorted(digests.begin(), digests.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::string packed;
  for (const std::string& digest : sorted) packed.append(digest);
  return packed;
}

void BlockingBatch::Note(std::string_view packed, int64_t child_id, bool added) {
  for (size_t i = 0; i + kBlockingSize <= packed.size(); i += kBlockingSize) {
    changes_.push_back(
        {AsInteger(packed.substr(i, kBlockingSize)), child_id, changes_.size(), added});
  }
}

void BlockingBatch::Replace(int64_t child_id, std::string_view before, std::string_view after) {
  if (before == after) return;
  Note(before, child_id, false);
  Note(after, child_id, true);
}

absl::Status BlockingBatch::Flush(Connection& db) {
  std::sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
    return std::tie(a.digest, a.child_id, a.order) < std::tie(b.digest, b.child_id, b.order);
  });
  std::vector<Row> added;
  std::vector<Row> removed;
  for (size_t i = 0; i < changes_.size(); ++i) {
    const Change& change = changes_[i];
    const bool last = i + 1 == changes_.size() || changes_[i + 1].digest != change.digest ||
                      changes_[i + 1].child_id != change.child_id;
    if (last) (change.added ? added : removed).emplace_back(change.digest, change.child_id);
  }
  changes_.clear();
  SIGNPOST_RETURN_IF_ERROR(InsertRows(db, added));
  return DeleteRows(db, removed);
}

absl::StatusOr<std::vector<BlockingHit>> ReadBlocking(Connection& db,
                                                      absl::Span<const std::string> digests,
                                                      size_t limit) {
  // One snapshot: a statement on its own takes and leaves the log's lock each time.
  SIGNPOST_RETURN_IF_ERROR(db.Prepare("BEGIN").Run());
  auto hits = ReadHits(db, digests, limit);
  const absl::Status ended = db.Prepare("ROLLBACK").Run();
  if (hits.ok() && !ended.ok()) return ended;
  return hits;
}

absl::StatusOr<std::vector<int64_t>> ReadWithoutBlocking(Connection& db, size_t limit) {
  std::vector<int64_t> ids;
  Statement select =
      db.Prepare("SELECT id FROM children WHERE blocking IS NULL ORDER BY id LIMIT ?");
  select.Int(1, static_cast<int64_t>(limit));
  SIGNPOST_RETURN_IF_ERROR(ReadColumn(select, ids));
  return ids;
}

absl::StatusOr<std::vector<std::string>> ReadBlockingOf(Connection& db, int64_t child_id) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string packed, ReadPacked(db, child_id));
  return UnpackBlocking(packed);
}

absl::Status WriteBlocking(Connection& db, int64_t child_id,
                           absl::Span<const std::string> digests) {
  SIGNPOST_RETURN_IF_ERROR(CheckBlocking(digests));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string before, ReadPacked(db, child_id));
  const std::string after = PackBlocking(digests);
  BlockingBatch batch;
  batch.Replace(child_id, before, after);
  SIGNPOST_RETURN_IF_ERROR(batch.Flush(db));
  return db.Prepare("UPDATE children SET blocking = ? WHERE id = ?")
      .Blob(1, after)
      .Int(2, child_id)
      .Run();
}

absl::Status EraseBlocking(Connection& db, int64_t child_id) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string before, ReadPacked(db, child_id));
  BlockingBatch batch;
  batch.Replace(child_id, before, "");
  return batch.Flush(db);
}

}  // namespace signpost::node
