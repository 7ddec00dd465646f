// Random children for properties: names of many scripts and of few letters, so
// that they often nearly agree; defaults, placeholders and plain rubbish among
// them. The same seed makes the same children.
//
// Thread safety: a maker belongs to one thread.
#ifndef SIGNPOST_TESTS_UNIT_MATCHING_RANDOM_CHILD_H_
#define SIGNPOST_TESTS_UNIT_MATCHING_RANDOM_CHILD_H_

#include <string>
#include <string_view>

#include "proto/base/random.h"
#include "signpost/v1/child.pb.h"

namespace signpost::node {

class ChildMaker {
 public:
  explicit ChildMaker(std::string_view seed) : random_(seed) {}

  v1::ChildDetails Child();
  // The same child with a few fields changed a little, or exchanged for others.
  v1::ChildDetails Variant(v1::ChildDetails details);
  // A text near `text`: a few bytes inserted, deleted, exchanged or replaced.
  std::string Edited(std::string text);

  Random& random() { return random_; }

 private:
  bool Chance(uint64_t percent) { return random_.Below(100) < percent; }
  std::string Given();
  std::string Family();
  std::string Birth();
  std::string Postcode();
  std::string NhsNumber();
  void Fill(v1::PersonName& name, v1::PersonName::Kind kind);
  void Fill(v1::Address& address, v1::Address::Kind kind);

  SeededRandom random_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_TESTS_UNIT_MATCHING_RANDOM_CHILD_H_
