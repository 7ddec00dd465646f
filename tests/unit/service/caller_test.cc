#include "node/service/caller.h"

#include <catch2/catch.hpp>

namespace signpost::node {
namespace {

v1::NodeConfig ConfigWith(const std::string& id, std::vector<std::string> roles) {
  v1::NodeConfig config;
  config.set_authority("E08000035");
  v1::User* user = config.add_users();
  user->set_id(id);
  user->set_name("A. Example");
  for (std::string& role : roles) user->add_roles(std::move(role));
  return config;
}

absl::Status Built(const v1::NodeConfig& config) {
  return UserTable::Build(config, "signpost.example").status();
}

}  // namespace

TEST_CASE("Nobody is both administrator and privacy officer") {
  CHECK(Built(ConfigWith("practitioner/a", {"NODE_ADMIN"})).ok());
  CHECK(Built(ConfigWith("practitioner/a", {"PRIVACY_OFFICER"})).ok());
  CHECK(absl::IsInvalidArgument(
      Built(ConfigWith("practitioner/a", {"NODE_ADMIN", "PRIVACY_OFFICER"}))));
}

TEST_CASE("A user with an unknown role is refused") {
  CHECK(absl::IsInvalidArgument(Built(ConfigWith("practitioner/a", {"EMPEROR"}))));
}

TEST_CASE("A user id that is neither a practitioner nor a system is refused") {
  CHECK(absl::IsInvalidArgument(Built(ConfigWith("a", {"SOCIAL_WORKER"}))));
  CHECK(absl::IsInvalidArgument(Built(ConfigWith("officer/a", {"SOCIAL_WORKER"}))));
}

TEST_CASE("The same user twice is refused") {
  v1::NodeConfig config = ConfigWith("practitioner/a", {"SOCIAL_WORKER"});
  *config.add_users() = config.users(0);
  CHECK(absl::IsInvalidArgument(Built(config)));
}

TEST_CASE("A user without a name is refused since an asker must be named") {
  v1::NodeConfig config = ConfigWith("practitioner/a", {"SOCIAL_WORKER"});
  config.mutable_users(0)->clear_name();
  CHECK(absl::IsInvalidArgument(Built(config)));
}

TEST_CASE("Every problem of the user table is named at once") {
  v1::NodeConfig config = ConfigWith("nobody", {"SOCIAL_WORKER"});
  *config.add_users() = ConfigWith("practitioner/b", {"EMPEROR"}).users(0);
  const absl::Status status = Built(config);
  CHECK(status.message().find("users[0]") != absl::string_view::npos);
  CHECK(status.message().find("users[1]") != absl::string_view::npos);
}

TEST_CASE("A caller asks under the first of its roles that may ask") {
  Caller caller;
  caller.roles = {v1::PRIVACY_OFFICER, v1::SOCIAL_WORKER};
  CHECK(caller.AskingRole(v1::S47_ENQUIRY, false) == v1::SOCIAL_WORKER);
  caller.roles = {v1::PRIVACY_OFFICER};
  CHECK(caller.AskingRole(v1::S47_ENQUIRY, false) == v1::PRIVACY_OFFICER);
  caller.roles = {};
  CHECK(caller.AskingRole(v1::S47_ENQUIRY, false) == v1::ROLE_UNSPECIFIED);
}

}  // namespace signpost::node
