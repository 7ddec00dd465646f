#include "tests/bench/bench_load.h"

#include <grpcpp/client_context.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <mutex>
#include <thread>

namespace signpost::bench {
namespace {

constexpr int kPacedThreads = 48;
constexpr int kTagsOfFilled = 16;
constexpr char kInvolvements[] =
    "case_reference,involvement_reference,service,team,practitioner,telephone,lead_professional,"
    "start_on,end_on\n";

class Recorder {
 public:
  void Ask(v1::LookupService::Stub& stub, const v1::AskRequest& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    v1::Ledger ledger;
    const double began = WallSeconds();
    const grpc::Status status = stub.AskOnce(&context, request, &ledger);
    const double took = WallSeconds() - began;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!status.ok()) {
      ++result_.failed;
      if (result_.failed == 1) std::fprintf(stderr, "asking: %s\n", status.error_message().c_str());
      return;
    }
    const bool complete = ledger.summary().completeness() == v1::COMPLETE;
    ++(complete ? result_.answered : result_.incomplete);
    result_.latency_ms.push_back(took * 1000);
  }
  LoadResult Take(double seconds) {
    result_.seconds = seconds;
    return std::move(result_);
  }

 private:
  std::mutex mutex_;
  LoadResult result_;
};

// Every question is due at its moment; due(i) says when, in seconds from the start.
LoadResult Run(v1::LookupService::Stub& stub, const RequestMaker& make, int questions, int threads,
               const std::function<double(int)>& due) {
  Recorder recorder;
  std::atomic<int> next{0};
  const double began = WallSeconds();
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      for (int n = next++; n < questions; n = next++) {
        const double wait = began + due(n) - WallSeconds();
        if (wait > 0) std::this_thread::sleep_for(std::chrono::duration<double>(wait));
        recorder.Ask(stub, make());
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  return recorder.Take(WallSeconds() - began);
}

std::string LastYear() {
  const std::time_t then = std::time(nullptr) - 90 * 86'400;
  std::tm utc = {};
  gmtime_r(&then, &utc);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &utc);
  return text;
}

}  // namespace

LoadResult RunClosed(v1::LookupService::Stub& stub, const RequestMaker& make, int questions,
                     int concurrency) {
  return Run(stub, make, questions, std::min(concurrency, questions), [](int) { return 0.0; });
}

LoadResult RunPaced(v1::LookupService::Stub& stub, const RequestMaker& make, int questions,
                    double rate) {
  return Run(stub, make, questions, std::min(kPacedThreads, questions),
             [rate](int n) { return n / rate; });
}

AskingFederation::AskingFederation(int members, uint32_t others, uint32_t delay_ms)
    : federation_({members, 1, true, delay_ms}) {
  for (int i = 2; i < members && others > 0; ++i) {
    FillStore(federation_.config(i), others, kTagsOfFilled, 1);
  }
  federation_.StartHub();
  federation_.StartCustodians();
  for (int i = 0; i < members; ++i) federation_.StartNode(i);
  for (const int holder : {0, 1}) {
    federation_.Import(holder, v1::IMPORT_CHILDREN, ChildHeader() + ChildRow("asked", 4321));
  }
  federation_.Import(1, v1::IMPORT_INVOLVEMENTS,
                     std::string(kInvolvements) +
                         "asked,i1,CHILDRENS_SOCIAL_CARE,Duty team,A. Example,01632 960001,yes," +
                         LastYear() + ",\n");
  for (int i = 0; i < members; ++i) federation_.WaitReady(i);
  stub_ = v1::LookupService::NewStub(federation_.Channel(0, "asker"));
}

RequestMaker AskingFederation::request_maker() {
  return [] {
    SystemRandom random;
    v1::AskRequest request;
    request.set_request_id(random.Bytes(16));
    request.set_case_reference("asked");
    request.set_purpose(v1::S47_ENQUIRY);
    request.set_lawful_basis("Children Act 2004 s.16LA");
    return request;
  };
}

}  // namespace signpost::bench
