// Enrolment: match keys a second from imported records to stored tags, through a
// real node and two real custodian processes, beside the bare primitives in one
// thread: blind, evaluate twice with proof, verify twice, finalize, 1,024 at a
// time.
//
// Two floors are told. In time: the primitives one after another, as one core
// does them. In CPU: what node and custodians together spend beside what the
// primitives spend; that one hardly moves with the load of the machine.
#include <algorithm>

#include "node/lookup/enrolment_plan.h"
#include "node/store/column_key.h"
#include "node/store/sqlite_store.h"
#include "proto/crypto/voprf.h"
#include "proto/limits.h"
#include "tests/bench/bench_federation.h"
#include "tests/bench/bench_report.h"

namespace signpost::bench {
namespace {

constexpr double kTarget = 0.7;

struct Spent {
  double seconds = 0;
  double cpu = 0;
  double node_cpu = 0;
  double custodian_cpu = 0;  // of both
  uint64_t keys = 0;
};

// One batch after another through the primitives.
Spent Bare(int batches) {
  SystemRandom random;
  const CustodianShare a = GenerateShare(random);
  const CustodianShare b = GenerateShare(random);
  std::vector<Secret> inputs;
  for (size_t i = 0; i < kEnrolmentBatch; ++i) inputs.push_back(random.SecretBytes(40));
  Spent spent;
  const double began = WallSeconds();
  const double cpu = ThreadCpuSeconds();
  for (int i = 0; i < batches; ++i) {
    BlindedBatch batch = Blind(inputs, random).value();
    const std::string points = batch.points;
    const Evaluation from_a = Evaluate(a.secret, a.public_share, points, random).value();
    const Evaluation from_b = Evaluate(b.secret, b.public_share, points, random).value();
    Must(VerifyEvaluation(a.public_share, points, from_a.points, from_a.proof), "proof");
    Must(VerifyEvaluation(b.public_share, points, from_b.points, from_b.proof), "proof");
    const auto outputs = FinalizeTwo(inputs, std::move(batch), from_a.points, from_b.points);
    Must(outputs.status(), "finalize");
    spent.keys += outputs->size();
  }
  spent.seconds = WallSeconds() - began;
  spent.cpu = ThreadCpuSeconds() - cpu;
  return spent;
}

// How many keys the children of the store have.
uint64_t KeysOf(const v1::NodeConfig& config) {
  SystemRandom random;
  auto key = node::ReadColumnKey(config.column_key(), config.database());
  Must(key.status(), "column key");
  auto store = node::OpenSqliteStore({config.database(), *std::move(key)}, random);
  Must(store.status(), "store");
  uint64_t keys = 0;
  const auto ids = (*store)->ListChildIds(0, 1'000'000);
  Must(ids.status(), "children");
  for (const int64_t id : *ids) {
    const auto child = (*store)->GetChild(id);
    Must(child.status(), "child");
    keys += node::KeysToEnrol(child->details).size();
  }
  return keys;
}

// Children imported while no custodian runs; then the node is started anew beside both, and
// watched from its start until nothing waits.
Spent Real(uint32_t children) {
  BenchFederation federation({1, 1, true, 150});
  federation.StartHub();
  federation.StartNode(0);
  for (uint32_t next = 0; next < children;) {
    federation.Import(0, v1::IMPORT_CHILDREN, ChildChunk(next, children));
  }
  federation.StopNode(0);
  Spent spent;
  spent.keys = KeysOf(federation.config(0));
  federation.StartCustodians();
  SleepMs(500);  // they fetch the directory
  const double custodians =
      federation.custodian("a").CpuSeconds() + federation.custodian("b").CpuSeconds();
  const double began = WallSeconds();
  federation.StartNode(0);
  federation.WaitReady(0);
  spent.seconds = WallSeconds() - began;
  spent.node_cpu = federation.node(0).CpuSeconds();
  spent.custodian_cpu =
      federation.custodian("a").CpuSeconds() + federation.custodian("b").CpuSeconds() - custodians;
  spent.cpu = spent.node_cpu + spent.custodian_cpu;
  return spent;
}

void Measure(const Arguments& arguments) {
  const uint32_t children = arguments.smoke ? 5 : 400;
  Report report("Enrolment of " + std::to_string(children) + " records", arguments);
  std::vector<double> rate;
  std::vector<double> bare_rate;
  std::vector<double> per_core;
  std::vector<double> bare_per_core;
  std::vector<double> node_us;
  std::vector<double> custodian_us;
  double keys = 0;
  for (int i = 0; i < arguments.repeats; ++i) {
    const Spent bare = Bare(arguments.smoke ? 1 : 8);
    const Spent real = Real(children);
    keys = static_cast<double>(real.keys);
    rate.push_back(keys / real.seconds);
    per_core.push_back(keys / real.cpu);
    node_us.push_back(real.node_cpu * 1e6 / keys);
    custodian_us.push_back(real.custodian_cpu * 1e6 / keys / 2);
    bare_rate.push_back(static_cast<double>(bare.keys) / bare.seconds);
    bare_per_core.push_back(static_cast<double>(bare.keys) / bare.cpu);
  }
  report.AddRatio("rate, node's start and index included", "keys/s", Median(rate),
                  Median(bare_rate), kTarget);
  report.AddRatio("rate a second of CPU, all three processes", "keys/s", Median(per_core),
                  Median(bare_per_core), kTarget);
  report.Add("  CPU a key, node", "us", Median(node_us));
  report.Add("  CPU a key, each custodian", "us", Median(custodian_us));
  report.Add("  keys a record", "", keys / children);
  report.Print();
}

}  // namespace
}  // namespace signpost::bench

int main(int argc, char** argv) {
  using namespace signpost::bench;
  const Arguments arguments =
      ParseArguments(argc, argv,
                     "Keys a second from imported records to stored tags, beside the bare "
                     "primitives in one thread.");
  return RunBench([&] { Measure(arguments); });
}
