// Questions through real programs, and beside them the same conversation bare.
//
// Ten members on one machine: the asker, one holder, eight that hold other
// children; a hub, two custodians; every one a process. The floor is the same
// thirteen processes over mTLS with the same streams and message sizes and
// nothing in them (floor_roles.h). Real and bare runs alternate.
//
//   rate      as many at a time as one node takes: questions a second
//   latency   a few a second, one after another
//   CPU       by role, at one rate for both: what Signpost adds to gRPC
//
// Both delays (150 ms before a claim, 150 ms before an answer) hide a match in
// time; they bound a closed loop of n questions at n / 0.3 s. So the rate is also
// measured in a second federation whose directory sets both delays to 1 ms.
#include <algorithm>
#include <array>

#include "tests/bench/bench_load.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/floor_roles.h"
#include "tests/bench/protocol_work.h"

namespace signpost::bench {
namespace {

constexpr int kDelayMs = 150;
constexpr double kNonHolderTargetMs = 0.15;

struct Sizes {
  explicit Sizes(bool smoke)
      : members(smoke ? 3 : 10),
        others(smoke ? 2 : 2000),
        concurrency(smoke ? 2 : 32),
        closed(smoke ? 2 : 300),
        slow(smoke ? 1 : 30),
        paced(smoke ? 2 : 300),
        rate(smoke ? 50 : 20) {}
  int members;
  uint32_t others;
  int concurrency;
  int closed;  // questions of a closed loop
  int slow;    // questions one after another
  int paced;   // questions at `rate` for the CPU of each role
  double rate;
};

enum Part : size_t { kAsker, kHub, kHolder, kNonHolder, kCustodian, kParts };
using Cpu = std::array<double, kParts>;  // seconds
constexpr std::array<const char*, kParts> kPartNames = {"asker", "hub", "holder", "non-holder",
                                                        "one custodian"};

class Real {
 public:
  Real(const Sizes& sizes, int delay_ms)
      : sizes_(sizes), asking_(sizes.members, sizes.others, static_cast<uint32_t>(delay_ms)) {}

  Cpu CpuNow() {
    BenchFederation& federation = asking_.federation();
    Cpu cpu = {federation.node(0).CpuSeconds(), federation.hub().CpuSeconds(),
               federation.node(1).CpuSeconds(), 0, federation.custodian("a").CpuSeconds()};
    for (int i = 2; i < sizes_.members; ++i) {
      cpu[kNonHolder] += federation.node(i).CpuSeconds() / (sizes_.members - 2);
    }
    return cpu;
  }
  v1::LookupService::Stub& stub() { return *asking_.stub(); }
  RequestMaker maker() { return asking_.request_maker(); }

 private:
  const Sizes sizes_;
  AskingFederation asking_;
};

class Bare {
 public:
  explicit Bare(const Sizes& sizes) : sizes_(sizes), floor_(sizes.members - 1) {}

  Cpu CpuNow() {
    Cpu cpu = {floor_.asker().CpuSeconds(), floor_.hub().CpuSeconds(), 0, 0,
               floor_.custodian().CpuSeconds()};
    for (int i = 0; i < sizes_.members - 1; ++i) {
      cpu[kNonHolder] += floor_.member(i).CpuSeconds() / (sizes_.members - 1);
    }
    cpu[kHolder] = cpu[kNonHolder];  // a bare member is a bare member
    return cpu;
  }
  v1::LookupService::Stub& stub() { return *floor_.stub(); }

 private:
  const Sizes sizes_;
  FloorFederation floor_;
};

// Of one role over the runs, milliseconds a question.
struct CpuSeries {
  std::array<std::vector<double>, kParts> ms;
  template <typename World>
  void Measure(World& world, const std::function<LoadResult()>& load) {
    const Cpu before = world.CpuNow();
    const LoadResult result = load();
    const Cpu after = world.CpuNow();
    const double questions = result.answered + result.incomplete;
    Must(result.failed == 0 && questions > 0, "a question of the CPU run failed");
    for (size_t i = 0; i < kParts; ++i) ms[i].push_back((after[i] - before[i]) * 1000 / questions);
  }
};

struct Series {
  std::vector<double> rate;
  std::vector<double> latency_ms;
  int incomplete = 0;
  int asked = 0;
  void TakeRate(const LoadResult& load) {
    Must(load.failed == 0, "a question failed");
    rate.push_back(load.Rate());
    incomplete += load.incomplete;
    asked += load.answered + load.incomplete;
  }
  void TakeLatency(const LoadResult& load) {
    Must(load.failed == 0, "a question failed");
    latency_ms.insert(latency_ms.end(), load.latency_ms.begin(), load.latency_ms.end());
  }
};

void AddLatency(Report& report, const Series& real, const Series& bare, const Series& timed) {
  for (const auto& [name, q] :
       {std::pair<const char*, double>{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}}) {
    const std::string what = std::string("latency ") + name + ", one after another";
    report.AddRatio(what + ", floor with the delays", "ms", Quantile(real.latency_ms, q),
                    Quantile(timed.latency_ms, q));
    report.AddRatio("  less both delays, floor without them", "ms",
                    Quantile(real.latency_ms, q) - 2 * kDelayMs, Quantile(bare.latency_ms, q));
  }
}

void AddCpu(Report& report, const CpuSeries& real, const CpuSeries& bare) {
  for (size_t i = 0; i < kParts; ++i) {
    report.AddRatio(std::string("CPU a question, ") + kPartNames[i], "ms", Median(real.ms[i]),
                    Median(bare.ms[i]));
  }
  // Paired: each run's own floor is taken from it.
  std::vector<double> beyond;
  for (size_t i = 0; i < real.ms[kNonHolder].size(); ++i) {
    beyond.push_back(real.ms[kNonHolder][i] - bare.ms[kNonHolder][i]);
  }
  report.AddAtMost("CPU a question, non-holder beyond gRPC", "ms", Median(beyond),
                   kNonHolderTargetMs);
}

void Measure(const Arguments& arguments) {
  const Sizes sizes(arguments.smoke);
  Report report("Questions by case reference, " + std::to_string(sizes.members) +
                    " members, hub and two custodians, one process each",
                arguments);
  Series real;
  Series fast;
  Series bare;
  Series timed;
  CpuSeries real_cpu;
  CpuSeries bare_cpu;
  std::vector<double> work_ms;
  std::vector<double> signature_us;
  Bare floor(sizes);
  const RequestMaker untimed_maker = FloorFederation::request_maker(0);
  const RequestMaker timed_maker = FloorFederation::request_maker(kDelayMs);
  {
    Real world(sizes, kDelayMs);
    const auto closed = [&](v1::LookupService::Stub& stub, const RequestMaker& maker) {
      return RunClosed(stub, maker, sizes.closed, sizes.concurrency);
    };
    const auto slow = [&](v1::LookupService::Stub& stub, const RequestMaker& maker) {
      return RunClosed(stub, maker, sizes.slow, 1);
    };
    const auto paced = [&](v1::LookupService::Stub& stub, const RequestMaker& maker) {
      return RunPaced(stub, maker, sizes.paced, sizes.rate);
    };
    slow(world.stub(), world.maker());  // connections and caches are warm
    for (int i = 0; i < arguments.repeats; ++i) {
      real.TakeRate(closed(world.stub(), world.maker()));
      timed.TakeRate(closed(floor.stub(), timed_maker));
      real.TakeLatency(slow(world.stub(), world.maker()));
      bare.TakeLatency(slow(floor.stub(), untimed_maker));
      timed.TakeLatency(slow(floor.stub(), timed_maker));
      real_cpu.Measure(world, [&] { return paced(world.stub(), world.maker()); });
      bare_cpu.Measure(floor, [&] { return paced(floor.stub(), untimed_maker); });
      work_ms.push_back(ProtocolWorkMs(sizes.closed));
      signature_us.push_back(SignatureUs());
    }
  }
  {
    Real world(sizes, 1);
    for (int i = 0; i < arguments.repeats; ++i) {
      fast.TakeRate(RunClosed(world.stub(), world.maker(), sizes.closed, sizes.concurrency));
      bare.TakeRate(RunClosed(floor.stub(), untimed_maker, sizes.closed, sizes.concurrency));
    }
  }
  const std::string loop = ", " + std::to_string(sizes.concurrency) + " at a time";
  report.AddRatio("rate" + loop + ", floor with the delays", "questions/s", Median(real.rate),
                  Median(timed.rate));
  report.AddRatio("rate" + loop + ", delays of 1 ms, floor without", "questions/s",
                  Median(fast.rate), Median(bare.rate));
  AddLatency(report, real, bare, timed);
  AddCpu(report, real_cpu, bare_cpu);
  report.Add("  of it: protocol work alone, one thread", "ms", Median(work_ms));
  report.Add("  an Ed25519 signature at the moment", "us", Median(signature_us));
  report.Add("questions with a silent member", "of " + std::to_string(real.asked + fast.asked),
             real.incomplete + fast.incomplete);
  report.Note("CPU is user and system time of each process at " +
              std::to_string(static_cast<int>(sizes.rate)) +
              " questions a second, real and bare in turn; the bare members have no timers.");
  report.Print();
}

}  // namespace
}  // namespace signpost::bench

int main(int argc, char** argv) {
  using namespace signpost::bench;
  if (const auto code = RunFloorRole(argc, argv)) return *code;
  const Arguments arguments = ParseArguments(
      argc, argv,
      "Rate, latency and CPU by role of questions through real programs, beside a bare gRPC "
      "conversation of the same shape.");
  return RunBench([&] { Measure(arguments); });
}
