#include "node/lookup/lookup_store.h"

#include <algorithm>
#include <utility>

namespace signpost::node {

absl::StatusOr<ChildRow> StoreAdapter::GetChild(int64_t child_id) {
  return store_.GetChild(child_id);
}

absl::StatusOr<ChildRow> StoreAdapter::GetChildByCase(std::string_view case_reference) {
  return store_.GetChildByCase(case_reference);
}

absl::StatusOr<std::vector<InvolvementRow>> StoreAdapter::ListInvolvements(int64_t child_id) {
  return store_.ListInvolvements(child_id);
}

absl::StatusOr<std::vector<ClaimRow>> StoreAdapter::ClaimRows(absl::Span<const int64_t> child_ids,
                                                              int64_t now_ms,
                                                              int64_t look_back_from_ms) {
  return store_.ClaimRows(child_ids, now_ms, look_back_from_ms);
}

std::string StoreAdapter::KeyDigest(uint8_t key_type, std::string_view match_key) const {
  return store_.KeyDigest(key_type, match_key);
}

absl::StatusOr<std::vector<int64_t>> StoreAdapter::FindByKeys(absl::Span<const MatchKey> keys,
                                                              size_t limit) {
  std::vector<std::string> digests;
  digests.reserve(keys.size());
  for (const MatchKey& key : keys) {
    digests.push_back(store_.duplicates().BlockingDigest(key.type, key.fields));
  }
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<BlockingHit> hits,
                            store_.duplicates().FindBlocking(digests, limit));
  std::vector<int64_t> children;
  children.reserve(hits.size());
  for (const BlockingHit& hit : hits) children.push_back(hit.child_id);
  std::sort(children.begin(), children.end());
  children.erase(std::unique(children.begin(), children.end()), children.end());
  return children;
}

absl::StatusOr<TagSet> StoreAdapter::LoadTags(uint32_t epoch, int64_t child_id) {
  return store_.LoadTags(epoch, child_id);
}

absl::Status StoreAdapter::ForEachHint(uint32_t epoch, const HintVisitor& visit) {
  return store_.ForEachHint(epoch, visit);
}

absl::StatusOr<uint64_t> StoreAdapter::AppendAudit(std::vector<v1::AuditRow> rows,
                                                   absl::Span<const SeenEntry> seen,
                                                   int64_t now_ms) {
  return store_.AppendAudit(std::move(rows), seen, now_ms);
}

absl::StatusOr<uint64_t> StoreAdapter::AppendAuditAndDesk(std::vector<v1::AuditRow> rows,
                                                          absl::Span<const SeenEntry> seen,
                                                          std::vector<v1::DeskItem> desk,
                                                          int64_t now_ms) {
  return store_.AppendAuditAndDesk(std::move(rows), seen, std::move(desk), now_ms);
}

absl::Status StoreAdapter::CountTouches(absl::Span<const Touches> touches, int64_t now_ms) {
  return store_.desk().CountTouches(touches, now_ms);
}

AuditCheckpoint StoreAdapter::CurrentCheckpoint() const { return store_.CurrentCheckpoint(); }

}  // namespace signpost::node
