// How good the records of a file are, before anything is stored or enrolled: what
// is missing, what is not valid, and what share of the children others can be
// expected to find. A federation takes a member from a share of 0.95 on.
//
// Thread safety: ChildQuality belongs to one thread; ExpectedFound is pure.
// Security: counts only; nothing derived from one record leaves this room.
#ifndef SIGNPOST_NODE_IMPORTER_QUALITY_H_
#define SIGNPOST_NODE_IMPORTER_QUALITY_H_

#include <string_view>

#include "node/matching/identifiers.h"
#include "node/matching/match_keys.h"
#include "signpost/v1/child.pb.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

// One row's fields as they stand in the file.
struct RawChild {
  std::string_view given_name;
  std::string_view family_name;
  std::string_view date_of_birth;
  std::string_view sex;
  std::string_view postcode;
  std::string_view nhs_number;
  std::string_view upn;
};

class ChildQuality {
 public:
  explicit ChildQuality(NumberUse numbers) : numbers_(numbers) {}

  // A row as written, whether it would be taken or rejected.
  void AddRow(const RawChild& row);
  // The details of a row that would be taken. A rejected one can be found by nobody.
  void AddTaken(const v1::ChildDetails& details);

  // Everything but `rows` and `duplicates`.
  const v1::ImportQuality& counts() const { return counts_; }

 private:
  void AddNumbers(const RawChild& row);
  void AddNames(const RawChild& row);

  const NumberUse numbers_;
  v1::ImportQuality counts_;
};

// The estimated chance that a question of an authority that knows the child meets the reveal policy
// with a record that has holder keys of these types.
//
// An estimate, and how it is made: MATCHING.md measured, at 11 million simulated children with
// local-authority errors, the share of true pairs that each key type finds alone, and .979 for all
// of them after the reveal policy with the NHS number held on 70 % of each side. From these:
//   - with an NHS number: .70, the share of askers that have it too;
//   - without, or with an asker who has none: .96 when birth date, both names and an address are
//     there, which is what .979 leaves for the weak keys;
//   - with less: the best pair of weak types that together meet the policy, as the rarer of the two
//     finds alone. Other pairs add to it, and the two of a pair do not always come together; the
//     one was not measured beside the other.
// A UPN adds nothing: it was not measured alone. It says nothing of one's own errors: a file whose
// names are wrong more often than the simulation's is found less often.
double ExpectedFound(KeyTypeSet holder_types);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_IMPORTER_QUALITY_H_
