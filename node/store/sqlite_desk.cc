#include "node/store/sqlite_desk.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "node/store/chain.h"
#include "node/store/children_table.h"
#include "node/store/dates.h"
#include "node/store/store_core.h"
#include "proto/base/bytes.h"
#include "proto/crypto/kdf.h"

namespace signpost::node {
namespace {

absl::Status NoSuchItem() { return absl::NotFoundError("there is no such item on the desk"); }

bool IsAlert(v1::DeskKind kind) {
  return kind == v1::ALERT_SHIELDED || kind == v1::ALERT_OWN_PROTECTED ||
         kind == v1::ALERT_SENSITIVE;
}

std::string CaseDigestOf(const Sealer& sealer, std::string_view case_reference) {
  return case_reference.empty() ? "" : sealer.Digest(Index::kDeskCase, case_reference);
}

// Equal for two alerts that the desk counts as one: what SameAlert (node/rules/desk.h) compares,
// the reason and the telephone. The claimed person alone is a claim: two people can assert one
// name.
std::string AlertDigestOf(const Sealer& sealer, const v1::DeskItem& item) {
  if (!IsAlert(item.kind())) return "";
  const v1::DeskAsker& asker = item.asker();
  std::string alert = IntBytes(1, static_cast<uint64_t>(item.kind()));
  AppendInt(alert, 1, asker.person_asserted() ? 1 : 0);
  for (const std::string* piece :
       {&item.case_reference(), &item.reason(), &asker.member(), &asker.person(),
        &asker.on_behalf_of(), &asker.contact_telephone()}) {
    AppendInt(alert, 4, piece->size());
    alert.append(*piece);
  }
  return sealer.Digest(Index::kDeskAlert, alert);
}

int64_t Signed(uint64_t number) {
  return static_cast<int64_t>(std::min<uint64_t>(number, INT64_MAX));
}

absl::StatusOr<v1::DeskItem> OpenItem(const Sealer& sealer, int64_t number,
                                      std::string_view sealed) {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret bytes,
                            sealer.Open(Column::kDeskItem, RowName(number), sealed));
  v1::DeskItem item;
  if (!item.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("a stored item of the desk is not in its format");
  }
  return item;
}

absl::StatusOr<v1::DeskItem> ReadItem(Connection& db, const Sealer& sealer, uint64_t number) {
  Statement select = db.Prepare("SELECT item FROM desk_items WHERE number = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Int(1, Signed(number)).Step());
  if (!found) return NoSuchItem();
  return OpenItem(sealer, Signed(number), select.BlobAt(0));
}

// Writes the item as it is now, and journals it.
absl::Status WriteItem(Connection& db, const Sealer& sealer, const v1::DeskItem& item,
                       ChainHead& head) {
  const int64_t number = Signed(item.number());
  const std::string bytes = item.SerializeAsString();
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                            sealer.Seal(Column::kDeskItem, RowName(number), bytes));
  SIGNPOST_RETURN_IF_ERROR(
      db.Prepare("INSERT INTO desk_items (number, kind, state, at_ms, case_index, alert_index,"
                 " item) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET"
                 " state = excluded.state, case_index = excluded.case_index,"
                 " alert_index = excluded.alert_index, item = excluded.item")
          .Int(1, number)
          .Int(2, item.kind())
          .Int(3, item.state())
          .Int(4, item.at_ms())
          .Blob(5, CaseDigestOf(sealer, item.case_reference()))
          .Blob(6, item.case_reference().empty() ? "" : AlertDigestOf(sealer, item))
          .Blob(7, sealed)
          .Run());
  return AppendChainRow(db, sealer, kDeskChain, bytes, head);
}

// The open alert of the last 24 hours that this one repeats.
absl::StatusOr<std::optional<v1::DeskItem>> FindRepeated(Connection& db, const Sealer& sealer,
                                                         const v1::DeskItem& item, int64_t now_ms) {
  const std::string digest = AlertDigestOf(sealer, item);
  if (digest.empty() || item.case_reference().empty()) return std::nullopt;
  Statement select = db.Prepare(
      "SELECT number, item FROM desk_items WHERE alert_index = ? AND state = ? AND at_ms > ?"
      " AND length(alert_index) > 0 ORDER BY number DESC LIMIT 1");
  select.Blob(1, digest).Int(2, v1::OPEN).Int(3, now_ms - kDayMs);
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return std::nullopt;
  return OpenItem(sealer, select.IntAt(0), select.BlobAt(1));
}

// The alert once more, with every key type. Its asker stays: a later question must not change who
// the desk rings back, or why that person said to ask.
v1::DeskItem Repeat(v1::DeskItem first, const v1::DeskItem& again) {
  first.set_times(first.times() + std::max(1U, again.times()));
  std::set<uint32_t> types(first.key_types().begin(), first.key_types().end());
  types.insert(again.key_types().begin(), again.key_types().end());
  first.mutable_key_types()->Assign(types.begin(), types.end());
  first.set_policy_version(again.policy_version());
  return first;
}

absl::StatusOr<v1::DeskItem> Complete(Connection& db, v1::DeskItem item, int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t number, NextId(db, "desk_items"));
  item.set_number(static_cast<uint64_t>(number));
  if (item.at_ms() == 0) item.set_at_ms(now_ms);
  if (item.times() == 0) item.set_times(1);
  if (item.state() == v1::DESK_STATE_UNSPECIFIED) item.set_state(v1::OPEN);
  return item;
}

absl::Status CheckItem(const v1::DeskItem& item) {
  if (item.kind() == v1::DESK_KIND_UNSPECIFIED || !v1::DeskKind_IsValid(item.kind())) {
    return absl::InvalidArgumentError("an item of the desk has no kind");
  }
  return absl::OkStatus();
}

// Numbers of one kind's items that fit the query, newest first.
absl::Status CollectKind(Connection& db, v1::DeskKind kind, const DeskQuery& query,
                         std::vector<int64_t>& numbers) {
  Statement select = db.Prepare(
      "SELECT number FROM desk_items WHERE kind = ?1 AND number > ?2 AND number < ?3"
      " AND (?4 = 0 OR state = ?5) ORDER BY number DESC LIMIT ?6");
  select.Int(1, kind).Int(2, Signed(query.after_number));
  select.Int(3, query.before_number == 0 ? INT64_MAX : Signed(query.before_number));
  select.Int(4, query.open_only ? 1 : 0).Int(5, v1::OPEN);
  select.Int(6, static_cast<int64_t>(query.limit));
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return absl::OkStatus();
    numbers.push_back(select.IntAt(0));
  }
}

bool Wanted(const DeskQuery& query, int64_t kind, int64_t state) {
  if (query.open_only && state != v1::OPEN) return false;
  return query.kinds.empty() ||
         std::find(query.kinds.begin(), query.kinds.end(), kind) != query.kinds.end();
}

absl::Status CollectCase(Connection& db, const Sealer& sealer, const DeskQuery& query,
                         std::vector<int64_t>& numbers) {
  Statement select = db.Prepare(
      "SELECT number, kind, state FROM desk_items WHERE case_index = ? AND length(case_index) > 0"
      " AND number > ? AND number < ? ORDER BY number DESC");
  select.Blob(1, CaseDigestOf(sealer, query.case_reference)).Int(2, Signed(query.after_number));
  select.Int(3, query.before_number == 0 ? INT64_MAX : Signed(query.before_number));
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found || numbers.size() == query.limit) return absl::OkStatus();
    if (Wanted(query, select.IntAt(1), select.IntAt(2))) numbers.push_back(select.IntAt(0));
  }
}

std::vector<v1::DeskKind> KindsOf(const DeskQuery& query) {
  std::vector<v1::DeskKind> kinds = query.kinds;
  if (kinds.empty()) {
    for (int kind = v1::DESK_KIND_UNSPECIFIED + 1; v1::DeskKind_IsValid(kind); ++kind) {
      kinds.push_back(static_cast<v1::DeskKind>(kind));
    }
  }
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  return kinds;
}

absl::StatusOr<std::vector<v1::DeskItem>> ReadItems(Connection& db, const Sealer& sealer,
                                                    const DeskQuery& query) {
  std::vector<int64_t> numbers;
  if (!query.case_reference.empty()) {
    SIGNPOST_RETURN_IF_ERROR(CollectCase(db, sealer, query, numbers));
  } else {
    for (const v1::DeskKind kind : KindsOf(query)) {
      SIGNPOST_RETURN_IF_ERROR(CollectKind(db, kind, query, numbers));
    }
    std::sort(numbers.rbegin(), numbers.rend());
    if (numbers.size() > query.limit) numbers.resize(query.limit);
  }
  std::vector<v1::DeskItem> items;
  for (const int64_t number : numbers) {
    SIGNPOST_ASSIGN_OR_RETURN(v1::DeskItem item,
                              ReadItem(db, sealer, static_cast<uint64_t>(number)));
    items.push_back(std::move(item));
  }
  return items;
}

// Rows that are items, and at the end the items as their newest rows say.
class JournalVisitor final : public ChainVisitor {
 public:
  JournalVisitor(Connection& db, const Sealer& sealer) : db_(db), sealer_(sealer) {}

  bool Accept(uint64_t /*number*/, std::string_view bytes) override {
    v1::DeskItem item;
    if (!item.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
    newest_[item.number()] = Sha256(bytes);
    return true;
  }
  AuditFault Passed(const AuditVerification& /*so_far*/) override { return AuditFault::kNone; }
  AuditFault Ended() override {
    const absl::StatusOr<bool> same = Compare();
    return same.ok() && *same ? AuditFault::kNone : AuditFault::kDeskJournal;
  }

 private:
  absl::StatusOr<bool> Compare() {
    size_t seen = 0;
    Statement select = db_.Prepare("SELECT number, kind, state, item FROM desk_items");
    for (;;) {
      SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
      if (!found) return seen == newest_.size();
      const int64_t number = select.IntAt(0);
      SIGNPOST_ASSIGN_OR_RETURN(const v1::DeskItem item,
                                OpenItem(sealer_, number, select.BlobAt(3)));
      const auto newest = newest_.find(static_cast<uint64_t>(number));
      if (newest == newest_.end() || newest->second != Sha256(item.SerializeAsString()) ||
          item.kind() != select.IntAt(1) || item.state() != select.IntAt(2)) {
        return false;
      }
      ++seen;
    }
  }

  Connection& db_;
  const Sealer& sealer_;
  absl::flat_hash_map<uint64_t, std::string> newest_;
};

}  // namespace

absl::StatusOr<std::vector<v1::DeskItem>> AppendDeskItems(Connection& db, const Sealer& sealer,
                                                          std::vector<v1::DeskItem> items,
                                                          int64_t now_ms) {
  if (items.empty()) return items;
  SIGNPOST_ASSIGN_OR_RETURN(ChainHead head, ReadChainHead(db, sealer, kDeskChain));
  for (v1::DeskItem& item : items) {
    SIGNPOST_RETURN_IF_ERROR(CheckItem(item));
    SIGNPOST_ASSIGN_OR_RETURN(std::optional<v1::DeskItem> repeated,
                              FindRepeated(db, sealer, item, now_ms));
    if (repeated.has_value()) {
      item = Repeat(*std::move(repeated), item);
    } else {
      SIGNPOST_ASSIGN_OR_RETURN(item, Complete(db, std::move(item), now_ms));
    }
    SIGNPOST_RETURN_IF_ERROR(WriteItem(db, sealer, item, head));
  }
  SIGNPOST_RETURN_IF_ERROR(WriteChainHead(db, sealer, kDeskChain, head));
  return items;
}

absl::Status RenameDeskCase(Connection& db, const Sealer& sealer, std::string_view from,
                            std::string_view to) {
  DeskQuery query;
  query.case_reference = std::string(from);
  query.limit = SIZE_MAX;
  SIGNPOST_ASSIGN_OR_RETURN(std::vector<v1::DeskItem> items, ReadItems(db, sealer, query));
  if (items.empty()) return absl::OkStatus();
  SIGNPOST_ASSIGN_OR_RETURN(ChainHead head, ReadChainHead(db, sealer, kDeskChain));
  for (v1::DeskItem& item : items) {
    item.set_case_reference(std::string(to));
    SIGNPOST_RETURN_IF_ERROR(WriteItem(db, sealer, item, head));
  }
  return WriteChainHead(db, sealer, kDeskChain, head);
}

absl::Status MoveTouches(Connection& db, int64_t from, int64_t to) {
  SIGNPOST_RETURN_IF_ERROR(
      db.Prepare("INSERT INTO touches (child_id, times, last_ms)"
                 " SELECT ?2, times, last_ms FROM touches WHERE child_id = ?1"
                 " ON CONFLICT (child_id) DO UPDATE SET times = times + excluded.times,"
                 " last_ms = max(last_ms, excluded.last_ms)")
          .Int(1, from)
          .Int(2, to)
          .Run());
  return db.Prepare("DELETE FROM touches WHERE child_id = ?").Int(1, from).Run();
}

absl::StatusOr<bool> DeskJournalIntact(Connection& db, const Sealer& sealer) {
  JournalVisitor visitor(db, sealer);
  SIGNPOST_ASSIGN_OR_RETURN(const AuditVerification found,
                            WalkChain(db, sealer, kDeskChain, visitor));
  return found.intact;
}

absl::StatusOr<std::vector<v1::DeskItem>> SqliteDesk::Append(std::vector<v1::DeskItem> items,
                                                             int64_t now_ms) {
  const absl::Status written = core_.Write([&](Writing& writing) -> absl::Status {
    SIGNPOST_ASSIGN_OR_RETURN(
        items, AppendDeskItems(writing.db, writing.sealer, std::move(items), now_ms));
    return absl::OkStatus();
  });
  if (!written.ok()) return written;
  return items;
}

absl::StatusOr<v1::DeskItem> SqliteDesk::Get(uint64_t number) {
  return core_.Read([&](Connection& db) { return ReadItem(db, core_.sealer(), number); });
}

absl::StatusOr<std::vector<v1::DeskItem>> SqliteDesk::List(const DeskQuery& query) {
  return core_.Read([&](Connection& db) { return ReadItems(db, core_.sealer(), query); });
}

absl::StatusOr<v1::DeskItem> SqliteDesk::AddEvent(uint64_t number, v1::DeskState expected,
                                                  const v1::DeskEvent& event,
                                                  std::vector<v1::AuditRow> audit) {
  if (event.state() == v1::DESK_STATE_UNSPECIFIED || !v1::DeskState_IsValid(event.state())) {
    return absl::InvalidArgumentError("an event of the desk has no state");
  }
  v1::DeskItem item;
  const absl::Status written =
      core_.WriteAudited(std::move(audit), [&](Writing& writing) -> absl::Status {
        Connection& db = writing.db;
        SIGNPOST_ASSIGN_OR_RETURN(item, ReadItem(db, writing.sealer, number));
        if (item.state() != expected) {
          return absl::FailedPreconditionError("the item has another state already");
        }
        item.set_state(event.state());
        *item.add_events() = event;
        SIGNPOST_ASSIGN_OR_RETURN(ChainHead head, ReadChainHead(db, writing.sealer, kDeskChain));
        SIGNPOST_RETURN_IF_ERROR(WriteItem(db, writing.sealer, item, head));
        return WriteChainHead(db, writing.sealer, kDeskChain, head);
      });
  if (!written.ok()) return written;
  return item;
}

absl::Status SqliteDesk::CountTouches(absl::Span<const Touches> touches, int64_t now_ms) {
  if (touches.empty()) return absl::OkStatus();
  return core_.Write([&](Writing& writing) -> absl::Status {
    for (const Touches& touch : touches) {
      SIGNPOST_RETURN_IF_ERROR(
          writing.db
              .Prepare("INSERT INTO touches (child_id, times, last_ms)"
                       " SELECT id, ?2, ?3 FROM children WHERE id = ?1"
                       " ON CONFLICT (child_id) DO UPDATE SET times = times + excluded.times,"
                       " last_ms = excluded.last_ms")
              .Int(1, touch.child_id)
              .Int(2, touch.times)
              .Int(3, now_ms)
              .Run());
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<uint64_t> SqliteDesk::TouchesOf(int64_t child_id) {
  return core_.Read([&](Connection& db) -> absl::StatusOr<uint64_t> {
    Statement select = db.Prepare("SELECT times FROM touches WHERE child_id = ?");
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Int(1, child_id).Step());
    return found ? static_cast<uint64_t>(select.IntAt(0)) : 0;
  });
}

}  // namespace signpost::node
