#include "cli/officer_changes.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <google/protobuf/util/message_differencer.h>

#include "cli/policy_words.h"
#include "cli/text.h"
#include "proto/base/bytes.h"

namespace signpost::cli {
namespace {

constexpr size_t kFingerprintBytes = 8;

std::string Fingerprint(std::string_view bytes) {
  return bytes.empty() ? "none" : Hex(bytes.substr(0, kFingerprintBytes));
}

std::string Label(const v1::Member& member) {
  return absl::StrCat(CleanText(member.name()), " (", CleanText(member.code()), ")");
}
std::string Label(const v1::Custodian& custodian) {
  return absl::StrCat("custodian ", CleanText(custodian.name()));
}
std::string Label(const v1::Hub& hub) { return absl::StrCat("hub ", CleanText(hub.name())); }
std::string Label(const v1::Officer& officer) {
  return absl::StrCat("officer ", CleanText(officer.name()));
}
std::string Label(const v1::Epoch& epoch) { return absl::StrCat("epoch ", epoch.epoch()); }

std::string Key(const v1::Member& member) { return member.code(); }
std::string Key(const v1::Epoch& epoch) { return absl::StrCat(epoch.epoch()); }
template <typename Item>
std::string Key(const Item& item) {
  return item.name();
}

std::string Introduce(const v1::Member& member) {
  return absl::StrCat(", ", std::string(StateWord(member.state())), ", ",
                      member.kind() == v1::PARTNER ? "a partner that only asks" : "an authority",
                      ", ", Thousands(member.declared_children()), " children declared, desk ",
                      CleanText(member.desk().telephone()), ", key ",
                      Fingerprint(member.ed25519_public()));
}
std::string Introduce(const v1::Custodian& custodian) {
  return absl::StrCat(", role ", CleanText(custodian.role()), ", at ",
                      CleanText(custodian.address()), ", key ", Fingerprint(custodian.tls_pin()));
}
std::string Introduce(const v1::Hub& hub) {
  return absl::StrCat(", at ", CleanText(hub.address()), ", key ", Fingerprint(hub.tls_pin()));
}
std::string Introduce(const v1::Officer& officer) {
  return absl::StrCat(", may read the members' health, key ", Fingerprint(officer.tls_pin()));
}
std::string Introduce(const v1::Epoch& epoch) {
  return absl::StrCat(", enrolled from ", UtcMinute(epoch.not_before_ms()), ", asked in from ",
                      UtcMinute(epoch.asking_from_ms()), ", retired ",
                      UtcMinute(epoch.retire_at_ms()));
}

// One line for every difference that has no sentence of its own.
void DescribeRest(const std::string& label, const google::protobuf::Message& before,
                  const google::protobuf::Message& after, std::vector<std::string>& lines) {
  std::string report;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&report);
  if (differencer.Compare(before, after)) return;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(report, '\n'))) {
    if (!line.empty()) lines.push_back(absl::StrCat(label, ": ", CleanText(line)));
  }
}

template <typename Item>
void DescribePin(const std::string& label, Item& before, Item& after,
                 std::vector<std::string>& lines) {
  if (before.tls_pin() != after.tls_pin()) {
    lines.push_back(absl::StrCat(label, ": TLS key ", Fingerprint(before.tls_pin()),
                                 " replaced by ", Fingerprint(after.tls_pin())));
  }
  before.clear_tls_pin();
  after.clear_tls_pin();
}

std::string SealingKeyIds(const v1::Member& member) {
  std::string ids;
  for (const v1::SealingKey& key : member.sealing_keys()) {
    absl::StrAppend(&ids, ids.empty() ? "" : ", ", key.id(), " ", Fingerprint(key.x25519_public()));
  }
  return ids.empty() ? "none" : ids;
}

void DescribeItem(v1::Member before, v1::Member after, std::vector<std::string>& lines) {
  const std::string label = Label(after);
  if (before.state() != after.state()) {
    lines.push_back(absl::StrCat(label, ": ", std::string(StateWord(before.state())), " becomes ",
                                 std::string(StateWord(after.state()))));
  }
  before.clear_state();
  after.clear_state();
  if (before.ed25519_public() != after.ed25519_public()) {
    lines.push_back(absl::StrCat(label, ": signing key ", Fingerprint(before.ed25519_public()),
                                 " replaced by ", Fingerprint(after.ed25519_public())));
  }
  before.clear_ed25519_public();
  after.clear_ed25519_public();
  if (SealingKeyIds(before) != SealingKeyIds(after)) {
    lines.push_back(absl::StrCat(label, ": sealing keys ", SealingKeyIds(before), " become ",
                                 SealingKeyIds(after)));
    before.clear_sealing_keys();
    after.clear_sealing_keys();
  }
  DescribePin(label, before, after, lines);
  for (const std::string& pin : after.next_tls_pins()) {
    lines.push_back(absl::StrCat(label, ": TLS key ", Fingerprint(pin),
                                 " accepted too, until the directory after"));
  }
  before.clear_next_tls_pins();
  after.clear_next_tls_pins();
  DescribeRest(label, before, after, lines);
}

template <typename Item>
requires requires(Item item) { item.tls_pin(); }
void DescribeItem(Item before, Item after, std::vector<std::string>& lines) {
  const std::string label = Label(after);
  DescribePin(label, before, after, lines);
  DescribeRest(label, before, after, lines);
}

void DescribeItem(const v1::Epoch& before, const v1::Epoch& after,
                  std::vector<std::string>& lines) {
  DescribeRest(Label(after), before, after, lines);
}

template <typename Items>
auto* Find(const Items& items, const std::string& key) {
  for (const auto& item : items) {
    if (Key(item) == key) return &item;
  }
  return static_cast<decltype(&items.Get(0))>(nullptr);
}

template <typename Items>
void DescribeItems(const Items& before, const Items& after, std::vector<std::string>& lines) {
  for (const auto& item : after) {
    const auto* old = Find(before, Key(item));
    if (old == nullptr) {
      lines.push_back(absl::StrCat("New: ", Label(item), Introduce(item)));
    } else {
      DescribeItem(*old, item, lines);
    }
  }
  for (const auto& item : before) {
    if (Find(after, Key(item)) == nullptr) {
      lines.push_back(absl::StrCat("Removed: ", Label(item)));
    }
  }
}

// What is left of a directory when the lists and what every version changes are taken away.
v1::Directory Settings(const v1::Directory& directory) {
  v1::Directory settings = directory;
  settings.clear_version();
  settings.clear_previous_hash();
  settings.clear_issued_ms();
  settings.clear_not_after_ms();
  settings.clear_members();
  settings.clear_custodians();
  settings.clear_hubs();
  settings.clear_officers();
  settings.clear_epochs();
  return settings;
}

template <typename Items>
void AppendItems(std::string_view heading, const Items& items, std::string& text) {
  absl::StrAppend(&text, std::string(heading), ":\n");
  for (const auto& item : items) absl::StrAppend(&text, "  ", Label(item), Introduce(item), "\n");
  if (items.empty()) absl::StrAppend(&text, "  none\n");
}

void MemberJson(const v1::Member& member, JsonWriter& json) {
  json.BeginObject();
  json.Field("code", member.code());
  json.Field("name", member.name());
  json.Field("kind", v1::MemberKind_Name(member.kind()));
  json.Field("state", v1::MemberState_Name(member.state()));
  json.Field("declared_children", uint64_t{member.declared_children()});
  json.Field("telephone", member.desk().telephone());
  json.Field("tls_pin", Hex(member.tls_pin()));
  json.Field("ed25519_public", Hex(member.ed25519_public()));
  json.Key("sealing_key_ids");
  json.BeginArray();
  for (const v1::SealingKey& key : member.sealing_keys()) json.Unsigned(key.id());
  json.EndArray();
  json.EndObject();
}

void EpochJson(const v1::Epoch& epoch, JsonWriter& json) {
  json.BeginObject();
  json.Field("epoch", uint32_t{epoch.epoch()});
  json.Field("not_before", UtcTime(epoch.not_before_ms()));
  json.Field("asking_from", UtcTime(epoch.asking_from_ms()));
  json.Field("retire_at", UtcTime(epoch.retire_at_ms()));
  json.EndObject();
}

}  // namespace

std::string_view StateWord(v1::MemberState state) {
  switch (state) {
    case v1::INVITED:
      return "invited";
    case v1::ENROLLED:
      return "enrolled";
    case v1::APPROVED:
      return "approved";
    case v1::ACTIVE:
      return "active";
    case v1::IN_MAINTENANCE:
      return "in maintenance";
    case v1::MEMBER_SUSPENDED:
      return "suspended";
    case v1::REVOKED:
      return "revoked";
    case v1::RETIRED:
      return "retired";
    default:
      return "in no known state";
  }
}

std::vector<std::string> DescribeChanges(const v1::Directory* before, const v1::Directory& after) {
  const v1::Directory nothing;
  const v1::Directory& old = before == nullptr ? nothing : *before;
  std::vector<std::string> lines;
  DescribeItems(old.members(), after.members(), lines);
  DescribeItems(old.custodians(), after.custodians(), lines);
  DescribeItems(old.hubs(), after.hubs(), lines);
  DescribeItems(old.officers(), after.officers(), lines);
  DescribeItems(old.epochs(), after.epochs(), lines);
  v1::Directory old_settings = Settings(old);
  v1::Directory new_settings = Settings(after);
  if (const auto policy = DescribePolicyChanges(old.policy(), after.policy())) {
    lines.insert(lines.end(), policy->begin(), policy->end());
    old_settings.clear_policy();
    new_settings.clear_policy();
  }
  DescribeRest("Federation", old_settings, new_settings, lines);
  return lines;
}

std::string DirectoryText(const v1::Directory& directory, int64_t now_ms) {
  std::string text =
      absl::StrCat("Directory ", directory.version(), " of ", CleanText(directory.trust_domain()),
                   ", issued ", UtcMinute(directory.issued_ms()),
                   directory.not_after_ms() > now_ms ? ", valid until " : ", EXPIRED since ",
                   UtcMinute(directory.not_after_ms()), "\n");
  AppendItems("Members", directory.members(), text);
  AppendItems("Custodians", directory.custodians(), text);
  AppendItems("Hubs", directory.hubs(), text);
  AppendItems("Officers", directory.officers(), text);
  AppendItems("Epochs", directory.epochs(), text);
  absl::StrAppend(&text, "Policy ", directory.policy().version(), "; ",
                  Thousands(directory.children()), " children in the federation\n");
  return text;
}

void DirectoryJson(const v1::Directory& directory, JsonWriter& json) {
  json.Field("version", uint64_t{directory.version()});
  json.Field("trust_domain", directory.trust_domain());
  json.Field("issued", UtcTime(directory.issued_ms()));
  json.Field("not_after", UtcTime(directory.not_after_ms()));
  json.Field("previous_hash", Hex(directory.previous_hash()));
  json.Key("members");
  json.BeginArray();
  for (const v1::Member& member : directory.members()) MemberJson(member, json);
  json.EndArray();
  json.Key("epochs");
  json.BeginArray();
  for (const v1::Epoch& epoch : directory.epochs()) EpochJson(epoch, json);
  json.EndArray();
}

}  // namespace signpost::cli
