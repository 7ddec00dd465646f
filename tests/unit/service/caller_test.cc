#include "node/service/caller.h"

#include <catch2/catch.hpp>

#include "proto/transport/errors.h"
#include "tests/unit/service/people.h"

namespace signpost::node {
namespace {

absl::Status Checked(const v1::NodeConfig& config) { return UserTable::CheckConfigured(config); }

v1::NodeConfig ConfigWith(const std::string& id, std::vector<std::string> roles) {
  v1::NodeConfig config;
  config.set_authority(testing::kAuthority);
  *config.add_users() = testing::MakeUser(id, std::move(roles));
  return config;
}

std::string ReasonOf(const absl::Status& status) { return DetailsOf(status).reason; }

}  // namespace

TEST_CASE("Nobody is both administrator and privacy officer") {
  CHECK(Checked(ConfigWith("practitioner/a", {"NODE_ADMIN"})).ok());
  CHECK(Checked(ConfigWith("practitioner/a", {"PRIVACY_OFFICER"})).ok());
  CHECK(absl::IsInvalidArgument(
      Checked(ConfigWith("practitioner/a", {"NODE_ADMIN", "PRIVACY_OFFICER"}))));
  testing::UserWorld world;
  const auto put = world.users().Put(
      testing::MakeUser("practitioner/b", {"NODE_ADMIN", "PRIVACY_OFFICER"}), world.Admin());
  CHECK(absl::IsInvalidArgument(put.status()));
  CHECK(ReasonOf(put.status()) == "DETAILS");
  CHECK(!world.users().Find("practitioner/b"));
}

TEST_CASE("A user with an unknown role is refused") {
  CHECK(absl::IsInvalidArgument(Checked(ConfigWith("practitioner/a", {"EMPEROR"}))));
}

TEST_CASE("A user id that is neither a practitioner nor a system is refused") {
  CHECK(absl::IsInvalidArgument(Checked(ConfigWith("a", {"SOCIAL_WORKER"}))));
  CHECK(absl::IsInvalidArgument(Checked(ConfigWith("officer/a", {"SOCIAL_WORKER"}))));
}

TEST_CASE("The same user twice is refused") {
  v1::NodeConfig config = ConfigWith("practitioner/a", {"SOCIAL_WORKER"});
  *config.add_users() = config.users(0);
  CHECK(absl::IsInvalidArgument(Checked(config)));
}

TEST_CASE("A user without a name is refused since an asker must be named") {
  v1::NodeConfig config = ConfigWith("practitioner/a", {"SOCIAL_WORKER"});
  config.mutable_users(0)->clear_name();
  CHECK(absl::IsInvalidArgument(Checked(config)));
}

TEST_CASE("Every problem of the user table is named at once") {
  v1::NodeConfig config = ConfigWith("nobody", {"SOCIAL_WORKER"});
  *config.add_users() = ConfigWith("practitioner/b", {"EMPEROR"}).users(0);
  const absl::Status status = Checked(config);
  CHECK(status.message().find("users[0]") != absl::string_view::npos);
  CHECK(status.message().find("users[1]") != absl::string_view::npos);
}

TEST_CASE("A caller asks under the first of its roles that may ask") {
  const DisclosureTable table = DisclosureTable::Of(v1::Policy());
  AskContext context;
  context.purpose = v1::S47_ENQUIRY;
  Caller caller;
  caller.roles = {v1::PRIVACY_OFFICER, v1::SOCIAL_WORKER};
  CHECK(caller.AskingRole(table, context) == v1::SOCIAL_WORKER);
  caller.roles = {v1::PRIVACY_OFFICER};
  CHECK(caller.AskingRole(table, context) == v1::PRIVACY_OFFICER);
  caller.roles = {};
  CHECK(caller.AskingRole(table, context) == v1::ROLE_UNSPECIFIED);
}

TEST_CASE("A caller who asks for somebody else asks as the desk if they are of the desk") {
  const DisclosureTable table = DisclosureTable::Of(v1::Policy());
  AskContext context;
  context.purpose = v1::S47_ENQUIRY;
  context.mediated = true;
  Caller caller;
  caller.roles = {v1::SOCIAL_WORKER, v1::DESK_WORKER};
  CHECK(caller.AskingRole(table, context) == v1::DESK_WORKER);
}

TEST_CASE("Users of the configuration are put into an empty table and recorded") {
  testing::UserWorld world;
  REQUIRE(world.Identify("practitioner/admin").ok());
  CHECK(world.Identify("practitioner/admin")->Has(v1::NODE_ADMIN));
  REQUIRE(world.table.audit.size() == 2);
  CHECK(world.table.audit[0].kind() == v1::AuditRow::USER_CHANGED);
  CHECK(world.table.audit[0].note() == "FROM_CONFIGURATION");
  CHECK(world.table.audit[0].actor().empty());
}

TEST_CASE("The table and not the configuration decides once it has a user") {
  testing::UserWorld world;
  REQUIRE(world.users()
              .Put(testing::MakeUser("practitioner/worker", {"HEALTH_WORKER"}), world.Admin())
              .ok());
  world.Restart();
  const auto worker = world.Identify("practitioner/worker");
  REQUIRE(worker.ok());
  CHECK(worker->roles == std::vector<v1::Role>{v1::HEALTH_WORKER});
}

TEST_CASE(
    "A removed user is refused like an unknown one and the configuration brings nobody back") {
  testing::UserWorld world;
  REQUIRE(world.Identify("practitioner/worker").ok());
  REQUIRE(world.users().Remove("practitioner/worker", world.Admin()).ok());
  CHECK(ReasonOf(world.Identify("practitioner/worker").status()) == "UNKNOWN_PERSON");
  world.Restart();
  const absl::Status removed = world.Identify("practitioner/worker").status();
  const absl::Status unknown = world.Identify("practitioner/nobody").status();
  CHECK(absl::IsPermissionDenied(removed));
  CHECK(removed == unknown);
  CHECK(!world.users().Find("practitioner/worker"));
}

TEST_CASE("A user is let in on the last day and refused as expired on the next") {
  testing::UserWorld world;
  v1::User user = testing::MakeUser("practitioner/worker", {"SOCIAL_WORKER"});
  user.set_expires_on("2026-03-31");
  REQUIRE(world.users().Put(user, world.Admin()).ok());
  CHECK(world.Identify("practitioner/worker", "2026-03-31").ok());
  const absl::Status late = world.Identify("practitioner/worker", "2026-04-01").status();
  CHECK(absl::IsPermissionDenied(late));
  CHECK(ReasonOf(late) == "USER_EXPIRED");
}

TEST_CASE("A person of another authority is unknown here whatever their id") {
  testing::UserWorld world;
  const auto other = world.users().IdentifyProved(
      "spiffe://signpost.example/authority/E08000001/practitioner/admin", world.clock.NowMs());
  CHECK(ReasonOf(other.status()) == "UNKNOWN_PERSON");
  const auto elsewhere = world.users().IdentifyProved(
      "spiffe://other.example/authority/E08000035/practitioner/admin", world.clock.NowMs());
  CHECK(ReasonOf(elsewhere.status()) == "UNKNOWN_PERSON");
}

TEST_CASE("Whoever is refused is recorded with the reason") {
  testing::UserWorld world;
  CHECK(!world.Identify("practitioner/stranger").ok());
  world.refusals.Write();
  REQUIRE(world.refused.size() == 1);
  CHECK(world.refused[0].kind() == v1::AuditRow::CALL_REFUSED);
  CHECK(world.refused[0].note() == "UNKNOWN_PERSON");
  CHECK(world.refused[0].actor() == world.users().SpiffeId("practitioner/stranger"));
}

TEST_CASE("Nobody changes anything of their own entry") {
  // Went wrong: an administrator took another's name and telephone, under which the desks of other
  // authorities would have rung them back.
  testing::UserWorld world;
  v1::User more = testing::MakeUser("practitioner/admin", {"NODE_ADMIN", "SOCIAL_WORKER"});
  CHECK(ReasonOf(world.users().Put(more, world.Admin()).status()) == "SECOND_PERSON");
  v1::User longer = testing::MakeUser("practitioner/admin", {"NODE_ADMIN"});
  longer.set_expires_on("2099-12-31");
  CHECK(ReasonOf(world.users().Put(longer, world.Admin()).status()) == "SECOND_PERSON");
  CHECK(!world.Identify("practitioner/admin")->Has(v1::SOCIAL_WORKER));

  v1::User renamed = testing::MakeUser("practitioner/admin", {"NODE_ADMIN"});
  renamed.set_name("A. Other");
  CHECK(ReasonOf(world.users().Put(renamed, world.Admin()).status()) == "SECOND_PERSON");
  v1::User rings = testing::MakeUser("practitioner/admin", {"NODE_ADMIN"});
  rings.set_telephone("01632 960999");
  CHECK(ReasonOf(world.users().Put(rings, world.Admin()).status()) == "SECOND_PERSON");
  CHECK(world.Identify("practitioner/admin")->name == "A. Example");
  CHECK(world.Identify("practitioner/admin")->telephone == "01632 960001");

  // Another administrator can.
  REQUIRE(
      world.users().Put(testing::MakeUser("practitioner/b", {"NODE_ADMIN"}), world.Admin()).ok());
  CHECK(world.users().Put(more, *world.Identify("practitioner/b")).ok());
  CHECK(world.Identify("practitioner/admin")->Has(v1::SOCIAL_WORKER));
}

TEST_CASE("The last administrator cannot be removed and an expired one does not count") {
  testing::UserWorld world;
  const auto last = world.users().Remove("practitioner/admin", world.Admin());
  CHECK(absl::IsFailedPrecondition(last.status()));
  CHECK(ReasonOf(last.status()) == "LAST_ADMIN");

  v1::User expired = testing::MakeUser("practitioner/b", {"NODE_ADMIN"});
  expired.set_expires_on("2020-01-01");
  REQUIRE(world.users().Put(expired, world.Admin()).ok());
  CHECK(ReasonOf(world.users().Remove("practitioner/admin", world.Admin()).status()) ==
        "LAST_ADMIN");

  REQUIRE(
      world.users().Put(testing::MakeUser("practitioner/c", {"NODE_ADMIN"}), world.Admin()).ok());
  CHECK(world.users().Remove("practitioner/admin", world.Admin()).ok());
  CHECK(!world.Identify("practitioner/admin").ok());
}

TEST_CASE("Removing somebody who is not there is refused") {
  testing::UserWorld world;
  CHECK(ReasonOf(world.users().Remove("practitioner/nobody", world.Admin()).status()) ==
        "NO_SUCH_USER");
  REQUIRE(world.users().Remove("practitioner/worker", world.Admin()).ok());
  CHECK(ReasonOf(world.users().Remove("practitioner/worker", world.Admin()).status()) ==
        "NO_SUCH_USER");
}

TEST_CASE("Every change of a user is recorded with who made it and what the entry says then") {
  testing::UserWorld world;
  const auto before = world.table.audit.size();
  REQUIRE(world.users()
              .Put(testing::MakeUser("practitioner/new", {"SOCIAL_WORKER"}), world.Admin())
              .ok());
  REQUIRE(world.users()
              .Put(testing::MakeUser("practitioner/new", {"HEALTH_WORKER"}), world.Admin())
              .ok());
  REQUIRE(world.users().Remove("practitioner/new", world.Admin()).ok());
  REQUIRE(world.table.audit.size() == before + 3);
  const std::vector<std::string> notes = {"ADDED", "CHANGED", "REMOVED"};
  for (size_t i = 0; i < notes.size(); ++i) {
    const v1::AuditRow& row = world.table.audit[before + i];
    CHECK(row.kind() == v1::AuditRow::USER_CHANGED);
    CHECK(row.note() == notes[i]);
    CHECK(row.actor() == world.Admin().id);
    CHECK(row.peer_person() == "practitioner/new");
    v1::UserRecord record;
    REQUIRE(record.ParseFromString(row.evidence()));
    CHECK(record.user().id() == "practitioner/new");
    CHECK(record.removed() == (i == 2));
  }
}

TEST_CASE("A change that could not be written changes nothing") {
  testing::UserWorld world;
  world.table.fail = true;
  const auto put =
      world.users().Put(testing::MakeUser("practitioner/new", {"SOCIAL_WORKER"}), world.Admin());
  CHECK(ReasonOf(put.status()) == "STORE_FAILED");
  CHECK(!world.Identify("practitioner/new").ok());
  CHECK(ReasonOf(world.users().Remove("practitioner/worker", world.Admin()).status()) ==
        "STORE_FAILED");
  CHECK(world.Identify("practitioner/worker").ok());
}

}  // namespace signpost::node
