// How much memory a node needs for a large authority, and a hub with ten members.
//
// The node's store is filled by this program with random tags, as enrolment
// would have; the node then starts on it, builds its index of both live epochs,
// and is looked at when it is ready. The hub has ten nodes connected and has
// routed some hundred questions.
#include <algorithm>

#include "tests/bench/bench_federation.h"
#include "tests/bench/bench_load.h"
#include "tests/bench/bench_report.h"

namespace signpost::bench {
namespace {

constexpr int kTags = 16;
constexpr uint32_t kEpochs = 2;
constexpr double kNodeTarget = 300;
constexpr double kHubTarget = 100;

void MeasureNode(const Arguments& arguments, Report& report) {
  const uint32_t children = arguments.smoke ? 500 : 72'000;
  BenchFederation federation({1, kEpochs, true, 150});
  FillStore(federation.config(0), children, kTags, kEpochs);
  federation.StartHub();
  const double began = WallSeconds();
  federation.StartNode(0);
  federation.WaitReady(0);
  const double ready = WallSeconds() - began;
  const v1::NodeStatus status = federation.Status(0);
  Must(status.index_tags() == uint64_t{children} * kTags * kEpochs, "the index lacks tags");
  const std::string of = std::to_string(children) + " children, " + std::to_string(kTags) +
                         " tags, " + std::to_string(kEpochs) + " epochs";
  report.AddAtMost("node resident, " + of, "MB", federation.node(0).RssMegabytes(), kNodeTarget);
  report.Add("  the most it ever was", "MB", federation.node(0).PeakRssMegabytes());
  report.Add("  from start to ready", "s", ready);
}

void MeasureHub(const Arguments& arguments, Report& report) {
  const int members = arguments.smoke ? 2 : 10;
  const int questions = arguments.smoke ? 2 : 300;
  AskingFederation asking(members, 10, 150);
  const double before = asking.federation().hub().RssMegabytes();
  const LoadResult load = RunClosed(*asking.stub(), asking.request_maker(), questions, 32);
  Must(load.failed == 0, "a question failed");
  report.AddAtMost("hub resident, " + std::to_string(members) + " members, " +
                       std::to_string(questions) + " questions",
                   "MB", asking.federation().hub().RssMegabytes(), kHubTarget);
  report.Add("  before the first question", "MB", before);
  report.Add("custodian resident", "MB", asking.federation().custodian("a").RssMegabytes());
  report.Add("small node resident", "MB", asking.federation().node(members - 1).RssMegabytes());
}

}  // namespace
}  // namespace signpost::bench

int main(int argc, char** argv) {
  using namespace signpost::bench;
  Arguments arguments =
      ParseArguments(argc, argv, "Resident memory of a large node and of a hub with ten members.");
  arguments.repeats = 1;
  return RunBench([&] {
    Report report("Memory", arguments);
    MeasureNode(arguments, report);
    MeasureHub(arguments, report);
    report.Print();
  });
}
