#include "node/service/desk_work.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "node/importer/csv.h"
#include "node/rules/desk.h"
#include "node/rules/people.h"
#include "node/rules/protection.h"
#include "node/service/protection_apart.h"
#include "node/service/record_access.h"
#include "node/service/unary.h"
#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

constexpr uint32_t kMostItems = 1000;

absl::Status NoSuchItem() {
  return MakeError(absl::StatusCode::kNotFound, reason::kNoSuchItem,
                   "the desk has no such item for you");
}

absl::Status AlreadyDecided(std::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kAlreadyDecided, message);
}

// Of a withholding that a second person has confirmed: who decided it first neither ends it alone
// nor replaces it by one that nobody has confirmed, which they could then end.
absl::Status JudgeChange(const Caller& caller, const ChildRow& child) {
  if (!child.withheld.has_value() || child.withheld->reviewed_by.empty() ||
      child.withheld->decided_by != caller.id) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kPermissionDenied, reason::kSecondPerson,
                   "a second person has confirmed your withholding: another desk worker must end "
                   "or replace it");
}

// The decision is on the disk, and what follows from it is not: the child stays protected.
absl::Status DecidedOnly(std::string_view what) {
  return MakeError(absl::StatusCode::kUnavailable, reason::kStoreFailed,
                   absl::StrCat("the decision is recorded, but ", ToAbsl(what),
                                "; this node's administrator must look at the disk"));
}

absl::Status CheckView(const Caller& caller, v1::DeskView view, bool of_one_case) {
  SIGNPOST_RETURN_IF_ERROR(NeedsPerson(caller));
  if (view == v1::DESK_VIEW_UNSPECIFIED || !v1::DeskView_IsValid(view)) {
    return BadDetails("view: name one of alerts, notices, reviews, approvals");
  }
  if (MayView(view, caller.roles)) return absl::OkStatus();
  if (view == v1::NOTICES && of_one_case) return NeedsPractitioner(caller);
  return MakeError(absl::StatusCode::kPermissionDenied, reason::kNotPermitted,
                   view == v1::NOTICES
                       ? "name a case: the notices of all children are the desk's"
                       : "your role does not permit this; the node's administrator assigns roles");
}

std::vector<v1::DeskKind> KindsOf(const Caller& caller, v1::DeskView view) {
  switch (view) {
    case v1::ALERTS:
      return {v1::ALERT_SHIELDED, v1::ALERT_OWN_PROTECTED, v1::ALERT_SENSITIVE};
    case v1::NOTICES:
      return {v1::NOTICE_ANSWERED};
    case v1::REVIEWS:
      if (!MayRead(v1::REVIEW_BREAK_GLASS, caller.roles)) return {v1::REVIEW_WITHHOLD};
      return {v1::REVIEW_BREAK_GLASS, v1::REVIEW_WITHHOLD};
    default:
      return {v1::APPROVAL_ASK_PROTECTED, v1::APPROVAL_UNSHIELD};
  }
}

bool IsAlert(const v1::DeskItem& item) { return ViewOf(item.kind()) == v1::ALERTS; }

bool IsForDeciding(const v1::DeskItem& item) {
  return ViewOf(item.kind()) == v1::REVIEWS || ViewOf(item.kind()) == v1::APPROVALS;
}

// That a sensitive service spoke could be read from what was told.
void HideFromPractitioner(v1::DeskItem& item) {
  item.clear_told();
  item.clear_key_types();
  item.clear_policy_version();
}

absl::Status CheckNote(std::string_view note) {
  if (note.size() <= kMaxTextBytes && IsPlainUtf8(note)) return absl::OkStatus();
  return BadDetails("note: at most 200 bytes of text");
}

v1::DeskEvent EventOf(const Caller& caller, v1::DeskState state, std::string_view note,
                      int64_t now_ms) {
  v1::DeskEvent event;
  event.set_at_ms(now_ms);
  event.set_actor(caller.id);
  event.set_state(state);
  event.set_note(std::string(note));
  return event;
}

bool Waits(const v1::DeskItem& item, int64_t now_ms) {
  return item.state() == v1::OPEN && (item.due_ms() == 0 || now_ms < item.due_ms());
}

}  // namespace

absl::StatusOr<std::vector<v1::DeskItem>> DeskWork::List(const Caller& caller,
                                                         const v1::ListDeskRequest& request) {
  const bool of_one_case = !request.case_reference().empty();
  SIGNPOST_RETURN_IF_ERROR(CheckView(caller, request.view(), of_one_case));
  const bool whole = MayView(request.view(), caller.roles);
  DeskQuery query;
  query.kinds = KindsOf(caller, request.view());
  query.open_only = request.open_only();
  query.before_number = request.before_number();
  query.limit = request.limit() == 0 ? kMostItems : std::min(request.limit(), kMostItems);
  if (of_one_case) {
    const auto reference = CaseOf(caller, request.case_reference());
    if (!reference.ok() && (!whole || !absl::IsNotFound(reference.status()))) {
      return reference.status();
    }
    query.case_reference = reference.ok() ? *reference : request.case_reference();
  }
  auto items = store_.desk().List(query);
  if (!items.ok()) return FromStore(items.status());
  if (!whole) {
    for (v1::DeskItem& item : *items) HideFromPractitioner(item);
  }
  return items;
}

absl::Status DeskWork::AdmitWatch(const Caller& caller, v1::DeskView view) const {
  return CheckView(caller, view, false);
}

absl::StatusOr<std::vector<v1::DeskItem>> DeskWork::Since(const Caller& caller, v1::DeskView view,
                                                          uint64_t after, bool open_only) {
  DeskQuery query;
  query.kinds = KindsOf(caller, view);
  query.after_number = after;
  query.open_only = open_only;
  query.limit = kMostItems;
  auto items = store_.desk().List(query);
  if (!items.ok()) return FromStore(items.status());
  std::reverse(items->begin(), items->end());
  return items;
}

absl::StatusOr<v1::DeskItem> DeskWork::RecordCallBack(const Caller& caller,
                                                      const v1::RecordCallBackRequest& request) {
  SIGNPOST_RETURN_IF_ERROR(NeedsPerson(caller));
  SIGNPOST_RETURN_IF_ERROR(CheckNote(request.note()));
  SIGNPOST_ASSIGN_OR_RETURN(const v1::DeskItem item, GetItem(request.number()));
  if (!IsAlert(item)) return NoSuchItem();
  auto rung =
      store_.desk().AddEvent(item.number(), item.state(),
                             EventOf(caller, v1::CALLED_BACK, request.note(), clock_.NowMs()), {});
  if (absl::IsFailedPrecondition(rung.status())) {
    return AlreadyDecided("somebody else has just recorded a call back; look at the alert again");
  }
  if (!rung.ok()) return FromStore(rung.status());
  return rung;
}

absl::StatusOr<v1::DeskItem> DeskWork::Withhold(const Caller& caller,
                                                const v1::WithholdRequest& request) {
  SIGNPOST_RETURN_IF_ERROR(NeedsPerson(caller));
  if (!request.lift()) SIGNPOST_RETURN_IF_ERROR(CheckReasonCode(request.reason()));
  return gate_.Alone([&](DuplicateFinder&) -> absl::StatusOr<v1::DeskItem> {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child,
                              FindVisible(store_, caller, request.case_reference()));
    if (request.lift()) return EndWithholding(caller, child);
    return StartWithholding(caller, child, request.reason());
  });
}

absl::StatusOr<v1::DeskItem> DeskWork::StartWithholding(const Caller& caller, const ChildRow& child,
                                                        std::string_view reason) {
  SIGNPOST_ASSIGN_OR_RETURN(const auto before, NewestReview(child.case_reference));
  if (child.withheld.has_value() && child.withheld->reason == reason && before.has_value()) {
    return *before;
  }
  SIGNPOST_RETURN_IF_ERROR(JudgeChange(caller, child));
  const int64_t now_ms = clock_.NowMs();
  SIGNPOST_RETURN_IF_ERROR(
      SetWithheld(caller, child, Withholding{std::string(reason), caller.id, now_ms, ""},
                  {RequestOf(v1::REVIEW_WITHHOLD, caller.id, child.case_reference, reason, now_ms)},
                  "WITHHELD"));
  bell_.Ring();
  SIGNPOST_ASSIGN_OR_RETURN(const auto review, NewestReview(child.case_reference));
  if (before.has_value() && before->state() == v1::OPEN) {
    SIGNPOST_RETURN_IF_ERROR(CloseReview(caller, *before, "REPLACED").status());
  }
  if (!review.has_value()) return NoSuchItem();
  return *review;
}

absl::StatusOr<v1::DeskItem> DeskWork::EndWithholding(const Caller& caller, const ChildRow& child) {
  if (!child.withheld.has_value()) {
    return AlreadyDecided("telling of this child is not withheld");
  }
  SIGNPOST_RETURN_IF_ERROR(JudgeChange(caller, child));
  SIGNPOST_RETURN_IF_ERROR(SetWithheld(caller, child, std::nullopt, {}, "WITHHOLDING_ENDED"));
  SIGNPOST_ASSIGN_OR_RETURN(const auto review, NewestReview(child.case_reference));
  if (!review.has_value()) return NoSuchItem();
  if (review->state() != v1::OPEN) return *review;
  return CloseReview(caller, *review, "WITHHOLDING_ENDED");
}

absl::StatusOr<v1::DeskItem> DeskWork::CloseReview(const Caller& caller, const v1::DeskItem& review,
                                                   std::string_view note) {
  auto closed = store_.desk().AddEvent(review.number(), review.state(),
                                       EventOf(caller, v1::OVERTURNED, note, clock_.NowMs()), {});
  if (!closed.ok()) return FromStore(closed.status());
  return closed;
}

absl::StatusOr<v1::DeskItem> DeskWork::Decide(const Caller& caller,
                                              const v1::DecideRequest& request) {
  SIGNPOST_RETURN_IF_ERROR(NeedsPerson(caller));
  SIGNPOST_RETURN_IF_ERROR(CheckNote(request.note()));
  return gate_.Alone([&](DuplicateFinder& finder) { return DecideAlone(caller, finder, request); });
}

absl::StatusOr<v1::DeskItem> DeskWork::DecideAlone(const Caller& caller, DuplicateFinder& finder,
                                                   const v1::DecideRequest& request) {
  SIGNPOST_ASSIGN_OR_RETURN(const v1::DeskItem item, GetItem(request.number()));
  // What cannot be decided reads like nothing, so that numbers do not say which are alerts.
  if (!IsForDeciding(item)) return NoSuchItem();
  SIGNPOST_RETURN_IF_ERROR(
      JudgeDecision(item, caller.id, caller.name, caller.roles, clock_.NowMs()));
  if (item.kind() == v1::REVIEW_WITHHOLD) return DecideWithholding(caller, item, request);
  SIGNPOST_ASSIGN_OR_RETURN(v1::DeskItem decided, RecordDecision(caller, item, request));
  if (item.kind() != v1::APPROVAL_UNSHIELD || !request.confirm()) return decided;
  if (IsParting(item)) {
    if (!PartAsRequested(store_, finder, caller, item, clock_.NowMs()).ok()) {
      return DecidedOnly("the two records could not be parted; ask for it again");
    }
  } else if (!Unshield(caller, item).ok()) {
    return DecidedOnly("the shield could not be lifted; ask for it again");
  }
  return decided;
}

absl::StatusOr<v1::DeskItem> DeskWork::DecideWithholding(const Caller& caller,
                                                         const v1::DeskItem& review,
                                                         const v1::DecideRequest& request) {
  auto child = store_.GetChildByCase(review.case_reference());
  if (!child.ok()) return FromStore(child.status());
  SIGNPOST_ASSIGN_OR_RETURN(const auto newest, NewestReview(child->case_reference));
  if (!child->withheld.has_value() || !newest.has_value() || newest->number() != review.number()) {
    SIGNPOST_RETURN_IF_ERROR(CloseReview(caller, review, "REPLACED").status());
    return AlreadyDecided("this withholding has ended, or a later decision replaced it");
  }
  if (!request.confirm()) {
    SIGNPOST_ASSIGN_OR_RETURN(v1::DeskItem decided, RecordDecision(caller, review, request));
    if (!SetWithheld(caller, *child, std::nullopt, {}, "WITHHOLDING_ENDED").ok()) {
      return DecidedOnly("telling is still withheld; end it with the desk's own call");
    }
    return decided;
  }
  Withholding reviewed = *child->withheld;
  reviewed.reviewed_by = caller.id;
  SIGNPOST_RETURN_IF_ERROR(SetWithheld(caller, *child, reviewed, {}, "WITHHOLDING_REVIEWED"));
  return RecordDecision(caller, review, request);
}

absl::StatusOr<v1::DeskItem> DeskWork::RecordDecision(const Caller& caller,
                                                      const v1::DeskItem& item,
                                                      const v1::DecideRequest& request) {
  const int64_t now_ms = clock_.NowMs();
  const v1::DeskState state = request.confirm() ? v1::CONFIRMED : v1::OVERTURNED;
  const std::string note =
      absl::StrCat(v1::DeskKind_Name(item.kind()), " ", v1::DeskState_Name(state));
  auto decided = store_.desk().AddEvent(
      item.number(), item.state(), EventOf(caller, state, request.note(), now_ms),
      {AuditOf(v1::AuditRow::DECISION, caller, item.case_reference(), note, now_ms)});
  if (absl::IsFailedPrecondition(decided.status())) {
    return AlreadyDecided("somebody else has just decided this");
  }
  if (!decided.ok()) return FromStore(decided.status());
  return decided;
}

absl::Status DeskWork::Unshield(const Caller& caller, const v1::DeskItem& item) {
  const auto child = store_.GetChildByCase(item.case_reference());
  if (!child.ok()) return FromStore(child.status());
  return FromStore(store_.UnshieldChild(
      child->id, {AuditOf(v1::AuditRow::PROTECTION_CHANGED, caller, child->case_reference,
                          "UNSHIELDED", clock_.NowMs())}));
}

absl::Status DeskWork::SetWithheld(const Caller& caller, const ChildRow& child,
                                   const std::optional<Withholding>& withheld,
                                   std::vector<v1::DeskItem> desk, std::string_view note) {
  const int64_t now_ms = clock_.NowMs();
  return FromStore(store_.SetWithheld(
      child.id, withheld, std::move(desk), now_ms,
      {AuditOf(v1::AuditRow::PROTECTION_CHANGED, caller, child.case_reference, note, now_ms)}));
}

absl::StatusOr<v1::DeskItem> DeskWork::RequestApproval(const Caller& caller,
                                                       const v1::RequestApprovalRequest& request) {
  SIGNPOST_RETURN_IF_ERROR(NeedsPerson(caller));
  if (request.purpose() == v1::PURPOSE_UNSPECIFIED || !v1::Purpose_IsValid(request.purpose())) {
    return BadDetails("purpose: name the purpose of the question");
  }
  return gate_.Alone([&](DuplicateFinder&) -> absl::StatusOr<v1::DeskItem> {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child,
                              FindVisible(store_, caller, request.case_reference()));
    if (!SilencesNode(child.flags)) {
      return BadDetails("case_reference: this record is not protected: ask without an approval");
    }
    const int64_t now_ms = clock_.NowMs();
    v1::DeskItem wanted = RequestOf(v1::APPROVAL_ASK_PROTECTED, caller.id, child.case_reference,
                                    v1::Purpose_Name(request.purpose()), now_ms);
    wanted.mutable_asker()->set_purpose(request.purpose());
    DeskQuery query;
    query.kinds = {v1::APPROVAL_ASK_PROTECTED};
    query.case_reference = child.case_reference;
    query.open_only = true;
    const auto open = store_.desk().List(query);
    if (!open.ok()) return FromStore(open.status());
    for (const v1::DeskItem& item : *open) {
      if (Waits(item, now_ms) && item.requested_by() == caller.id &&
          item.asker().purpose() == request.purpose()) {
        return item;
      }
    }
    auto stored = store_.desk().Append({std::move(wanted)}, now_ms);
    if (!stored.ok()) return FromStore(stored.status());
    bell_.Ring();
    return stored->front();
  });
}

absl::StatusOr<v1::DeskItem> DeskWork::GetItem(uint64_t number) {
  auto item = store_.desk().Get(number);
  if (absl::IsNotFound(item.status())) return NoSuchItem();
  if (!item.ok()) return FromStore(item.status());
  return item;
}

absl::StatusOr<std::string> DeskWork::CaseOf(const Caller& caller,
                                             std::string_view case_reference) {
  SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child, FindVisible(store_, caller, case_reference));
  return child.case_reference;
}

absl::StatusOr<std::optional<v1::DeskItem>> DeskWork::NewestReview(
    std::string_view case_reference) {
  DeskQuery query;
  query.kinds = {v1::REVIEW_WITHHOLD};
  query.case_reference = std::string(case_reference);
  query.limit = 1;
  const auto reviews = store_.desk().List(query);
  if (!reviews.ok()) return FromStore(reviews.status());
  if (reviews->empty()) return std::nullopt;
  return reviews->front();
}

}  // namespace signpost::node
