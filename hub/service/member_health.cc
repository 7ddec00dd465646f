#include "hub/service/member_health.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <tuple>

namespace signpost::hub {
namespace {

constexpr int64_t kCertificateWarningMs = int64_t{14} * 86'400'000;
constexpr int64_t kClockWarningMs = 30'000;

bool InTrouble(const v1::MemberHealth& member, uint64_t directory_version, int64_t now_ms) {
  return member.answered_24h() < member.asked_24h() ||
         member.health().directory_version() < directory_version ||
         member.health().certificate_not_after_ms() < now_ms + kCertificateWarningMs ||
         std::abs(member.clock_offset_ms()) > kClockWarningMs;
}

int Rank(const v1::MemberHealth& member, uint64_t directory_version, int64_t now_ms) {
  if (member.suspended_by_order() || member.state() == v1::MEMBER_SUSPENDED) return 2;
  if (member.state() == v1::IN_MAINTENANCE) return 3;
  if (member.state() != v1::ACTIVE) return 5;
  if (!member.connected()) return 0;
  return InTrouble(member, directory_version, now_ms) ? 1 : 4;
}

// Answers of a thousand questions.
uint64_t AnswerRate(const v1::MemberHealth& member) {
  return member.asked_24h() == 0 ? 1000 : 1000 * member.answered_24h() / member.asked_24h();
}

}  // namespace

v1::MemberHealth HealthOf(const v1::Member& member, const MemberStats& stats, int64_t now_ms) {
  v1::MemberHealth out;
  out.set_code(member.code());
  out.set_name(member.name());
  out.set_state(member.state());
  out.set_telephone(member.desk().telephone());
  out.set_connected(stats.connected);
  out.set_last_seen_ms(stats.last_seen_ms);
  out.set_asked_24h(stats.asked.Total(now_ms));
  out.set_answered_24h(stats.answered.Total(now_ms));
  out.set_questions_asked_24h(static_cast<uint32_t>(stats.questions.Total(now_ms)));
  out.set_answer_p50_ms(stats.claim_times.Percentile(50));
  out.set_answer_p95_ms(stats.claim_times.Percentile(95));
  out.set_answer_p99_ms(stats.claim_times.Percentile(99));
  out.set_software_version(stats.software_version);
  out.set_clock_offset_ms(stats.clock_offset_ms);
  *out.mutable_health() = stats.health;
  return out;
}

void SortWorstFirst(std::vector<v1::MemberHealth>& members, uint64_t directory_version,
                    int64_t now_ms) {
  std::stable_sort(members.begin(), members.end(), [&](const auto& a, const auto& b) {
    const auto key = [&](const v1::MemberHealth& member) {
      return std::make_tuple(Rank(member, directory_version, now_ms), AnswerRate(member),
                             member.code());
    };
    return key(a) < key(b);
  });
}

}  // namespace signpost::hub
