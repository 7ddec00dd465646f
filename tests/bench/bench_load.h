// Questions put to a LookupService, real or bare, as fast as they go or at a
// rate, and a federation of real programs in which they find one holder.
//
// Thread safety: one thread at a time; each load runs threads of its own.
#ifndef SIGNPOST_TESTS_BENCH_BENCH_LOAD_H_
#define SIGNPOST_TESTS_BENCH_BENCH_LOAD_H_

#include <functional>
#include <memory>
#include <vector>

#include "signpost/v1/node.grpc.pb.h"
#include "tests/bench/bench_federation.h"

namespace signpost::bench {

struct LoadResult {
  double seconds = 0;
  int answered = 0;    // complete: every member gave an authenticated answer
  int incomplete = 0;  // a ledger with a silent member
  int failed = 0;
  std::vector<double> latency_ms;

  double Rate() const { return static_cast<double>(answered + incomplete) / seconds; }
};

using RequestMaker = std::function<v1::AskRequest()>;

// `questions` in all, `concurrency` at a time, each next one when an earlier one is answered.
LoadResult RunClosed(v1::LookupService::Stub& stub, const RequestMaker& make, int questions,
                     int concurrency);
// `questions`, one every 1/rate seconds whether or not earlier ones are answered.
LoadResult RunPaced(v1::LookupService::Stub& stub, const RequestMaker& make, int questions,
                    double rate);

// Real programs: member 0 asks by case reference about a child that member 1 holds too; the others
// hold `others` filled children each.
class AskingFederation {
 public:
  AskingFederation(int members, uint32_t others, uint32_t delay_ms);

  BenchFederation& federation() { return federation_; }
  v1::LookupService::Stub* stub() { return stub_.get(); }
  RequestMaker request_maker();

 private:
  BenchFederation federation_;
  std::unique_ptr<v1::LookupService::Stub> stub_;
};

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_BENCH_LOAD_H_
