#include "cli/officer_order.h"

#include <absl/strings/str_cat.h>

#include "cli/text.h"
#include "proto/limits.h"

namespace signpost::cli {
namespace {

constexpr SuspensionReason kReasons[] = {
    {"KEY_COMPROMISED", "a private key of the member is believed to be in other hands"},
    {"MISUSE", "questions or answers that the federation's rules do not allow"},
    {"DATA_UNSAFE", "its answers cannot be relied on"},
    {"TECHNICAL_FAULT", "its node disturbs others or answers wrongly"},
    {"OWN_REQUEST", "the member asked for it"},
    {"UNDER_REVIEW", "officers are looking into a report"},
};
constexpr int64_t kHourMs = 3'600'000;

bool IsKnownReason(std::string_view reason) {
  for (const SuspensionReason& known : kReasons) {
    if (known.code == reason) return true;
  }
  return false;
}

std::string KnownReasons() {
  std::string list;
  for (const SuspensionReason& known : kReasons) {
    absl::StrAppend(&list, list.empty() ? "" : ", ", std::string(known.code));
  }
  return list;
}

const v1::Member* FindMember(const v1::Directory& directory, std::string_view code) {
  for (const v1::Member& member : directory.members()) {
    if (member.code() == code) return &member;
  }
  return nullptr;
}

}  // namespace

absl::Span<const SuspensionReason> SuspensionReasons() { return kReasons; }

absl::StatusOr<v1::SuspensionOrder> BuildOrder(const v1::Directory& directory,
                                               std::string_view member, std::string_view reason,
                                               int hours, int64_t now_ms) {
  if (!IsKnownReason(reason)) {
    return absl::InvalidArgumentError(
        absl::StrCat("UNKNOWN_REASON: the reasons are ", KnownReasons()));
  }
  if (hours < 1 || hours * kHourMs > kMaxSuspensionMs) {
    return absl::InvalidArgumentError(
        "BAD_HOURS: an order lasts 1 to 24 hours; a longer suspension is a directory in which the "
        "member is suspended");
  }
  if (FindMember(directory, member) == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("NO_SUCH_MEMBER: directory ", directory.version(), " does not list it"));
  }
  v1::SuspensionOrder order;
  order.set_member(std::string(member));
  order.set_reason(std::string(reason));
  order.set_directory_version(directory.version());
  order.set_issued_ms(now_ms);
  order.set_expires_ms(now_ms + hours * kHourMs);
  return order;
}

std::string DescribeOrder(const v1::SuspensionOrder& order, const v1::Directory& directory) {
  const v1::Member* member = FindMember(directory, order.member());
  const std::string name = member == nullptr ? "a member" : CleanText(member->name());
  return absl::StrCat(
      "Suspends ", name, " (", CleanText(order.member()), ") until ", UtcMinute(order.expires_ms()),
      ", reason ", CleanText(order.reason()),
      ".\nIt can neither ask nor answer; others see NOT_JOINED with its telephone number.\n"
      "A directory newer than ",
      order.directory_version(), " ends the suspension earlier or makes it last.\n");
}

}  // namespace signpost::cli
