// The floor of a question: the same processes, links, streams and message sizes
// over mTLS, and nothing else. No cryptography of ours, no SQLite, no checks, no
// rules, no timers unless the request asks for them.
//
// A bare asker serves LookupService, calls both bare custodians, opens an Ask
// stream at the bare hub and puts both rounds to every bare member over the
// members' standing streams, all with gRPC's callback API and this project's own
// messages filled with zeros. Whatever a real question costs beyond this is
// Signpost's own.
//
// Thread safety: FloorFederation is for one thread; RunFloorRole() for main.
#ifndef SIGNPOST_TESTS_BENCH_FLOOR_ROLES_H_
#define SIGNPOST_TESTS_BENCH_FLOOR_ROLES_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "signpost/v1/node.grpc.pb.h"
#include "tests/bench/bench_load.h"
#include "tests/bench/bench_process.h"
#include "tests/integration/test_pki.h"

namespace signpost::bench {

// When this process was started as a part of the floor: runs it until it is stopped and returns
// its exit code. Otherwise nothing.
std::optional<int> RunFloorRole(int argc, char** argv);

// One process a part, each this same program again.
class FloorFederation {
 public:
  explicit FloorFederation(int members);

  v1::LookupService::Stub* stub() { return stub_.get(); }
  // `delay_ms`: how long each member waits before each of its two replies.
  static RequestMaker request_maker(int delay_ms);

  Process& hub() { return *hub_; }
  Process& custodian() { return *custodians_[0]; }
  Process& asker() { return *asker_; }
  // 0: the first one asked.
  Process& member(int index) { return *members_[static_cast<size_t>(index)]; }

 private:
  testing::TempFolder folder_;
  testing::TestCa ca_;
  std::unique_ptr<Process> hub_;
  std::vector<std::unique_ptr<Process>> custodians_;
  std::vector<std::unique_ptr<Process>> members_;
  std::unique_ptr<Process> asker_;
  std::unique_ptr<v1::LookupService::Stub> stub_;
};

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_FLOOR_ROLES_H_
