#include "proto/question/header.h"

#include <catch2/catch.hpp>

#include "proto/base/bytes.h"
#include "proto/crypto/kdf.h"
#include "proto/limits.h"
#include "tests/unit/question/fixture.h"

namespace signpost {
namespace {

TEST_CASE("A header has its golden bytes piece by piece") {
  const std::string bytes = *EncodeHeader(Fixture::Header());
  REQUIRE(bytes.size() == 125);
  const auto piece = [&](size_t from, size_t size) { return Hex(bytes.substr(from, size)); };
  CHECK(bytes.substr(0, 11) == "signpost/v1");                              // label
  CHECK(piece(11, 16) == std::string("a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"));  // qid
  CHECK(piece(27, 4) == "00000007");                                        // epoch
  CHECK(piece(31, 32) == Hex(std::string(32, '\xa2')));                     // pk_hash
  CHECK(piece(63, 8) == "000000000000002a");                                // directory version
  CHECK(piece(71, 32) == Hex(std::string(32, '\xa3')));                     // directory hash
  CHECK(piece(103, 2) == "0003");                                           // policy version
  CHECK(piece(105, 8) == "00000000002dc6c0");                               // slot
  CHECK(piece(113, 8) == "000001a3185e3240");                               // issued_ms
  CHECK(piece(121, 4) == "00001388");                                       // deadline_ms
  CHECK(HeaderHash(bytes) == Sha256(bytes));
}

TEST_CASE("A header survives the wire") {
  const QuestionHeader header = Fixture::Header();
  const auto decoded = DecodeHeader(*EncodeHeader(header));
  REQUIRE(decoded.ok());
  CHECK(*decoded == header);
}

TEST_CASE("A header of another size is refused") {
  const std::string bytes = *EncodeHeader(Fixture::Header());
  for (const size_t size : {size_t{0}, size_t{11}, size_t{124}}) {
    CHECK(HasReason(DecodeHeader(bytes.substr(0, size)).status(), "WRONG_SIZE"));
  }
  CHECK(HasReason(DecodeHeader(bytes + '\0').status(), "WRONG_SIZE"));
}

TEST_CASE("A header of another protocol version is refused") {
  std::string bytes = *EncodeHeader(Fixture::Header());
  bytes[10] = '2';
  CHECK(DecodeHeader(bytes).status().code() == absl::StatusCode::kUnimplemented);
}

TEST_CASE("A header whose slot is not that of its time is refused") {
  std::string bytes = *EncodeHeader(Fixture::Header());
  bytes[112] = static_cast<char>(bytes[112] + 1);
  CHECK(HasReason(DecodeHeader(bytes).status(), "BAD_SLOT"));
  std::string negative = *EncodeHeader(Fixture::Header());
  negative[113] = '\xff';
  CHECK(HasReason(DecodeHeader(negative).status(), "BAD_SLOT"));
}

TEST_CASE("A header with a piece of the wrong size is not encoded") {
  QuestionHeader header = Fixture::Header();
  header.qid.pop_back();
  CHECK(HasReason(EncodeHeader(header).status(), "WRONG_SIZE: header.qid"));
  header = Fixture::Header();
  header.pk_hash.clear();
  CHECK(HasReason(EncodeHeader(header).status(), "WRONG_SIZE: header.pk_hash"));
  header = Fixture::Header();
  header.directory_hash += 'x';
  CHECK(HasReason(EncodeHeader(header).status(), "WRONG_SIZE: header.directory_hash"));
  header = Fixture::Header();
  header.slot += 1;
  CHECK(HasReason(EncodeHeader(header).status(), "BAD_SLOT"));
  header = Fixture::Header();
  header.issued_ms = -1;
  CHECK(HasReason(EncodeHeader(header).status(), "BAD_SLOT"));
}

}  // namespace
}  // namespace signpost
