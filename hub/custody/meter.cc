#include "hub/custody/meter.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/directory/identity.h"

namespace signpost::hub {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr std::string_view kHeading = "signpost-meter/v1";
// More children than any authority has, so that the arithmetic below cannot overflow.
constexpr uint64_t kMostChildren = 1'000'000'000;
// Batches reserved at a time: one synced write for so many evaluations.
constexpr uint64_t kQuestionChunk = 32;
constexpr uint64_t kEnrolmentChunk = 16;

uint64_t CeilDiv(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

uint64_t EnrolmentAllowance(const v1::Member& member) {
  const uint64_t set = member.allowances().enrolment_batches_per_epoch();
  if (set > 0) return set;
  const uint64_t children = std::min<uint64_t>(member.declared_children(), kMostChildren);
  return CeilDiv(23 * children, 1024) + 8;  // 1.15 x 20 = 23
}

uint64_t DeltaAllowance(const v1::Member& member) {
  const uint64_t set = member.allowances().delta_batches_per_day();
  return set > 0 ? set : std::max<uint64_t>(48, CeilDiv(2 * EnrolmentAllowance(member), 100));
}

uint64_t QuestionAllowance(const v1::Member& member) {
  const uint64_t set = member.allowances().questions_per_day();
  const uint64_t children = std::min<uint64_t>(member.declared_children(), kMostChildren);
  return set > 0 ? set : std::max<uint64_t>(2000, CeilDiv(3 * children, 100));
}

}  // namespace

AllowanceLimits LimitsOf(const v1::Member& member, v1::Allowance kind) {
  uint64_t allowance = 0;
  if (kind == v1::QUESTIONS) allowance = QuestionAllowance(member);
  if (kind == v1::ENROLMENT) allowance = EnrolmentAllowance(member);
  if (kind == v1::DELTA) allowance = DeltaAllowance(member);
  return {allowance, 2 * allowance};
}

int64_t PeriodOf(v1::Allowance kind, uint32_t epoch, int64_t now_ms) {
  return kind == v1::ENROLMENT ? static_cast<int64_t>(epoch) : now_ms / kDayMs;
}

std::optional<int64_t> RefillsAtMs(v1::Allowance kind, int64_t now_ms) {
  if (kind == v1::ENROLMENT) return std::nullopt;
  return (now_ms / kDayMs + 1) * kDayMs;
}

Charge Meter::TryCharge(const MeterKey& key, const AllowanceLimits& limits) {
  Count& count = counts_[key];
  if (count.used >= limits.refuse_above) return Charge::kRefused;
  if (count.used >= count.reserved) return Charge::kNeedsSaving;
  ++count.used;
  return count.used > limits.flag_above ? Charge::kFlagged : Charge::kGranted;
}

void Meter::Reserve(const MeterKey& key, const AllowanceLimits& limits) {
  Count& count = counts_[key];
  const uint64_t chunk = key.kind == v1::QUESTIONS ? kQuestionChunk : kEnrolmentChunk;
  count.reserved = std::max(count.reserved, std::min(count.used + chunk, limits.refuse_above));
}

void Meter::Unreserve(const MeterKey& key) {
  Count& count = counts_[key];
  count.reserved = count.used;
}

void Meter::ForgetDaysBefore(int64_t day) {
  absl::erase_if(counts_, [day](const auto& entry) {
    return entry.first.kind != v1::ENROLMENT && entry.first.period < day;
  });
}

void Meter::ForgetEpoch(uint32_t epoch) {
  absl::erase_if(counts_, [epoch](const auto& entry) {
    return entry.first.kind == v1::ENROLMENT && entry.first.period == int64_t{epoch};
  });
}

uint64_t Meter::Used(const MeterKey& key) const {
  const auto found = counts_.find(key);
  return found == counts_.end() ? 0 : found->second.used;
}

std::string Meter::Serialise() const {
  std::string text = absl::StrCat(ToAbsl(kHeading), "\n");
  for (const auto& [key, count] : counts_) {
    absl::StrAppend(&text, v1::Allowance_Name(key.kind), " ", key.period, " ", key.member, " ",
                    count.reserved, "\n");
  }
  absl::StrAppend(&text, "end ", counts_.size(), "\n");
  return text;
}

std::optional<Meter> Meter::Parse(std::string_view text) {
  const std::vector<std::string> lines = absl::StrSplit(ToAbsl(text), '\n');
  if (lines.size() < 3 || lines.front() != kHeading || !lines.back().empty() ||
      lines[lines.size() - 2] != absl::StrCat("end ", lines.size() - 3)) {
    return std::nullopt;
  }
  Meter meter;
  for (size_t i = 1; i + 2 < lines.size(); ++i) {
    const std::vector<std::string> words = absl::StrSplit(lines[i], ' ');
    MeterKey key;
    Count count;
    if (words.size() != 4 || !v1::Allowance_Parse(words[0], &key.kind) ||
        key.kind == v1::ALLOWANCE_UNSPECIFIED || !absl::SimpleAtoi(words[1], &key.period) ||
        !IsMemberCode(words[2]) || !absl::SimpleAtoi(words[3], &count.reserved)) {
      return std::nullopt;
    }
    key.member = words[2];
    count.used = count.reserved;
    if (!meter.counts_.emplace(key, count).second) return std::nullopt;
  }
  return meter;
}

}  // namespace signpost::hub
