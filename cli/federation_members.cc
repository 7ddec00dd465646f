#include "cli/federation_members.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "cli/officer_changes.h"
#include "cli/text.h"
#include "proto/limits.h"

namespace signpost::cli {
namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kDayMs = 24 * kHourMs;
constexpr int64_t kCertificateWarningDays = 14;
// Half of what questions are refused for: time to act.
constexpr int64_t kClockWarningMs = kMaxClockSkewMs / 2;
constexpr double kAnswerRateWarning = 99.0;
// An index that has not moved on for this long does not find new records.
constexpr int64_t kIndexWarningMs = 24 * kHourMs;

std::string Since(int64_t ms) {
  if (ms < 60'000) return absl::StrCat(std::max<int64_t>(ms, 0) / 1000, " s");
  if (ms < kHourMs) return absl::StrCat(ms / 60'000, " min");
  if (ms < 2 * kDayMs) return absl::StrCat(ms / kHourMs, " h");
  return absl::StrCat(ms / kDayMs, " days");
}

bool HasRate(const v1::MemberHealth& member) { return member.asked_24h() > 0; }

double AnswerRate(const v1::MemberHealth& member) {
  return 100.0 * static_cast<double>(member.answered_24h()) /
         static_cast<double>(member.asked_24h());
}

int64_t CertificateDays(const v1::MemberHealth& member, int64_t now_ms) {
  const int64_t left = member.health().certificate_not_after_ms() - now_ms;
  return left < 0 ? -1 - (-left / kDayMs) : left / kDayMs;
}

bool HasHealth(const v1::MemberHealth& member) {
  return member.has_health() && member.health().certificate_not_after_ms() != 0;
}

void AddHealthNotes(const v1::MemberHealth& member, const v1::ListMembersReply& reply,
                    std::vector<std::string>& notes) {
  const int64_t days = CertificateDays(member, reply.now_ms());
  if (days < 0) {
    notes.push_back("certificate expired");
  } else if (days < kCertificateWarningDays) {
    notes.push_back(
        absl::StrCat("certificate ends in ", Counted(static_cast<uint64_t>(days), "day", "days")));
  }
  if (member.health().directory_version() < reply.directory_version()) {
    notes.push_back(absl::StrCat("directory ", member.health().directory_version(), ", newest is ",
                                 reply.directory_version()));
  }
  if (std::llabs(member.clock_offset_ms()) > kClockWarningMs) {
    notes.push_back(absl::StrCat("clock ", std::llabs(member.clock_offset_ms()) / 1000, " s ",
                                 member.clock_offset_ms() > 0 ? "ahead" : "behind"));
  }
  const int64_t watermark = member.health().index_watermark_ms();
  if (watermark != 0 && reply.now_ms() - watermark > kIndexWarningMs) {
    notes.push_back(absl::StrCat("index is ", Since(reply.now_ms() - watermark), " behind"));
  }
}

std::vector<std::string> TroublesOf(const v1::MemberHealth& member,
                                    const v1::ListMembersReply& reply) {
  std::vector<std::string> notes;
  if (HasHealth(member)) AddHealthNotes(member, reply, notes);
  if (HasRate(member) && AnswerRate(member) < kAnswerRateWarning) {
    notes.push_back(absl::StrFormat("answers %.1f %%", AnswerRate(member)));
  }
  return notes;
}

std::string SilenceNote(const v1::MemberHealth& member, int64_t now_ms) {
  if (member.last_seen_ms() == 0) return "not seen since this hub started";
  return absl::StrCat("silent for ", Since(now_ms - member.last_seen_ms()));
}

Standing StandingOfState(v1::MemberState state) {
  switch (state) {
    case v1::ACTIVE:
      return Standing::kWell;
    case v1::IN_MAINTENANCE:
      return Standing::kMaintenance;
    case v1::MEMBER_SUSPENDED:
      return Standing::kSuspended;
    case v1::REVOKED:
    case v1::RETIRED:
      return Standing::kGone;
    default:
      return Standing::kNotYet;
  }
}

MemberView Judge(const v1::MemberHealth& member, const v1::ListMembersReply& reply) {
  MemberView view{member, StandingOfState(member.state()), {}};
  if (member.suspended_by_order()) {
    view.standing = Standing::kSuspended;
    view.notes.push_back(absl::StrCat("suspended: ", CleanText(member.suspension_reason())));
    return view;
  }
  if (view.standing != Standing::kWell) return view;
  view.notes = TroublesOf(member, reply);
  if (!member.connected()) {
    view.standing = Standing::kSilent;
    view.notes.insert(view.notes.begin(), SilenceNote(member, reply.now_ms()));
  } else if (!view.notes.empty()) {
    view.standing = Standing::kTroubled;
  }
  return view;
}

std::string_view StandingName(Standing standing) {
  switch (standing) {
    case Standing::kSilent:
      return "SILENT";
    case Standing::kTroubled:
      return "TROUBLED";
    case Standing::kSuspended:
      return "SUSPENDED";
    case Standing::kMaintenance:
      return "MAINTENANCE";
    case Standing::kNotYet:
      return "NOT_YET_ACTIVE";
    case Standing::kWell:
      return "WELL";
    case Standing::kGone:
      return "GONE";
  }
  return "";
}

std::string SeenCell(const MemberView& view, int64_t now_ms) {
  if (view.health.connected()) return "connected";
  if (view.health.last_seen_ms() == 0) return "-";
  return absl::StrCat(Since(now_ms - view.health.last_seen_ms()), " ago");
}

std::string StateCell(const MemberView& view) {
  if (view.health.suspended_by_order()) return "suspended";
  return std::string(StateWord(view.health.state()));
}

std::string TimesCell(const v1::MemberHealth& member) {
  if (member.answer_p50_ms() == 0) return "-";
  return absl::StrCat(member.answer_p50_ms(), "/", member.answer_p95_ms(), "/",
                      member.answer_p99_ms());
}

std::string NotesCell(const MemberView& view) { return absl::StrJoin(view.notes, "; "); }

std::vector<std::string> HealthRow(const MemberView& view, int64_t now_ms) {
  const v1::MemberHealth& member = view.health;
  const bool known = HasHealth(member);
  return {member.code(),
          member.name(),
          StateCell(view),
          SeenCell(view, now_ms),
          HasRate(member) ? absl::StrFormat("%.1f%%", AnswerRate(member)) : "-",
          TimesCell(member),
          member.software_version().empty() ? "-" : member.software_version(),
          known ? absl::StrCat(CertificateDays(member, now_ms)) : "-",
          known ? absl::StrCat(member.health().directory_version()) : "-",
          known ? absl::StrFormat("%+.1f", static_cast<double>(member.clock_offset_ms()) / 1000.0)
                : "-",
          member.telephone().empty() ? "-" : member.telephone(),
          NotesCell(view)};
}

std::string Head(const v1::ListMembersReply& reply, const std::vector<MemberView>& views) {
  const auto silent = std::count_if(views.begin(), views.end(), [](const MemberView& view) {
    return view.standing == Standing::kSilent;
  });
  return absl::StrCat(Counted(views.size(), "member", "members"), " in directory ",
                      reply.directory_version(), ", ", silent, " silent. ",
                      UtcMinute(reply.now_ms()), "\n");
}

std::string HubLine(const v1::ListMembersReply& reply) {
  const auto days = [&reply](int64_t until) {
    return until == 0 ? std::string("unknown")
                      : absl::StrCat((until - reply.now_ms()) / kDayMs, " days");
  };
  return absl::StrCat("Directory valid for ", days(reply.directory_not_after_ms()),
                      "; the hub's certificate for ", days(reply.hub_certificate_not_after_ms()),
                      ".\n");
}

void KnownField(std::string_view name, bool known, int64_t value, JsonWriter& json) {
  if (known) json.Field(name, value);
}

void FiguresJson(const v1::MemberHealth& member, int64_t now_ms, JsonWriter& json) {
  const bool timed = member.answer_p50_ms() != 0;
  json.Field("asked_24h", uint64_t{member.asked_24h()});
  json.Field("answered_24h", uint64_t{member.answered_24h()});
  json.Field("questions_asked_24h", uint32_t{member.questions_asked_24h()});
  KnownField("answer_p50_ms", timed, member.answer_p50_ms(), json);
  KnownField("answer_p95_ms", timed, member.answer_p95_ms(), json);
  KnownField("answer_p99_ms", timed, member.answer_p99_ms(), json);
  json.OptionalField("software_version", member.software_version());
  if (!HasHealth(member)) return;
  json.Field("certificate_days_left", CertificateDays(member, now_ms));
  json.Field("directory_version", uint64_t{member.health().directory_version()});
  json.Field("enrolled_epoch", uint32_t{member.health().enrolled_epoch()});
  json.Field("clock_offset_ms", int64_t{member.clock_offset_ms()});
}

void MemberJson(const MemberView& view, int64_t now_ms, bool figures, JsonWriter& json) {
  const v1::MemberHealth& member = view.health;
  json.BeginObject();
  json.Field("code", member.code());
  json.Field("name", member.name());
  json.Field("standing", StandingName(view.standing));
  json.Field("state", v1::MemberState_Name(member.state()));
  json.Field("suspended_by_order", member.suspended_by_order());
  json.OptionalField("suspension_reason", member.suspension_reason());
  json.Field("connected", member.connected());
  if (member.last_seen_ms() != 0) json.Field("last_seen", UtcTime(member.last_seen_ms()));
  json.OptionalField("telephone", member.telephone());
  if (figures) FiguresJson(member, now_ms, json);
  json.Key("notes");
  json.BeginArray();
  for (const std::string& note : view.notes) json.String(note);
  json.EndArray();
  json.EndObject();
}

std::tuple<Standing, int64_t, std::string> SortKey(const MemberView& view) {
  const v1::MemberHealth& member = view.health;
  return {view.standing, member.connected() ? 0 : member.last_seen_ms(), member.code()};
}

}  // namespace

std::vector<MemberView> JudgeMembers(const v1::ListMembersReply& reply) {
  std::vector<MemberView> views;
  for (const v1::MemberHealth& member : reply.members()) views.push_back(Judge(member, reply));
  std::stable_sort(views.begin(), views.end(), [](const MemberView& left, const MemberView& right) {
    return SortKey(left) < SortKey(right);
  });
  return views;
}

std::string MembersText(const v1::ListMembersReply& reply) {
  const std::vector<MemberView> views = JudgeMembers(reply);
  Table table;
  for (const MemberView& view : views) {
    table.Add({view.health.code(), view.health.name(), StateCell(view),
               SeenCell(view, reply.now_ms()),
               view.health.telephone().empty() ? "-" : view.health.telephone(), NotesCell(view)});
  }
  return absl::StrCat(Head(reply, views), table.Render());
}

std::string HealthText(const v1::ListMembersReply& reply) {
  const std::vector<MemberView> views = JudgeMembers(reply);
  Table table;
  table.Add({"code", "name", "state", "seen", "answers", "p50/p95/p99 ms", "version", "cert days",
             "directory", "clock s", "telephone", "notes"});
  for (const MemberView& view : views) table.Add(HealthRow(view, reply.now_ms()));
  return absl::StrCat(Head(reply, views), table.Render(), HubLine(reply));
}

void MembersJson(const v1::ListMembersReply& reply, bool figures, JsonWriter& json) {
  json.BeginObject();
  json.Field("schema",
             figures ? "signpost.federation.health/v1" : "signpost.federation.members/v1");
  json.Field("now", UtcTime(reply.now_ms()));
  json.Field("directory_version", uint64_t{reply.directory_version()});
  if (figures) {
    json.Field("directory_not_after", UtcTime(reply.directory_not_after_ms()));
    json.Field("hub_certificate_not_after", UtcTime(reply.hub_certificate_not_after_ms()));
  }
  json.Key("members");
  json.BeginArray();
  for (const MemberView& view : JudgeMembers(reply)) {
    MemberJson(view, reply.now_ms(), figures, json);
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace signpost::cli
