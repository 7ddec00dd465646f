#include "node/matching/codes.h"

#include <catch2/catch.hpp>

namespace signpost::node {
namespace {

// The project's own phonetic vectors: name, folded, folded Soundex, plain Soundex.
struct CodeRow {
  const char *name, *folded, *folded_soundex, *soundex;
};
constexpr CodeRow kCodes[] = {
    {"MUHAMMAD", "MUHAMMAD", "M530", "M530"},
    {"MOHAMMED", "MOHAMMED", "M530", "M530"},
    {"CATHERINE", "CATHERINE", "C365", "C365"},
    {"KATHERINE", "CATHERINE", "C365", "K365"},
    {"KATHRYN", "CATHRYN", "C365", "K365"},
    {"SIOBHAN", "SIOBHAN", "S150", "S150"},
    {"NIAMH", "NIAMH", "N500", "N500"},
    {"AOIFE", "AOIFE", "A100", "A100"},
    {"OBRIEN", "OBRIEN", "O165", "O165"},
    {"MCDONALD", "MCDONALD", "M235", "M235"},
    {"MACDONALD", "MCDONALD", "M235", "M235"},
    {"GEOFFREY", "JEOFFREY", "J160", "G160"},
    {"JEFFREY", "JEFFREY", "J160", "J160"},
    {"ZARA", "SARA", "S600", "Z600"},
    {"SARA", "SARA", "S600", "S600"},
    {"SARAH", "SARAH", "S600", "S600"},
    {"PHILIP", "FILIP", "F410", "P410"},
    {"FILIP", "FILIP", "F410", "F410"},
    {"WRIGHT", "RIGHT", "R230", "W623"},
    {"RIGHT", "RIGHT", "R230", "R230"},
    {"KNIGHT", "NIGHT", "N230", "K523"},
    {"NIGHT", "NIGHT", "N230", "N230"},
    {"SMITH", "SMITH", "S530", "S530"},
    {"SMYTHE", "SMYTHE", "S530", "S530"},
    {"ISABELLA", "ISABELLA", "I214", "I214"},
    {"YUSUF", "JUSUF", "J210", "Y210"},
    {"JUSUF", "JUSUF", "J210", "J210"},
    {"XAVIER", "SAVIER", "S160", "X160"},
    {"CIARAN", "SIARAN", "S650", "C650"},
    {"KIERAN", "CIERAN", "C650", "K650"},
    {"TYMOSZCZUK", "TYMOSZCZUK", "T522", "T522"},
    {"LUKASZ", "LUKASZ", "L220", "L220"},
    {"PATEL", "PATEL", "P340", "P340"},
    {"SINGH", "SINGH", "S520", "S520"},
    {"ASHCROFT", "ASHCROFT", "A261", "A261"},
    {"PFISTER", "PFISTER", "P236", "P236"},
    {"LLOYD", "LLOYD", "L300", "L300"},
    {"LEE", "LEE", "L000", "L000"},
    {"TOMCZAK", "TOMCZAK", "T522", "T522"},
    {"GHALIB", "GALIB", "G410", "G410"},
};

struct SimilarityRow {
  const char *a, *b;
  double jaro_winkler;
  int osa;
};
constexpr SimilarityRow kSimilarities[] = {
    {"MARTHA", "MARHTA", 0.9611, 1},   {"DWAYNE", "DUANE", 0.8400, 2},
    {"DIXON", "DICKSONX", 0.8133, 4},  {"LILY", "LILA", 0.8833, 1},
    {"MILLIE", "AMELIA", 0.6667, 4},   {"ALEXANDER", "ALEXANDRA", 0.9556, 2},
    {"SMITH", "SMYTHE", 0.8578, 2},    {"ZARA", "ZAHRA", 0.9467, 1},
    {"CHARLIE", "CHARLEY", 0.9429, 2}, {"JOHNSON", "JOHNSTON", 0.9750, 1},
};

TEST_CASE("Names fold and code as the vectors say") {
  for (const CodeRow& row : kCodes) {
    INFO(row.name);
    CHECK(FoldLeading(row.name) == row.folded);
    CHECK(FoldedSoundex(row.name) == row.folded_soundex);
    CHECK(Soundex(row.name) == row.soundex);
  }
}

TEST_CASE("Similarities are as the vectors say and do not depend on the order") {
  for (const SimilarityRow& row : kSimilarities) {
    INFO(row.a << " " << row.b);
    CHECK(JaroWinkler(row.a, row.b) == Approx(row.jaro_winkler).margin(0.00005));
    CHECK(JaroWinkler(row.b, row.a) == JaroWinkler(row.a, row.b));
    CHECK(Osa(row.a, row.b) == row.osa);
    CHECK(Osa(row.b, row.a) == row.osa);
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
