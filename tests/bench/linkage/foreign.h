// Identifiers, postcodes and dates of other countries and times, written so that
// the product's own validators accept them: mapped, never compared by other rules.
//
// Thread safety: functions are pure; a map belongs to one thread.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_FOREIGN_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_FOREIGN_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace signpost::bench {

// How many numbers NthNhsNumber knows: 9 of each of ten million blocks of ten, less one block.
inline constexpr uint64_t kNhsNumbers = 9 * (10'000'000 - 1);

// The n-th valid NHS number that is never issued, n < kNhsNumbers: the first 899,991 begin with
// 999, the others with 9. Different n give different numbers, in constant time: of the ten
// numbers that share eight digits at least nine have a check digit.
std::string NthNhsNumber(uint64_t n);

// Different foreign identifiers become different NHS numbers, in the order in which they are seen.
class NumberMap {
 public:
  // Empty stays empty.
  std::string Map(std::string_view foreign);

 private:
  std::map<std::string, uint64_t, std::less<>> seen_;
};

// Different foreign postcodes become different postcodes of British shape. Codes of four or five
// digits keep what they share: 28669 becomes CI66 9AA, the first two digits being the area.
// Anything else (a code with a typing error) gets an area of its own. British shapes stay.
class PostcodeMap {
 public:
  std::string Map(std::string_view foreign);

 private:
  std::map<std::string, uint64_t, std::less<>> odd_;
};

// Two-digit years from here on are of the last century: 26 is 1926, 25 is 2025.
inline constexpr int kYearPivot = 26;

// YYYY-MM-DD of a date in any of the sets' notations, day first: 2014-05-01, 20140501, 01/05/2014,
// 01-05-14, 08-Mar-83, 05 January 1985. Empty when it is none, or no such day exists. Years before
// 1900 are moved by 400, which is a whole cycle of the calendar, since the product takes no child
// to be older than that.
std::string ReadDate(std::string_view text);
// Of numbers, as above; any that is not positive makes it empty.
std::string DateOf(int year, int month, int day);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_FOREIGN_H_
