#include "node/store/sqlite_signposts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "node/store/children_table.h"
#include "node/store/dates.h"
#include "node/store/store_core.h"
#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

constexpr int64_t kReportMs = 365 * kDayMs;

struct StoredSignpost {
  int64_t id = 0;
  v1::SignpostRecord record;
};

std::string SignpostIndex(const Sealer& sealer, std::string_view question,
                          std::string_view member) {
  return sealer.Digest(Index::kSignpost, absl::StrCat(IntBytes(4, question.size()),
                                                      ToAbsl(question), ToAbsl(member)));
}

std::string CaseIndex(const Sealer& sealer, std::string_view case_reference) {
  return case_reference.empty() ? "" : sealer.Digest(Index::kSignpostCase, case_reference);
}

absl::StatusOr<StoredSignpost> OpenSignpost(const Sealer& sealer, int64_t id,
                                            std::string_view sealed) {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret bytes,
                            sealer.Open(Column::kSignpost, RowName(id), sealed));
  StoredSignpost stored;
  stored.id = id;
  if (!stored.record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("a stored signpost is not in its format");
  }
  return stored;
}

int64_t DayOrZero(std::string_view date) { return DayStartMs(date).value_or(0); }

absl::Status Insert(Connection& db, const Sealer& sealer, const v1::SignpostRecord& record) {
  if (record.question_reference().empty() || record.member().empty() || record.actor().empty() ||
      record.ByteSizeLong() > kBodySize) {
    return absl::InvalidArgumentError("a signpost needs its question, member and person");
  }
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t id, NextId(db, "signposts"));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed, sealer.Seal(Column::kSignpost, RowName(id),
                                                                  record.SerializeAsString()));
  return db
      .Prepare(
          "INSERT INTO signposts (id, signpost_index, case_index, actor_index, answered_ms,"
          " contact, contact_day_ms, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (signpost_index) DO NOTHING")
      .Int(1, id)
      .Blob(2, SignpostIndex(sealer, record.question_reference(), record.member()))
      .Blob(3, CaseIndex(sealer, record.case_reference()))
      .Blob(4, sealer.Digest(Index::kSignpostActor, record.actor()))
      .Int(5, record.answered_ms())
      .Int(6, record.contact())
      .Int(7, DayOrZero(record.contact_on()))
      .Blob(8, sealed)
      .Run();
}

absl::Status Update(Connection& db, const Sealer& sealer, const StoredSignpost& signpost) {
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::string sealed,
      sealer.Seal(Column::kSignpost, RowName(signpost.id), signpost.record.SerializeAsString()));
  return db
      .Prepare(
          "UPDATE signposts SET case_index = ?, contact = ?, contact_day_ms = ?, record = ?"
          " WHERE id = ?")
      .Blob(1, CaseIndex(sealer, signpost.record.case_reference()))
      .Int(2, signpost.record.contact())
      .Int(3, DayOrZero(signpost.record.contact_on()))
      .Blob(4, sealed)
      .Int(5, signpost.id)
      .Run();
}

absl::StatusOr<std::optional<StoredSignpost>> Find(Connection& db, const Sealer& sealer,
                                                   std::string_view question,
                                                   std::string_view member) {
  Statement select = db.Prepare("SELECT id, record FROM signposts WHERE signpost_index = ?");
  select.Blob(1, SignpostIndex(sealer, question, member));
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return std::nullopt;
  return OpenSignpost(sealer, select.IntAt(0), select.BlobAt(1));
}

// Keeps what was said before the word that replaces it.
absl::Status KeepWord(Connection& db, const Sealer& sealer, const StoredSignpost& signpost) {
  if (signpost.record.contact() == v1::CONTACT_UNSPECIFIED) return absl::OkStatus();
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t id, NextId(db, "signpost_words"));
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::string sealed,
      sealer.Seal(Column::kSignpostWord, absl::StrCat(RowName(signpost.id), RowName(id)),
                  signpost.record.SerializeAsString()));
  return db.Prepare("INSERT INTO signpost_words (id, signpost_id, record) VALUES (?, ?, ?)")
      .Int(1, id)
      .Int(2, signpost.id)
      .Blob(3, sealed)
      .Run();
}

absl::Status CheckContact(const v1::RecordContactRequest& request, int64_t now_ms) {
  if (request.contact() != v1::MADE && request.contact() != v1::NOT_MADE) {
    return absl::InvalidArgumentError("contact was made, or was not");
  }
  const std::optional<int64_t> day = DayStartMs(request.contact_on());
  if (!day.has_value() || *day > now_ms) {
    return absl::InvalidArgumentError("the day of the contact is not a date, or in the future");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StoredSignpost>> OfCase(Connection& db, const Sealer& sealer,
                                                   std::string_view case_reference) {
  std::vector<StoredSignpost> rows;
  Statement select = db.Prepare(
      "SELECT id, record FROM signposts WHERE case_index = ? AND length(case_index) > 0");
  select.Blob(1, CaseIndex(sealer, case_reference));
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return rows;
    SIGNPOST_ASSIGN_OR_RETURN(StoredSignpost row,
                              OpenSignpost(sealer, select.IntAt(0), select.BlobAt(1)));
    rows.push_back(std::move(row));
  }
}

absl::StatusOr<std::vector<v1::SignpostRecord>> ReadSignposts(Connection& db, const Sealer& sealer,
                                                              std::string_view actor,
                                                              bool open_only, size_t limit) {
  std::vector<v1::SignpostRecord> records;
  Statement select = db.Prepare(
      actor.empty() ? "SELECT id, record FROM signposts WHERE (?1 = 0 OR contact = 0)"
                      " ORDER BY answered_ms DESC, id DESC LIMIT ?2"
                    : "SELECT id, record FROM signposts WHERE (?1 = 0 OR contact = 0)"
                      " AND actor_index = ?3 ORDER BY answered_ms DESC, id DESC LIMIT ?2");
  select.Int(1, open_only ? 1 : 0).Int(2, static_cast<int64_t>(limit));
  const std::string actor_index = sealer.Digest(Index::kSignpostActor, actor);
  if (!actor.empty()) select.Blob(3, actor_index);
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return records;
    SIGNPOST_ASSIGN_OR_RETURN(StoredSignpost row,
                              OpenSignpost(sealer, select.IntAt(0), select.BlobAt(1)));
    records.push_back(std::move(row.record));
  }
}

void CountOpen(int64_t age_ms, v1::AgeingReport& report) {
  if (age_ms <= 2 * kDayMs) {
    report.set_open_2_days(report.open_2_days() + 1);
  } else if (age_ms <= 7 * kDayMs) {
    report.set_open_7_days(report.open_7_days() + 1);
  } else if (age_ms <= 28 * kDayMs) {
    report.set_open_28_days(report.open_28_days() + 1);
  } else {
    report.set_open_longer(report.open_longer() + 1);
  }
}

// The middle one; of two in the middle the mean, rounded up: better too slow than too quick.
uint32_t Median(std::vector<uint32_t> days) {
  if (days.empty()) return 0;
  std::sort(days.begin(), days.end());
  const size_t middle = days.size() / 2;
  if (days.size() % 2 == 1) return days[middle];
  return (days[middle - 1] + days[middle] + 1) / 2;
}

// Whole days from the day of the answer to that of the contact; none when contact came first.
uint32_t DaysToContact(int64_t answered_ms, int64_t contact_day_ms) {
  const int64_t answered_day = answered_ms - answered_ms % kDayMs;
  return static_cast<uint32_t>(std::max<int64_t>(0, (contact_day_ms - answered_day) / kDayMs));
}

absl::StatusOr<v1::AgeingReport> ReadAgeing(Connection& db, int64_t now_ms) {
  v1::AgeingReport report;
  std::vector<uint32_t> days;
  Statement select = db.Prepare(
      "SELECT answered_ms, contact, contact_day_ms FROM signposts"
      " WHERE answered_ms > ? AND answered_ms <= ?");
  select.Int(1, now_ms - kReportMs).Int(2, now_ms);
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) break;
    report.set_signposts(report.signposts() + 1);
    if (select.IntAt(1) == v1::MADE) {
      report.set_made(report.made() + 1);
      days.push_back(DaysToContact(select.IntAt(0), select.IntAt(2)));
    } else if (select.IntAt(1) == v1::NOT_MADE) {
      report.set_not_made(report.not_made() + 1);
    } else {
      CountOpen(now_ms - select.IntAt(0), report);
    }
  }
  report.set_median_days_to_contact(Median(std::move(days)));
  return report;
}

}  // namespace

absl::Status RenameSignpostCase(Connection& db, const Sealer& sealer, std::string_view from,
                                std::string_view to) {
  SIGNPOST_ASSIGN_OR_RETURN(std::vector<StoredSignpost> rows, OfCase(db, sealer, from));
  for (StoredSignpost& row : rows) {
    row.record.set_case_reference(std::string(to));
    SIGNPOST_RETURN_IF_ERROR(Update(db, sealer, row));
  }
  return absl::OkStatus();
}

absl::Status EraseSignposts(Connection& db, const Sealer& sealer, std::string_view case_reference) {
  return db.Prepare("DELETE FROM signposts WHERE case_index = ? AND length(case_index) > 0")
      .Blob(1, CaseIndex(sealer, case_reference))
      .Run();
}

absl::Status SqliteSignposts::Add(absl::Span<const v1::SignpostRecord> records,
                                  std::vector<v1::AuditRow> audit) {
  return core_.WriteAudited(std::move(audit), [&](Writing& writing) -> absl::Status {
    for (const v1::SignpostRecord& record : records) {
      SIGNPOST_RETURN_IF_ERROR(Insert(writing.db, writing.sealer, record));
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<v1::SignpostRecord> SqliteSignposts::RecordContact(
    const v1::RecordContactRequest& request, int64_t now_ms, std::vector<v1::AuditRow> audit) {
  SIGNPOST_RETURN_IF_ERROR(CheckContact(request, now_ms));
  v1::SignpostRecord result;
  const absl::Status written =
      core_.WriteAudited(std::move(audit), [&](Writing& writing) -> absl::Status {
        SIGNPOST_ASSIGN_OR_RETURN(
            std::optional<StoredSignpost> stored,
            Find(writing.db, writing.sealer, request.question_reference(), request.member()));
        if (!stored.has_value()) {
          return absl::NotFoundError("that question did not point to this member");
        }
        SIGNPOST_RETURN_IF_ERROR(KeepWord(writing.db, writing.sealer, *stored));
        stored->record.set_contact(request.contact());
        stored->record.set_contact_on(request.contact_on());
        stored->record.set_recorded_ms(now_ms);
        result = stored->record;
        return Update(writing.db, writing.sealer, *stored);
      });
  if (!written.ok()) return written;
  return result;
}

absl::StatusOr<std::vector<v1::SignpostRecord>> SqliteSignposts::List(std::string_view actor,
                                                                      bool open_only,
                                                                      size_t limit) {
  return core_.Read(
      [&](Connection& db) { return ReadSignposts(db, core_.sealer(), actor, open_only, limit); });
}

absl::StatusOr<v1::AgeingReport> SqliteSignposts::Ageing(int64_t now_ms) {
  return core_.Read([&](Connection& db) { return ReadAgeing(db, now_ms); });
}

}  // namespace signpost::node
