// Keys do not depend on how the same details were written: case, spacing, the
// order of aliases and of former addresses.
#include <algorithm>
#include <catch2/catch.hpp>

#include "node/matching/match_keys.h"
#include "tests/unit/matching/random_child.h"

namespace signpost::node {
namespace {

class Rewriter {
 public:
  explicit Rewriter(Random& random) : random_(random) {}

  // ASCII letters in the other case here and there, more space where there is some, and about it.
  std::string Text(const std::string& text) {
    std::string out(random_.Below(3), ' ');
    for (const char c : text) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      out.push_back(letter && random_.Below(2) == 0 ? static_cast<char>(c ^ 0x20) : c);
      if (c == ' ') out.append(random_.Below(3), ' ');
    }
    return out.append(random_.Below(3), ' ');
  }

  void Rewrite(v1::ChildDetails& details) {
    for (v1::PersonName& name : *details.mutable_names()) {
      name.set_given(Text(name.given()));
      name.set_middle(Text(name.middle()));
      name.set_family(Text(name.family()));
    }
    for (v1::Address& address : *details.mutable_addresses()) {
      address.set_house(Text(address.house()));
      address.set_street(Text(address.street()));
      address.set_town(Text(address.town()));
      address.set_postcode(Text(address.postcode()));
    }
    details.set_nhs_number(Text(details.nhs_number()));
    details.set_upn(Text(details.upn()));
  }

  template <typename List>
  void Shuffle(List& list) {
    for (int i = list.size() - 1; i > 0; --i) {
      list.SwapElements(i, static_cast<int>(random_.Below(static_cast<uint64_t>(i) + 1)));
    }
  }

 private:
  Random& random_;
};

bool SameKeys(const v1::ChildDetails& a, const v1::ChildDetails& b) {
  const NormalisedChild one = Normalise(a), other = Normalise(b);
  return HolderKeys(one) == HolderKeys(other) && AskerKeys(one) == AskerKeys(other);
}

TEST_CASE("Keys do not depend on case or spacing of any field") {
  ChildMaker maker("case and spacing property, 32 byt");
  Rewriter rewriter(maker.random());
  size_t wrong = 0;
  for (int i = 0; i < 5'000; ++i) {
    const v1::ChildDetails details = maker.Child();
    v1::ChildDetails rewritten = details;
    rewriter.Rewrite(rewritten);
    wrong += !SameKeys(details, rewritten);
  }
  CHECK(wrong == 0);
}

// Of two other family names and one other given name: what a record may have before the limits of
// variants leave some out, which go by the order written.
TEST_CASE("Keys do not depend on the order of names and addresses") {
  ChildMaker maker("order of aliases property, 32 byt");
  Rewriter rewriter(maker.random());
  size_t wrong = 0, with_aliases = 0;
  for (int i = 0; i < 5'000; ++i) {
    v1::ChildDetails details;
    v1::PersonName* current = details.add_names();
    current->set_kind(v1::PersonName::CURRENT);
    current->set_given("Oliver");
    current->set_family("Smith");
    for (int other = 0; other < 2; ++other) {
      const v1::ChildDetails random = maker.Child();
      if (random.names().empty()) continue;
      v1::PersonName& name = *details.add_names();
      name = random.names(0);
      name.set_kind(other == 0 ? v1::PersonName::FORMER : v1::PersonName::ALIAS);
      if (other == 0) name.clear_given();
    }
    with_aliases += details.names_size() == 3;
    details.set_date_of_birth("2015-03-09");
    *details.mutable_addresses() = maker.Child().addresses();
    while (details.addresses_size() > 6) details.mutable_addresses()->RemoveLast();
    v1::ChildDetails shuffled = details;
    rewriter.Shuffle(*shuffled.mutable_names());
    rewriter.Shuffle(*shuffled.mutable_addresses());
    wrong += !SameKeys(details, shuffled);
  }
  CHECK(wrong == 0);
  CHECK(with_aliases > 4'000);
}

}  // namespace
}  // namespace signpost::node
