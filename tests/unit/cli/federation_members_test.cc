#include "cli/federation_members.h"

#include <catch2/catch.hpp>

#include "proto/base/file.h"

namespace signpost::cli {
namespace {

constexpr int64_t kNow = 1'795'000'200'000;
constexpr int64_t kMinute = 60'000;
constexpr int64_t kDay = 24 * 60 * kMinute;

v1::MemberHealth Well(const std::string& code, const std::string& name) {
  v1::MemberHealth member;
  member.set_code(code);
  member.set_name(name);
  member.set_state(v1::ACTIVE);
  member.set_connected(true);
  member.set_last_seen_ms(kNow - 5'000);
  member.set_asked_24h(1000);
  member.set_answered_24h(999);
  member.set_answer_p50_ms(160);
  member.set_answer_p95_ms(190);
  member.set_answer_p99_ms(240);
  member.set_software_version("0.1.0");
  member.mutable_health()->set_directory_version(6);
  member.mutable_health()->set_certificate_not_after_ms(kNow + 90 * kDay);
  member.mutable_health()->set_index_watermark_ms(kNow - 10 * kMinute);
  member.mutable_health()->set_enrolled_epoch(3);
  member.set_clock_offset_ms(-120);
  member.set_telephone("01632 960001");
  return member;
}

v1::ListMembersReply Federation() {
  v1::ListMembersReply reply;
  reply.set_directory_version(6);
  reply.set_now_ms(kNow);
  reply.set_directory_not_after_ms(kNow + 20 * kDay);
  reply.set_hub_certificate_not_after_ms(kNow + 80 * kDay);
  *reply.add_members() = Well("E08000035", "Leeds");
  v1::MemberHealth kent = Well("E10000016", "Kent");
  kent.set_answered_24h(912);
  kent.set_clock_offset_ms(75'000);
  kent.mutable_health()->set_directory_version(4);
  kent.mutable_health()->set_certificate_not_after_ms(kNow + 5 * kDay);
  *reply.add_members() = kent;
  v1::MemberHealth devon = Well("E10000008", "Devon");
  devon.set_connected(false);
  devon.set_last_seen_ms(kNow - 3 * 60 * kMinute);
  *reply.add_members() = devon;
  v1::MemberHealth never;
  never.set_code("E09000004");
  never.set_name("Bexley");
  never.set_state(v1::ACTIVE);
  never.set_telephone("01632 960107");
  *reply.add_members() = never;
  v1::MemberHealth camden = Well("E09000007", "Camden");
  camden.set_suspended_by_order(true);
  camden.set_suspension_reason("KEY_COMPROMISED");
  camden.set_connected(false);
  *reply.add_members() = camden;
  v1::MemberHealth maintenance = Well("E08000025", "Birmingham");
  maintenance.set_state(v1::IN_MAINTENANCE);
  *reply.add_members() = maintenance;
  v1::MemberHealth invited;
  invited.set_code("E06000023");
  invited.set_name("Bristol");
  invited.set_state(v1::INVITED);
  *reply.add_members() = invited;
  v1::MemberHealth retired;
  retired.set_code("E07000004");
  retired.set_name("Aylesbury Vale");
  retired.set_state(v1::RETIRED);
  *reply.add_members() = retired;
  return reply;
}

std::string Golden(const std::string& name) {
  const auto text = ReadFile(std::string(SIGNPOST_SOURCE_DIR) + "/tests/unit/cli/golden/" + name);
  REQUIRE(text.ok());
  return *text;
}

std::string Json(bool figures) {
  JsonWriter json;
  MembersJson(Federation(), figures, json);
  return json.Take();
}

TEST_CASE("the list of members is worst first and leaves nobody out") {
  std::vector<std::string> codes;
  for (const MemberView& view : JudgeMembers(Federation())) codes.push_back(view.health.code());
  CHECK(codes == std::vector<std::string>{"E09000004", "E10000008", "E10000016", "E09000007",
                                          "E08000025", "E06000023", "E08000035", "E07000004"});
}

TEST_CASE("the text of the member list keeps its form") {
  CHECK(MembersText(Federation()) == Golden("federation_members.txt"));
}

TEST_CASE("the text of the members' health keeps its form") {
  CHECK(HealthText(Federation()) == Golden("federation_health.txt"));
}

TEST_CASE("the JSON of the member list keeps its form") {
  CHECK(Json(false) == Golden("federation_members.json"));
}

TEST_CASE("the JSON of the members' health keeps its form") {
  CHECK(Json(true) == Golden("federation_health.json"));
}

TEST_CASE("a member that was never seen has no figures instead of zeros") {
  v1::ListMembersReply reply = Federation();
  reply.mutable_members()->DeleteSubrange(0, 3);
  reply.mutable_members()->DeleteSubrange(1, 4);
  JsonWriter json;
  MembersJson(reply, true, json);
  const std::string text = json.Take();
  CHECK(text.find("answer_p50_ms") == std::string::npos);
  CHECK(text.find("certificate_days_left") == std::string::npos);
  CHECK(text.find("SILENT") != std::string::npos);
}

TEST_CASE("a certificate that ended an hour ago is expired and not ending in 0 days") {
  v1::ListMembersReply reply;
  reply.set_now_ms(kNow);
  reply.set_directory_version(6);
  *reply.add_members() = Well("E08000035", "Leeds");
  reply.mutable_members(0)->mutable_health()->set_certificate_not_after_ms(kNow - 60 * kMinute);
  const std::vector<MemberView> views = JudgeMembers(reply);
  CHECK(views[0].standing == Standing::kTroubled);
  CHECK(views[0].notes == std::vector<std::string>{"certificate expired"});
}

TEST_CASE("a name with terminal codes is clean in the member list") {
  v1::ListMembersReply reply = Federation();
  reply.mutable_members(0)->set_name("Le\x1b[2Jeds");
  CHECK(MembersText(reply).find('\x1b') == std::string::npos);
  CHECK(HealthText(reply).find('\x1b') == std::string::npos);
}

}  // namespace
}  // namespace signpost::cli
