#include "node/service/approval.h"

#include <charconv>
#include <string>
#include <utility>

#include "proto/transport/errors.h"

namespace signpost::node {

absl::Status ApprovalNeeded() {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kApprovalNeeded,
                   "this child is protected here, and asking can betray it: others would learn "
                   "that this authority looks for it. A second person of the desk must approve "
                   "this very question, and it can then be put once within 24 hours");
}

AskRefusal JudgeApproved(const AskContext& context) {
  if (context.breaks_glass) return AskRefusal::kMayNotBreakGlass;
  return context.mediated ? AskRefusal::kMayNotMediate : AskRefusal::kNone;
}

absl::StatusOr<uint64_t> FindApproval(DeskTable& desk, std::string_view reference,
                                      std::string_view caller, std::string_view case_reference,
                                      v1::Purpose purpose, int64_t now_ms) {
  uint64_t number = 0;
  const char* const end = reference.data() + reference.size();
  const auto parsed = std::from_chars(reference.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) return ApprovalNeeded();
  const auto item = desk.Get(number);
  if (absl::IsNotFound(item.status())) return ApprovalNeeded();
  SIGNPOST_RETURN_IF_ERROR(item.status());
  const bool fits = item->kind() == v1::APPROVAL_ASK_PROTECTED && item->state() == v1::CONFIRMED &&
                    item->requested_by() == caller && item->case_reference() == case_reference &&
                    item->asker().purpose() == purpose && now_ms < item->due_ms();
  if (!fits) return ApprovalNeeded();
  return number;
}

absl::Status UseApproval(DeskTable& desk, uint64_t number, std::string_view caller,
                         std::vector<v1::AuditRow> rows, int64_t now_ms) {
  v1::DeskEvent used;
  used.set_at_ms(now_ms);
  used.set_actor(std::string(caller));
  used.set_state(v1::USED);
  const auto item = desk.AddEvent(number, v1::CONFIRMED, used, std::move(rows));
  if (absl::IsFailedPrecondition(item.status())) return ApprovalNeeded();
  return item.status();
}

}  // namespace signpost::node
