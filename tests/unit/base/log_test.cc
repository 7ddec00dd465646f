#include "proto/base/log.h"

#include <unistd.h>

#include <catch2/catch.hpp>

namespace signpost {
namespace {

// What `write` puts on standard error, through a pipe.
template <typename Write>
std::string OnStderr(Write write) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const int saved = dup(STDERR_FILENO);
  REQUIRE(dup2(ends[1], STDERR_FILENO) >= 0);
  write();
  dup2(saved, STDERR_FILENO);
  close(saved);
  close(ends[1]);
  std::string out;
  char buffer[512];
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
    out.append(buffer, static_cast<size_t>(got));
  }
  close(ends[0]);
  return out;
}

TEST_CASE("An event is one line of JSON with its fields in order") {
  const std::string line = OnStderr([] {
    Log(Severity::kWarning, "member_silent",
        {{"member", LogCode{"E09000012"}}, {"seconds", int64_t{61}}, {"late", true}});
  });
  CHECK(line.substr(0, 9) == "{\"time\":\"");
  const std::string rest =
      "\"severity\":\"warning\",\"event\":\"member_silent\",\"member\":\"E09000012\","
      "\"seconds\":61,\"late\":true}\n";
  REQUIRE(line.size() > rest.size());
  CHECK(line.substr(line.size() - rest.size()) == rest);
}

TEST_CASE("Quotes and line ends in a path cannot break out of their field") {
  const std::string line = OnStderr([] {
    Log(Severity::kInfo, "opened", {{"path", LogPath{"a\"b\\c\nd\x7f"}}});
  });
  CHECK(line.find("\"path\":\"a\\\"b\\\\c\\u000ad\\u007f\"}\n") != std::string::npos);
  CHECK(line.find('\n') == line.size() - 1);
}

TEST_CASE("A status is logged by its code without its message") {
  const std::string line = OnStderr([] {
    Log(Severity::kError, "refused", {{"code", absl::InternalError("Ava Example").code()}});
  });
  CHECK(line.find("\"code\":\"INTERNAL\"") != std::string::npos);
  CHECK(line.find("Ava") == std::string::npos);
}

}  // namespace
}  // namespace signpost
