#include "proto/question/fit.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <numeric>
#include <utility>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost {
namespace {

constexpr size_t kMaxMemberBytes = 32;
constexpr size_t kMaxLawfulBasisBytes = 100;
constexpr size_t kMaxDateBytes = 10;
constexpr size_t kMaxPostcodeBytes = 10;
constexpr size_t kMaxNhsBytes = 10;
constexpr size_t kMaxUpnBytes = 13;
constexpr int kMaxReasons = 8;
// These go into a reveal before any further name or address.
constexpr size_t kFirstNames = 4;
constexpr size_t kFirstAddresses = 3;

struct Field {
  std::string_view name;
  std::string_view value;
  size_t limit;
};

absl::Status Unfit(std::string_view field) { return absl::InvalidArgumentError(ToAbsl(field)); }

// Length of the UTF-8 character that begins at `i`, 0 when it is not one (RFC 3629 section 4).
size_t CharacterAt(std::string_view text, size_t i) {
  const auto byte = [&](size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
  };
  const auto tail = [&](size_t at) { return (byte(at) & 0xc0) == 0x80; };
  const unsigned first = static_cast<unsigned>(byte(i));
  const unsigned second = static_cast<unsigned>(byte(i + 1));
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return tail(i + 1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
    return tail(i + 1) && tail(i + 2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
    return tail(i + 1) && tail(i + 2) && tail(i + 3) ? 4 : 0;
  }
  return 0;
}

bool IsUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t length = CharacterAt(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

absl::Status FitFields(std::initializer_list<Field> fields) {
  for (const Field& field : fields) {
    if (field.value.size() > field.limit || !IsUtf8(field.value)) return Unfit(field.name);
  }
  return absl::OkStatus();
}

absl::Status FitName(const v1::PersonName& name) {
  return FitFields({{"details.names.given", name.given(), kMaxNameBytes},
                    {"details.names.middle", name.middle(), kMaxNameBytes},
                    {"details.names.family", name.family(), kMaxNameBytes}});
}

absl::Status FitAddress(const v1::Address& address) {
  return FitFields({{"details.addresses.house", address.house(), kMaxNameBytes},
                    {"details.addresses.street", address.street(), kMaxNameBytes},
                    {"details.addresses.town", address.town(), kMaxNameBytes},
                    {"details.addresses.postcode", address.postcode(), kMaxPostcodeBytes}});
}

absl::Status FitSignpost(const v1::Signpost& signpost) {
  return FitFields(
      {{"answer.signposts.organisation", signpost.organisation(), kMaxOrganisationBytes},
       {"answer.signposts.team", signpost.team(), kMaxOrganisationBytes},
       {"answer.signposts.practitioner", signpost.practitioner(), kMaxPersonBytes},
       {"answer.signposts.practitioner_role", signpost.practitioner_role(), kMaxOrganisationBytes},
       {"answer.signposts.telephone", signpost.telephone(), kMaxTelephoneBytes},
       {"answer.signposts.since", signpost.since(), kMaxDateBytes},
       {"answer.signposts.until", signpost.until(), kMaxDateBytes}});
}

absl::Status FitDesk(const v1::Desk& desk) {
  return FitFields(
      {{"answer.desk.name", desk.name(), kMaxOrganisationBytes},
       {"answer.desk.telephone", desk.telephone(), kMaxTelephoneBytes},
       {"answer.desk.hours", desk.hours(), kMaxTextBytes},
       {"answer.desk.out_of_hours_telephone", desk.out_of_hours_telephone(), kMaxTelephoneBytes},
       {"answer.desk.email", desk.email(), kMaxPersonBytes}});
}

bool MayBeSent(v1::Outcome outcome) {
  switch (outcome) {
    case v1::INVOLVED_NOW:
    case v1::INVOLVED_BEFORE:
    case v1::ASK_DESK:
    case v1::NOTHING_TO_REPORT:
    case v1::WITHHELD:
      return true;
    default:
      return false;
  }
}

absl::Status KnownDetails(const v1::ChildDetails& details) {
  for (const v1::PersonName& name : details.names()) {
    if (!v1::PersonName::Kind_IsValid(name.kind())) return Unfit("details.names.kind");
  }
  for (const v1::Address& address : details.addresses()) {
    if (!v1::Address::Kind_IsValid(address.kind())) return Unfit("details.addresses.kind");
  }
  if (!v1::DateQuality_IsValid(details.date_quality())) return Unfit("details.date_quality");
  if (!v1::Sex_IsValid(details.sex())) return Unfit("details.sex");
  return absl::OkStatus();
}

absl::Status KnownAnswer(const v1::AnswerBody& answer) {
  for (const v1::Signpost& signpost : answer.signposts()) {
    if (!v1::ServiceType_IsValid(signpost.service())) return Unfit("answer.signposts.service");
  }
  for (const int reason : answer.reasons()) {
    if (!v1::MatchReason_IsValid(reason)) return Unfit("answer.reasons");
  }
  if (!v1::MatchGrade_IsValid(answer.grade())) return Unfit("answer.grade");
  return absl::OkStatus();
}

void Cut(std::string* text, size_t limit) { *text = CutUtf8(*text, limit); }

void CutName(v1::PersonName& name) {
  for (std::string* text : {name.mutable_given(), name.mutable_middle(), name.mutable_family()}) {
    Cut(text, kMaxNameBytes);
  }
}

void CutAddress(v1::Address& address) {
  for (std::string* text :
       {address.mutable_house(), address.mutable_street(), address.mutable_town()}) {
    Cut(text, kMaxNameBytes);
  }
  Cut(address.mutable_postcode(), kMaxPostcodeBytes);
}

void CutSignpost(v1::Signpost& signpost) {
  for (std::string* text : {signpost.mutable_organisation(), signpost.mutable_team(),
                            signpost.mutable_practitioner_role()}) {
    Cut(text, kMaxOrganisationBytes);
  }
  Cut(signpost.mutable_practitioner(), kMaxPersonBytes);
  Cut(signpost.mutable_telephone(), kMaxTelephoneBytes);
  Cut(signpost.mutable_since(), kMaxDateBytes);
  Cut(signpost.mutable_until(), kMaxDateBytes);
}

void CutDesk(v1::Desk& desk) {
  Cut(desk.mutable_name(), kMaxOrganisationBytes);
  Cut(desk.mutable_telephone(), kMaxTelephoneBytes);
  Cut(desk.mutable_hours(), kMaxTextBytes);
  Cut(desk.mutable_out_of_hours_telephone(), kMaxTelephoneBytes);
  Cut(desk.mutable_email(), kMaxPersonBytes);
}

int NameRank(const v1::PersonName& name) {
  switch (name.kind()) {
    case v1::PersonName::CURRENT:
      return 0;
    case v1::PersonName::FORMER:
      return 1;
    case v1::PersonName::ALIAS:
      return 2;
    case v1::PersonName::PREFERRED:
      return 3;
    default:
      return 4;
  }
}

int AddressRank(const v1::Address& address) {
  switch (address.kind()) {
    case v1::Address::CURRENT:
      return 0;
    case v1::Address::FORMER:
      return 1;
    default:
      return 2;
  }
}

// Positions of `items`, the most useful first, ties in the record's order.
template <typename Items, typename Rank>
std::vector<int> ByUse(const Items& items, Rank rank) {
  std::vector<int> order(static_cast<size_t>(items.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return rank(items[a]) < rank(items[b]); });
  return order;
}

// What a repeated message field of one byte's tag adds to its message.
size_t FieldBytes(const google::protobuf::Message& item) {
  const size_t size = item.ByteSizeLong();
  return 1 + google::protobuf::io::CodedOutputStream::VarintSize32(static_cast<uint32_t>(size)) +
         size;
}

// Marks the positions order[from, to) that still fit into `room`.
template <typename Items>
void Keep(const Items& items, const std::vector<int>& order, size_t from, size_t to, size_t& room,
          std::vector<bool>& kept) {
  for (size_t i = from; i < std::min(to, order.size()); ++i) {
    const size_t bytes = FieldBytes(items[order[i]]);
    if (bytes > room) continue;
    room -= bytes;
    kept[static_cast<size_t>(order[i])] = true;
  }
}

}  // namespace

absl::Status FitIntro(const v1::Intro& intro, Enums enums) {
  SIGNPOST_RETURN_IF_ERROR(
      FitFields({{"intro.member", intro.member(), kMaxMemberBytes},
                 {"intro.person", intro.person(), kMaxPersonBytes},
                 {"intro.on_behalf_of", intro.on_behalf_of(), kMaxPersonBytes},
                 {"intro.organisation", intro.organisation(), kMaxOrganisationBytes},
                 {"intro.purpose_text", intro.purpose_text(), kMaxTextBytes},
                 {"intro.lawful_basis", intro.lawful_basis(), kMaxLawfulBasisBytes},
                 {"intro.contact_telephone", intro.contact_telephone(), kMaxTelephoneBytes},
                 {"intro.break_glass_reason", intro.break_glass_reason(), kMaxTextBytes}}));
  if (enums == Enums::kKnown) {
    if (!v1::Role_IsValid(intro.role())) return Unfit("intro.role");
    if (!v1::Purpose_IsValid(intro.purpose())) return Unfit("intro.purpose");
  }
  if (intro.ByteSizeLong() > kMaxIntroSize) return Unfit("intro");
  return absl::OkStatus();
}

absl::Status FitDetails(const v1::ChildDetails& details, Enums enums) {
  if (details.names_size() > static_cast<int>(kMaxNames)) return Unfit("details.names");
  if (details.addresses_size() > static_cast<int>(kMaxAddresses)) return Unfit("details.addresses");
  for (const v1::PersonName& name : details.names()) SIGNPOST_RETURN_IF_ERROR(FitName(name));
  for (const v1::Address& address : details.addresses()) {
    SIGNPOST_RETURN_IF_ERROR(FitAddress(address));
  }
  SIGNPOST_RETURN_IF_ERROR(
      FitFields({{"details.date_of_birth", details.date_of_birth(), kMaxDateBytes},
                 {"details.nhs_number", details.nhs_number(), kMaxNhsBytes},
                 {"details.upn", details.upn(), kMaxUpnBytes}}));
  if (enums == Enums::kKnown) SIGNPOST_RETURN_IF_ERROR(KnownDetails(details));
  if (details.ByteSizeLong() > kMaxDetailsSize) return Unfit("details");
  return absl::OkStatus();
}

absl::Status FitAnswer(const v1::AnswerBody& answer, Enums enums) {
  if (!MayBeSent(answer.outcome())) return Unfit("answer.outcome");
  if (answer.signposts_size() > static_cast<int>(kMaxSignposts)) return Unfit("answer.signposts");
  for (const v1::Signpost& signpost : answer.signposts()) {
    SIGNPOST_RETURN_IF_ERROR(FitSignpost(signpost));
  }
  SIGNPOST_RETURN_IF_ERROR(FitDesk(answer.desk()));
  if (answer.reasons_size() > kMaxReasons) return Unfit("answer.reasons");
  SIGNPOST_RETURN_IF_ERROR(
      FitFields({{"answer.reference", answer.reference(), kMaxReferenceBytes}}));
  if (answer.as_of_ms() < 0) return Unfit("answer.as_of_ms");
  if (enums == Enums::kKnown) SIGNPOST_RETURN_IF_ERROR(KnownAnswer(answer));
  if (answer.ByteSizeLong() > kMaxAnswerBodySize) return Unfit("answer");
  return absl::OkStatus();
}

v1::ChildDetails ReduceDetails(const v1::ChildDetails& details) {
  if (FitDetails(details, Enums::kAny).ok()) return details;
  v1::ChildDetails source = details;
  source.DiscardUnknownFields();
  for (v1::PersonName& name : *source.mutable_names()) CutName(name);
  for (v1::Address& address : *source.mutable_addresses()) CutAddress(address);

  v1::ChildDetails reduced;
  reduced.set_date_of_birth(CutUtf8(source.date_of_birth(), kMaxDateBytes));
  reduced.set_date_quality(source.date_quality());
  reduced.set_sex(source.sex());
  reduced.set_nhs_number(CutUtf8(source.nhs_number(), kMaxNhsBytes));
  reduced.set_upn(CutUtf8(source.upn(), kMaxUpnBytes));

  const std::vector<int> names = ByUse(source.names(), NameRank);
  const std::vector<int> addresses = ByUse(source.addresses(), AddressRank);
  std::vector<bool> keep_name(names.size());
  std::vector<bool> keep_address(addresses.size());
  size_t room = kMaxDetailsSize - reduced.ByteSizeLong();
  Keep(source.names(), names, 0, kFirstNames, room, keep_name);
  Keep(source.addresses(), addresses, 0, kFirstAddresses, room, keep_address);
  Keep(source.names(), names, kFirstNames, kMaxNames, room, keep_name);
  Keep(source.addresses(), addresses, kFirstAddresses, kMaxAddresses, room, keep_address);
  for (int i = 0; i < source.names_size(); ++i) {
    if (keep_name[static_cast<size_t>(i)]) *reduced.add_names() = source.names(i);
  }
  for (int i = 0; i < source.addresses_size(); ++i) {
    if (keep_address[static_cast<size_t>(i)]) *reduced.add_addresses() = source.addresses(i);
  }
  return reduced;
}

v1::AnswerBody ReduceAnswer(const v1::AnswerBody& answer) {
  v1::AnswerBody reduced = answer;
  reduced.DiscardUnknownFields();
  if (reduced.signposts_size() > static_cast<int>(kMaxSignposts)) {
    reduced.mutable_signposts()->DeleteSubrange(
        static_cast<int>(kMaxSignposts),
        reduced.signposts_size() - static_cast<int>(kMaxSignposts));
    reduced.set_more(true);
  }
  for (v1::Signpost& signpost : *reduced.mutable_signposts()) CutSignpost(signpost);
  if (reduced.has_desk()) CutDesk(*reduced.mutable_desk());
  if (reduced.reasons_size() > kMaxReasons) reduced.mutable_reasons()->Truncate(kMaxReasons);
  Cut(reduced.mutable_reference(), kMaxReferenceBytes);
  return reduced;
}

std::string CutUtf8(std::string_view text, size_t limit) {
  if (text.size() <= limit) return std::string(text);
  size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

}  // namespace signpost
