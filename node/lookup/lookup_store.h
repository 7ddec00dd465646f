// What asking and answering need from storage, and nothing else: read records
// and their tags, and write down what was done before it is done. StoreAdapter
// serves it from the node's store; tests from a map. Each method means what the
// method of the same name of node/store/store.h means; FindByKeys() is its
// DuplicatesTable::FindBlocking().
//
// Thread safety: implementations are called from several worker threads, never
// from a gRPC callback thread.
// Security: what is read here is personal or secret and is let go with the
// question. AppendAudit() is durable when it returns OK: an answer that could
// not be recorded is not given.
#ifndef SIGNPOST_NODE_LOOKUP_LOOKUP_STORE_H_
#define SIGNPOST_NODE_LOOKUP_LOOKUP_STORE_H_

#include <absl/types/span.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "node/matching/match_keys.h"
#include "node/record/records.h"
#include "node/store/store.h"
#include "node/store/tags.h"
#include "proto/base/status.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

using HintVisitor =
    std::function<void(int64_t child_id, int64_t revision, const std::vector<HintView>& hints)>;

class LookupStore {
 public:
  virtual ~LookupStore() = default;

  virtual absl::StatusOr<ChildRow> GetChild(int64_t child_id) = 0;
  virtual absl::StatusOr<ChildRow> GetChildByCase(std::string_view case_reference) = 0;
  virtual absl::StatusOr<std::vector<InvolvementRow>> ListInvolvements(int64_t child_id) = 0;
  virtual absl::StatusOr<std::vector<ClaimRow>> ClaimRows(absl::Span<const int64_t> child_ids,
                                                          int64_t now_ms,
                                                          int64_t look_back_from_ms) = 0;
  virtual std::string KeyDigest(uint8_t key_type, std::string_view match_key) const = 0;
  // Records that share one of the keys as they are stored now, enrolled or not; at most `limit` for
  // one key. Ascending, each once.
  virtual absl::StatusOr<std::vector<int64_t>> FindByKeys(absl::Span<const MatchKey> keys,
                                                          size_t limit) = 0;
  virtual absl::StatusOr<TagSet> LoadTags(uint32_t epoch, int64_t child_id) = 0;
  virtual absl::Status ForEachHint(uint32_t epoch, const HintVisitor& visit) = 0;
  virtual absl::StatusOr<uint64_t> AppendAudit(std::vector<v1::AuditRow> rows,
                                               absl::Span<const SeenEntry> seen,
                                               int64_t now_ms) = 0;
  virtual absl::StatusOr<uint64_t> AppendAuditAndDesk(std::vector<v1::AuditRow> rows,
                                                      absl::Span<const SeenEntry> seen,
                                                      std::vector<v1::DeskItem> desk,
                                                      int64_t now_ms) = 0;
  virtual absl::Status CountTouches(absl::Span<const Touches> touches, int64_t now_ms) = 0;
  virtual AuditCheckpoint CurrentCheckpoint() const = 0;
};

// A Store seen as a LookupStore. The store must outlive it.
class StoreAdapter final : public LookupStore {
 public:
  explicit StoreAdapter(Store& store) : store_(store) {}

  absl::StatusOr<ChildRow> GetChild(int64_t child_id) override;
  absl::StatusOr<ChildRow> GetChildByCase(std::string_view case_reference) override;
  absl::StatusOr<std::vector<InvolvementRow>> ListInvolvements(int64_t child_id) override;
  absl::StatusOr<std::vector<ClaimRow>> ClaimRows(absl::Span<const int64_t> child_ids,
                                                  int64_t now_ms,
                                                  int64_t look_back_from_ms) override;
  std::string KeyDigest(uint8_t key_type, std::string_view match_key) const override;
  absl::StatusOr<std::vector<int64_t>> FindByKeys(absl::Span<const MatchKey> keys,
                                                  size_t limit) override;
  absl::StatusOr<TagSet> LoadTags(uint32_t epoch, int64_t child_id) override;
  absl::Status ForEachHint(uint32_t epoch, const HintVisitor& visit) override;
  absl::StatusOr<uint64_t> AppendAudit(std::vector<v1::AuditRow> rows,
                                       absl::Span<const SeenEntry> seen, int64_t now_ms) override;
  absl::StatusOr<uint64_t> AppendAuditAndDesk(std::vector<v1::AuditRow> rows,
                                              absl::Span<const SeenEntry> seen,
                                              std::vector<v1::DeskItem> desk,
                                              int64_t now_ms) override;
  absl::Status CountTouches(absl::Span<const Touches> touches, int64_t now_ms) override;
  AuditCheckpoint CurrentCheckpoint() const override;

 private:
  Store& store_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_LOOKUP_STORE_H_
