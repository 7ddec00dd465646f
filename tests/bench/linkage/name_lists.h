// The names, places and nicknames that the population is drawn from, read from
// the data folder's names/.
//
// Thread safety: immutable after Load.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_NAME_LISTS_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_NAME_LISTS_H_

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "proto/base/status.h"
#include "signpost/v1/child.pb.h"
#include "tests/bench/linkage/draw.h"
#include "tests/bench/linkage/origins.h"

namespace signpost::bench {

// Children are born from 1 January 2007 to 31 December 2024: 0 to 17 years old.
inline constexpr int kFirstBirthYear = 2007;
inline constexpr int kLastBirthYear = 2024;

struct FamilyName {
  std::string name;
  Origin origin = Origin::kUnlisted;
};

struct OutwardCode {
  std::string code;  // M14
  std::string area;  // M
  double weight = 0;
};

class NameLists {
 public:
  // `path` is the data folder. Needs names/: the ONS baby names by year and sex, the family name
  // frequencies, the postcode sample, the forename variants and the lists by country. NOT_FOUND or
  // DATA_LOSS, naming the file.
  static absl::StatusOr<NameLists> Load(const std::string& path);

  // By year and sex as registered; 9 % get a name that is on no list. A child of a family whose
  // name comes from elsewhere often gets a given name from there too.
  std::string Given(Draw& draw, v1::Sex sex, int year, Origin origin) const;
  // By frequency; 13.5 % are on no list. The frequencies are of about 2000: since then families
  // from elsewhere have become more, and these get a name of their origin's lists.
  FamilyName Family(Draw& draw) const;
  // Another form of the name as people write it; empty if none is known.
  std::string Nickname(Draw& draw, const std::string& given) const;

  const std::vector<OutwardCode>& outward_codes() const { return outward_; }

 private:
  struct YearNames {
    std::vector<uint32_t> names;  // into given_names_
    Weights weights;
  };

  absl::Status LoadGiven(const std::string& path);
  absl::Status LoadFamily(const std::string& path);
  absl::Status LoadOutward(const std::string& path);
  absl::Status LoadNicknames(const std::string& path);
  void MakeOriginLists();
  const YearNames& Of(v1::Sex sex, int year) const;
  // Made of the beginning of one name and the end of another; the same number, the same name.
  std::string RareName(uint64_t number, const std::vector<std::string>& parts) const;

  Origins origins_;
  std::vector<std::string> given_names_;
  std::vector<Origin> given_origins_;
  std::vector<std::string> family_names_;
  std::vector<Origin> family_origins_;
  Weights family_weights_;
  std::array<std::vector<std::string>, kOrigins> families_of_;
  std::array<Weights, kOrigins> family_weights_of_;
  std::array<std::vector<YearNames>, 2> by_year_;  // by sex: girls, boys
  std::array<std::array<YearNames, kOrigins>, 2> by_origin_;
  std::unordered_map<std::string, std::vector<std::string>> nicknames_;
  std::vector<OutwardCode> outward_;
};

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_NAME_LISTS_H_
