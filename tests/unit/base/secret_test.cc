#include "proto/base/secret.h"

#include <catch2/catch.hpp>
#include <sstream>
#include <type_traits>

#include "proto/base/log.h"

namespace signpost {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
template <typename T>
concept Loggable = std::is_constructible_v<LogField, Literal, T>;

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(Printable<std::string> && !Printable<Secret> && !Printable<Personal<std::string>>);
static_assert(Loggable<int64_t> && Loggable<LogCode>);
static_assert(!Loggable<std::string> && !Loggable<const char*>);
static_assert(!Loggable<Personal<std::string>>);

TEST_CASE("A secret moves and leaves nothing behind") {
  Secret first = Secret::CopyOf("password");
  const Secret second = std::move(first);
  CHECK(second.Expose() == "password");
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move): that is the point
  CHECK(first.Expose().empty());
  Secret third = Secret::CopyOf("older");
  third = second.Clone();
  CHECK(third == second);
  Secret& same = third;
  third = std::move(same);
  CHECK(third.Expose() == "password");
}

TEST_CASE("Secrets compare by contents and by size") {
  CHECK(Secret::CopyOf("abc") == Secret::CopyOf("abc"));
  CHECK_FALSE(Secret::CopyOf("abc") == Secret::CopyOf("abd"));
  CHECK_FALSE(Secret::CopyOf("abc") == Secret::CopyOf("ab"));
  CHECK(Secret() == Secret(0));
  CHECK(EqualConstantTime("", ""));
  CHECK_FALSE(EqualConstantTime("a", ""));
}

TEST_CASE("A sized secret starts as zeroes and random ones differ") {
  CHECK(Secret(4).Expose() == std::string(4, '\0'));
  CHECK_FALSE(Secret::RandomBytes(32) == Secret::RandomBytes(32));
  CHECK(Secret::CopyOf("").empty());
}

TEST_CASE("A wiped string is zeroed before it is emptied") {
  std::string text = "a name";  // short: the bytes stay inside the object
  const char* const place = text.data();
  WipeString(text);
  CHECK(text.empty());
  CHECK(place[1] == '\0');
  CHECK(place[5] == '\0');
  WipeString(text);
  CHECK(text.empty());
}

TEST_CASE("A personal value is reached only by revealing it") {
  Personal<std::string> name("Ava");
  name.Reveal() += " Example";
  CHECK(std::as_const(name).Reveal() == "Ava Example");
}

}  // namespace
}  // namespace signpost
