#include "node/matching/codes.h"

#include <catch2/catch.hpp>

#include "tests/vectors/phonetic_and_similarity.h"

namespace signpost::node {
namespace {

TEST_CASE("Names fold and code as the vectors say") {
  for (const vectors::Code& row : vectors::kCodes) {
    INFO(row.name);
    CHECK(FoldLeading(row.name) == row.folded);
    CHECK(FoldedSoundex(row.name) == row.folded_soundex);
    CHECK(FoldedSoundCode(row.name).view() == row.folded_soundex);
    CHECK(Soundex(row.name) == row.soundex);
    CHECK(std::string_view(row.name).substr(0, 3) == row.first3);
  }
}

TEST_CASE("Names have the Soundex codes of the National Archives") {
  for (const vectors::Soundex& row : vectors::kArchiveSoundex) {
    INFO(row.name);
    CHECK(Soundex(row.name) == row.code);
  }
}

TEST_CASE("Similarities are as the vectors say and do not depend on the order") {
  for (const vectors::Similarity& row : vectors::kSimilarities) {
    INFO(row.a << " " << row.b);
    CHECK(JaroWinkler(row.a, row.b) == Approx(row.jaro_winkler).margin(0.00005));
    CHECK(JaroWinkler(row.b, row.a) == JaroWinkler(row.a, row.b));
    CHECK(Osa(row.a, row.b) == row.osa);
    CHECK(Osa(row.b, row.a) == row.osa);
  }
}

TEST_CASE("Similarities are those that Winkler published") {
  for (const vectors::Similarity& row : vectors::kWinkler) {
    INFO(row.a << " " << row.b);
    CHECK(JaroWinkler(row.a, row.b) == Approx(row.jaro_winkler).margin(0.0005));
    CHECK(Osa(row.a, row.b) == row.osa);
    CHECK(WithinOneEdit(row.a, row.b) == (row.osa <= 1));
  }
}

TEST_CASE("Distances are those of the textbooks and exchange neighbours only once") {
  for (const vectors::Distance& row : vectors::kDistances) {
    INFO(row.a << " " << row.b);
    CHECK(Osa(row.a, row.b) == row.osa);
    CHECK(Osa(row.b, row.a) == row.osa);
  }
}

TEST_CASE("Every folding of leading letters is applied and once only") {
  const std::pair<const char*, const char*> foldings[] = {
      {"KNIGHT", "NIGHT"},
      {"GNOME", "NOME"},
      {"PNEU", "NEU"},
      {"WREN", "REN"},
      {"PHOEBE", "FOEBE"},
      {"PSYCHE", "SYCHE"},
      {"WHITE", "WITE"},
      {"MACKAY", "MCKAY"},
      {"SCHMIDT", "SMIDT"},
      {"SZABO", "SABO"},
      {"CZERNY", "SERNY"},
      {"THOMAS", "TOMAS"},
      {"RHYS", "RYS"},
      {"GHALIB", "GALIB"},
      {"GEORGE", "JEORGE"},
      {"GINA", "JINA"},
      {"GYLES", "JYLES"},
      {"CECIL", "SECIL"},
      {"CIARAN", "SIARAN"},
      {"CYRIL", "SYRIL"},
      {"KATE", "CATE"},
      {"QUENTIN", "CUENTIN"},
      {"ZOE", "SOE"},
      {"XENA", "SENA"},
      {"YASMIN", "JASMIN"},
      {"GARY", "GARY"},
      {"CARL", "CARL"},
      {"GHEORGHE", "JEORGHE"},
      {"KNKNIGHT", "NKNIGHT"},
      {"ANNA", "ANNA"},
      {"K", "C"},
      {"MC", "MC"},
  };
  for (const auto& [name, folded] : foldings) {
    INFO(name);
    CHECK(FoldLeading(name) == folded);
  }
}

TEST_CASE("Codes of nothing and of digits are empty") {
  CHECK(Soundex("").empty());
  CHECK(Soundex("123").empty());
  CHECK(FoldLeading("").empty());
  CHECK(FoldedSoundex("").empty());
}

TEST_CASE("Similarity to nothing is none and distance to nothing is the length") {
  CHECK(JaroWinkler("", "") == 0);
  CHECK(JaroWinkler("ANNA", "") == 0);
  CHECK(JaroWinkler("ANNA", "ANNA") == 1);
  CHECK(JaroWinkler("ABC", "XYZ") == 0);
  CHECK(Osa("", "ANNA") == 4);
  CHECK(Osa("", "") == 0);
}

TEST_CASE("Very long names are cut instead of taking long") {
  const std::string a(100'000, 'A'), b(100'000, 'B');
  CHECK(Osa(a, b) == static_cast<int>(kMaxCodeLetters));
  CHECK(JaroWinkler(a, b) == 0);
  CHECK(FoldLeading(a).size() == kMaxCodeLetters);
  CHECK(Soundex(a) == "A000");
}

}  // namespace
}  // namespace signpost::node
