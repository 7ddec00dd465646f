#include "node/matching/golden.h"

#include <sodium.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "node/matching/match_keys.h"
#include "node/matching/name_table.h"
#include "proto/base/bytes.h"

namespace signpost::node {
namespace {

const bool kStarted = sodium_init() >= 0;

// Changes only with kCanonicalisationVersion: every node of a federation must come to it.
constexpr const char* kGoldenHash =
    "0d49f0bb8fb275e529a6dd13dac59e5894ebcc7df8675226c8125c7a9b9963b6";
constexpr const char* kNameTableHash =
    "fe03abb1efc518cd06f49aca5f229fe755da594418da423a95643b5ae4c901bd";

TEST_CASE("The golden hash of this canonicalisation version is what it has always been") {
  REQUIRE(kStarted);
  CHECK(kCanonicalisationVersion == 1);
  CHECK(NameTableVersion() == 1);
  CHECK(Hex(NameTableHash()) == kNameTableHash);
  CHECK(Hex(GoldenHash()) == kGoldenHash);
  CHECK(GoldenHash() == GoldenHash());
}

TEST_CASE("Golden children in every script make these names") {
  struct Row {
    const char *given, *family;
  };
  const std::vector<Row> rows = {
      {"OLIVER", "SMITH"},
      {"ZOE", "OBRIENNUNEZ"},
      {"MUHAMMAD", "ALHASSAN"},
      {"MUHAMMAD", "ALHSN"},
      {"ANASTASIA", "SEVCENKO"},
      {"XIAO", "OUYANG"},
      {"LUKASZ", "TYMOSZCZUK"},
      {"ALEXANDROS", "PAPADOPOULOS"},
      {"RHL", "KHN"},
      {"PRIYA", "SARMA"},
      {"SAKURA", "TIANZHONG"},
      {"", "VANDERBERG"},
      {"NGUYEN", "DANG"},
      {"AYSE", "YILDIZ"},
      {"KATE", "MCDONALD"},
  };
  const auto children = GoldenChildren();
  REQUIRE(children.size() == rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const NormalisedChild child = Normalise(children[i]);
    CHECK((child.forenames.empty() ? "" : child.forenames[0]) == rows[i].given);
    CHECK(child.families[0].whole == rows[i].family);
  }
}

// "child 1", "both 3 20150309|OLI|SMI", ...: one a line.
std::vector<std::string> GoldenLines() {
  std::vector<std::string> lines;
  int number = 0;
  for (const v1::ChildDetails& details : GoldenChildren()) {
    lines.push_back("child " + std::to_string(++number));
    const NormalisedChild child = Normalise(details);
    const auto holder = HolderKeys(child), asker = AskerKeys(child);
    std::vector<MatchKey> all;
    std::set_union(holder.begin(), holder.end(), asker.begin(), asker.end(),
                   std::back_inserter(all));
    for (MatchKey& key : all) {
      const bool held = std::binary_search(holder.begin(), holder.end(), key);
      const bool asked = std::binary_search(asker.begin(), asker.end(), key);
      std::replace(key.fields.begin(), key.fields.end(), '\x1F', '|');
      lines.push_back(std::string(held && asked ? "both "
                                  : held        ? "holder "
                                                : "asker ") +
                      std::to_string(key.type) + " " + key.fields);
    }
  }
  return lines;
}

TEST_CASE("Golden children in every script make exactly these keys") {
  std::ifstream file(std::string(SIGNPOST_SOURCE_DIR) + "/tests/vectors/golden_keys.txt");
  std::vector<std::string> expected;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("#")) expected.push_back(line);
  }
  CHECK(expected.size() > 300);
  CHECK(GoldenLines() == expected);
}

TEST_CASE("Golden children with a name and birth date and postcode all make keys") {
  size_t with_keys = 0;
  for (const auto& details : GoldenChildren()) {
    with_keys += !HolderKeys(Normalise(details)).empty();
  }
  CHECK(with_keys == GoldenChildren().size() - 1);  // Baby Boy of no fixed abode makes none
}

TEST_CASE("Frequency classes follow the statistics") {
  CHECK(GivenNameClass("OLIVER") == 14);
  CHECK(FamilyNameClass("SMITH") == 13);
  CHECK(GivenNameClass("MUHAMMAD") < 14);
  CHECK(GivenNameClass("ZZYZX") == kUnlistedNameClass);
  CHECK(FamilyNameClass("") == kUnlistedNameClass);
  CHECK(GivenNameClass("MOHAMMED") == kUnlistedNameClass);  // written MUHAMMAD after normalisation
}

TEST_CASE("Forms of one name are known in either order and unlike names are not") {
  CHECK(AreNicknames("KATE", "KATHERINE"));
  CHECK(AreNicknames("KATHERINE", "KATE"));
  CHECK(AreNicknames("BILL", "WILLIAM"));
  CHECK_FALSE(AreNicknames("KATE", "KATE"));
  CHECK_FALSE(AreNicknames("EMILY", "AMELIA"));
  CHECK_FALSE(AreNicknames("", ""));
}

}  // namespace
}  // namespace signpost::node
