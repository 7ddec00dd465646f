// Every constant of the score, in bits, and of the decision: MATCHING.md
// section 4. Nothing else in this room holds one.
//
// Thread safety: constants.
#ifndef SIGNPOST_NODE_MATCHING_SCORE_TABLE_H_
#define SIGNPOST_NODE_MATCHING_SCORE_TABLE_H_

#include <cstddef>

namespace signpost::node::score {

// Similarity at which a name is a spelling of another, and merely like it.
inline constexpr double kCloseJaroWinkler = 0.92;
inline constexpr double kSimilarJaroWinkler = 0.85;
// One edit makes two names close only when both have this many letters.
inline constexpr size_t kEditLetters = 5;
// A given name that is the beginning of the other, from this length.
inline constexpr size_t kPrefixLetters = 3;

// Names: m of log2(m / p), p being the name's frequency.
inline constexpr double kGivenEqual = 0.90;
inline constexpr double kFamilyEqual = 0.86;
inline constexpr double kFamilyComponent = 0.04;
inline constexpr double kFamilyComponentMost = 9;
inline constexpr double kCrosswise = 0.002;
inline constexpr double kCrosswiseMost = 14;
// Given and family names correlate inside communities: together they count so much at most, and
// more only when both are equal and rare (classes of the name table, round(2 log2(1/p))). At
// 11 million children most false "certain" answers were namesakes born on one day in one area; a
// cap of 18 gave 2.1e-4 of them a question. Neither a higher threshold nor one lower cap brings
// that below 5e-5 with a certain recall of .88; this does (tests/bench/README.md).
inline constexpr double kNamesMost = 15.5;
inline constexpr double kRareNamesMost = 17.5;
inline constexpr int kRareGivenClass = 23;   // p < 4e-4
inline constexpr int kRareFamilyClass = 21;  // p < 8e-4

inline constexpr double kGivenClose = 4.5;
inline constexpr double kGivenOtherForename = 4;
inline constexpr double kGivenSimilar = 1;
inline constexpr double kGivenInitial = 1.5;
inline constexpr double kGivenDisagrees = -5;

inline constexpr double kMiddleEqual = 3;
inline constexpr double kMiddleInitial = 0.9;
inline constexpr double kMiddleDifferent = -0.5;

inline constexpr double kFamilyClose = 5;
inline constexpr double kFamilySimilar = 1;
inline constexpr double kFamilyDisagrees = -3.5;

inline constexpr double kBirthEqual = 12.6;
inline constexpr double kBirthEqualFirstOfJanuary = 9;
inline constexpr double kBirthSwapped = 4.5;
inline constexpr double kBirthOneEdit = 1;
inline constexpr double kBirthOneComponent = -1;
inline constexpr double kBirthDefaultDay = 0;
inline constexpr double kBirthYearOnly = -6;
inline constexpr double kBirthDisagrees = -9;
// A date known to the month, to the year, or estimated, on either side: agreement is worth at most
// what a month or a year among eighteen is, less what people guess alike.
inline constexpr double kInexactSameMonth = 6;
inline constexpr double kInexactSameYear = 3;
inline constexpr double kEstimatedSameYear = 2;
inline constexpr double kInexactOtherMonth = -1;
inline constexpr double kInexactNear = 0;
inline constexpr double kInexactFar = -6;

inline constexpr double kSexEqual = 0.8;
inline constexpr double kSexDiffers = -5;

inline constexpr double kPostcodeUnit = 10;
inline constexpr double kPostcodeOneEdit = 6;
inline constexpr double kPostcodeSector = 5;
inline constexpr double kPostcodeOutward = 3.5;
inline constexpr double kPostcodeArea = 2;
inline constexpr double kPostcodeNone = -1.5;
inline constexpr double kHouseEqual = 5;
inline constexpr double kHouseEqualInUnit = 1.5;
inline constexpr double kAddressMost = 11.5;

inline constexpr double kNhsEqual = 20;
inline constexpr double kNhsOneEdit = 0;
inline constexpr double kNhsDiffers = -7;
inline constexpr double kUpnEqual = 18;
inline constexpr double kUpnEqualBesideNhs = 4;
inline constexpr double kUpnDiffers = -3;

// Thresholds: log2 N plus these, N at least kFewestChildren.
inline constexpr double kCertainAboveLog2N = 7.6;
inline constexpr double kPossibleAboveLog2N = -0.4;
inline constexpr double kFewestChildren = 1000;

}  // namespace signpost::node::score

#endif  // SIGNPOST_NODE_MATCHING_SCORE_TABLE_H_
