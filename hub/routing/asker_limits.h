// How much one asker may put into the nodes' tables of open questions: a bounded
// number of places there, and a bounded rate. Pure: time is passed in.
//
// A node keeps a question until it has answered it or until its deadline: it hears nothing when
// the asker leaves. So a question that ends while nodes still hold it goes on to take a place
// until its deadline, among the abandoned ones; else one asker that puts and cancels for ever
// would fill the tables of every node.
//
// Invariant: what nodes hold of one asker is at most max_open + max_abandoned questions.
//
// Thread safety: none of its own; Switchboard guards it.
#ifndef SIGNPOST_HUB_ROUTING_ASKER_LIMITS_H_
#define SIGNPOST_HUB_ROUTING_ASKER_LIMITS_H_

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace signpost::hub {

class AskerLimits {
 public:
  // A country at its busiest puts 11 questions a second, one authority far fewer. A node's table
  // takes 4,096.
  struct Options {
    size_t max_open = 64;
    size_t max_abandoned = 512;
    uint32_t questions_per_second = 200;
    uint32_t burst = 1000;
  };

  explicit AskerLimits(Options options) : options_(options) {}

  // Counts one question in, or returns false: too many open, too many abandoned, or too fast.
  // Times are monotonic.
  bool TryOpen(const std::string& asker, int64_t now_ms);
  // Counts one question out. Nodes may hold it until `held_until_ms`; 0 when none does.
  void Close(const std::string& asker, int64_t now_ms, int64_t held_until_ms);

 private:
  struct Asker {
    size_t open = 0;
    std::vector<int64_t> abandoned;  // until when each is held, in no order
    int64_t milli_tokens = 0;        // thousandths of a question
    int64_t filled_at_ms = 0;
  };

  const Options options_;
  // One entry an admitted member that has ever asked.
  absl::flat_hash_map<std::string, Asker> askers_;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_ROUTING_ASKER_LIMITS_H_
