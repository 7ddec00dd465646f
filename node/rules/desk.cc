#include "node/rules/desk.h"

#include <string>

#include "node/rules/people.h"

namespace signpost::node {
namespace {

v1::DeskItem ItemOf(v1::DeskKind kind, std::string_view case_reference, int64_t now_ms) {
  v1::DeskItem item;
  item.set_kind(kind);
  item.set_at_ms(now_ms);
  item.set_case_reference(std::string(case_reference));
  item.set_state(v1::OPEN);
  item.set_times(1);
  return item;
}

}  // namespace

v1::DeskAsker DeskAskerOf(const v1::Intro& intro) {
  v1::DeskAsker asker;
  asker.set_member(intro.member());
  asker.set_person(intro.person());
  asker.set_person_asserted(intro.person_asserted());
  asker.set_on_behalf_of(intro.on_behalf_of());
  asker.set_role(intro.role());
  asker.set_organisation(intro.organisation());
  asker.set_purpose(intro.purpose());
  asker.set_purpose_text(intro.purpose_text());
  asker.set_contact_telephone(intro.contact_telephone());
  asker.set_break_glass_reason(intro.break_glass_reason());
  return asker;
}

v1::DeskItem AlertOf(v1::DeskKind kind, const v1::Intro& intro, std::string_view case_reference,
                     KeyTypeSet types, uint32_t policy_version, int64_t now_ms) {
  v1::DeskItem item = ItemOf(kind, case_reference, now_ms);
  *item.mutable_asker() = DeskAskerOf(intro);
  for (uint8_t type = 1; type <= kKeyTypes; ++type) {
    if ((types & KeyTypeBit(type)) != 0) item.add_key_types(type);
  }
  item.set_policy_version(policy_version);
  return item;
}

v1::DeskItem NoticeOf(const v1::Intro& intro, std::string_view case_reference, v1::Outcome told,
                      std::string_view question_reference, uint32_t policy_version,
                      int64_t now_ms) {
  v1::DeskItem item = ItemOf(v1::NOTICE_ANSWERED, case_reference, now_ms);
  *item.mutable_asker() = DeskAskerOf(intro);
  item.set_told(told);
  item.set_question_reference(std::string(question_reference));
  item.set_policy_version(policy_version);
  return item;
}

v1::DeskItem BreakGlassReviewOf(const v1::Intro& intro, std::string_view case_reference,
                                std::string_view question_reference, uint32_t policy_version,
                                int64_t now_ms) {
  v1::DeskItem item = ItemOf(v1::REVIEW_BREAK_GLASS, case_reference, now_ms);
  *item.mutable_asker() = DeskAskerOf(intro);
  item.set_question_reference(std::string(question_reference));
  item.set_policy_version(policy_version);
  item.set_due_ms(now_ms + kReviewDueMs);
  return item;
}

v1::DeskItem RequestOf(v1::DeskKind kind, std::string_view requested_by,
                       std::string_view case_reference, std::string_view reason, int64_t now_ms) {
  v1::DeskItem item = ItemOf(kind, case_reference, now_ms);
  item.set_requested_by(std::string(requested_by));
  item.set_reason(std::string(reason));
  item.set_due_ms(now_ms + (ViewOf(kind) == v1::APPROVALS ? kApprovalLifeMs : kReviewDueMs));
  return item;
}

bool SameAlert(const v1::DeskItem& a, const v1::DeskItem& b) {
  const v1::DeskAsker& asker = a.asker();
  const v1::DeskAsker& other = b.asker();
  return ViewOf(a.kind()) == v1::ALERTS && a.kind() == b.kind() &&
         a.case_reference() == b.case_reference() && asker.member() == other.member() &&
         asker.person() == other.person() && asker.person_asserted() == other.person_asserted() &&
         asker.on_behalf_of() == other.on_behalf_of() &&
         asker.contact_telephone() == other.contact_telephone() && a.reason() == b.reason();
}

}  // namespace signpost::node
