#include "proto/base/status.h"

#include <catch2/catch.hpp>
#include <memory>

namespace signpost {
namespace {

absl::StatusOr<std::unique_ptr<int>> Number(bool good) {
  if (!good) return absl::NotFoundError("no number");
  return std::make_unique<int>(7);
}

absl::StatusOr<int> Twice(bool first, bool second) {
  SIGNPOST_ASSIGN_OR_RETURN(const auto a, Number(first));
  SIGNPOST_ASSIGN_OR_RETURN(const auto b, Number(second));
  return *a + *b;
}

absl::Status Check(bool good, bool& reached) {
  SIGNPOST_RETURN_IF_ERROR(Number(good).status());
  reached = true;
  return absl::OkStatus();
}

TEST_CASE("Assign or return moves the value on and hands the first error back") {
  CHECK(*Twice(true, true) == 14);
  CHECK(absl::IsNotFound(Twice(false, true).status()));
  CHECK(absl::IsNotFound(Twice(true, false).status()));
}

TEST_CASE("Return if error stops at an error and goes on otherwise") {
  bool reached = false;
  CHECK(absl::IsNotFound(Check(false, reached)));
  CHECK_FALSE(reached);
  CHECK(Check(true, reached).ok());
  CHECK(reached);
}

}  // namespace
}  // namespace signpost
