// A shielded child against an unknown one, as the member that asks sees them: the
// moment of the claim and of the answer on its stream at the hub, their sizes,
// and what the ledger says. Hub, custodians and the holder are real processes;
// the asker is the node's own asking code with a clock beside it.
//
// Shielded and unknown children are asked about in turn and in random order, so
// that what the machine does meanwhile falls on both alike. Printed are both
// distributions and the two-sample Kolmogorov-Smirnov statistic: a difference that
// chance brings once in a million runs ends the benchmark with an error, as does
// any difference in size or outcome.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "node/lookup/asker.h"
#include "node/service/custodian_client.h"
#include "node/service/hub_question.h"
#include "node/service/keys.h"
#include "proto/base/file.h"
#include "proto/directory/signed_document.h"
#include "proto/transport/channel.h"
#include "tests/bench/bench_federation.h"
#include "tests/bench/bench_report.h"

namespace signpost::bench {
namespace {

constexpr int kHolder = 1;
constexpr uint32_t kUnknownFrom = 500'000;
constexpr double kOnceInAMillion = 1e-6;

struct Sizes {
  explicit Sizes(bool smoke)
      : children(smoke ? 4 : 50),
        ordinary(smoke ? 4 : 1000),
        questions(smoke ? 24 : 4000),
        threads(smoke ? 4 : 16),
        delay_ms(smoke ? 40 : 150) {}
  uint32_t children;  // shielded ones, and as many unknown
  uint32_t ordinary;  // others that the holder has
  int questions;
  int threads;
  uint32_t delay_ms;
};

// A row of ChildHeader() as the details that an asker would type.
v1::ChildDetails DetailsOf(const std::string& row) {
  std::vector<std::string> cells;
  std::istringstream in(row.substr(0, row.size() - 1));
  for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
  Must(cells.size() == 11, "a row has other columns than its header");
  v1::ChildDetails details;
  v1::PersonName* name = details.add_names();
  name->set_kind(v1::PersonName::CURRENT);
  name->set_given(cells[1]);
  name->set_family(cells[2]);
  details.set_date_of_birth(cells[4]);
  details.set_date_quality(v1::EXACT);
  details.set_sex(cells[5] == "F" ? v1::FEMALE : v1::MALE);
  v1::Address* address = details.add_addresses();
  address->set_kind(v1::Address::CURRENT);
  address->set_house(cells[6]);
  address->set_street(cells[7]);
  address->set_town(cells[8]);
  address->set_postcode(cells[9]);
  details.set_nhs_number(cells[10]);
  return details;
}

std::string ShieldedRows(uint32_t children) {
  std::string header = ChildHeader();
  header.insert(header.size() - 1, ",shielded,shield_reason");
  for (uint32_t i = 0; i < children; ++i) {
    std::string row = ChildRow("shielded-" + std::to_string(i), i);
    row.insert(row.size() - 1, ",yes,REFUGE");
    header += row;
  }
  return header;
}

// So that only the shield keeps the holder from answering.
std::string InvolvementRows(uint32_t children, const std::string& start_on) {
  std::string csv =
      "case_reference,involvement_reference,service,practitioner,telephone,start_on\n";
  for (uint32_t i = 0; i < children; ++i) {
    csv += "shielded-" + std::to_string(i) + ",i" + std::to_string(i) +
           ",CHILDRENS_SOCIAL_CARE,A. Example,01632 960001," + start_on + "\n";
  }
  return csv;
}

std::string MonthAgo(int64_t now_ms) {
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(now_ms)));
  const std::chrono::year_month_day date(day - std::chrono::days(30));
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

// One child to ask about, its tags made once: a stranger to the holder or shielded by it.
struct Subject {
  v1::ChildDetails details;
  std::vector<node::QuestionTag> tags;
  bool shielded = false;
};

// All that the asker's end of the stream shows of one question.
struct Observed {
  bool shielded = false;
  double claim_ms = 0;
  double answer_ms = 0;
};

// What must not differ at all.
struct Shape {
  std::set<std::string> of_shielded;
  std::set<std::string> of_unknown;
  void Add(bool shielded, std::string shape) {
    (shielded ? of_shielded : of_unknown).insert(std::move(shape));
  }
};

class Asking {
 public:
  Asking(BenchFederation& federation, const Sizes& sizes)
      : sizes_(sizes),
        keys_(node::ReadNodeKeys(federation.config(0)).value()),
        tls_{federation.config(0).tls().certificate(), federation.config(0).tls().private_key(),
             federation.config(0).tls().federation_ca()},
        custodians_(tls_) {
    v1::Anchor anchor = ParseAnchor(ReadFile(federation.Path("anchor")).value()).value();
    book_ = DirectoryBook::Open({std::move(anchor), ""}, clock_.NowMs()).value();
    v1::SignedDocument document;
    Must(document.ParseFromString(ReadFile(federation.Path("first.directory")).value()),
         "directory");
    Must(book_->Offer(document, clock_.NowMs()).status(), "directory");
    const auto credentials = MakeChannelCredentials(tls_, "spiffe://signpost.example/hub/hub1");
    Must(credentials.status(), "credentials");
    stub_ = v1::RelayService::NewStub(
        MakeChannel(federation.directory().hubs(0).address(), *credentials));
    for (uint32_t i = 0; i < sizes_.children; ++i) {
      subjects_.push_back(MakeSubject(ChildRow("asked", i), true));
      subjects_.push_back(MakeSubject(ChildRow("asked", kUnknownFrom + i), false));
    }
  }

  void Run() {
    std::vector<size_t> order;
    for (int i = 0; i < sizes_.questions; ++i) {
      order.push_back(static_cast<size_t>(i) % subjects_.size());
    }
    std::shuffle(order.begin(), order.end(), std::mt19937_64(std::random_device()()));
    std::atomic<size_t> next{0};
    std::vector<std::thread> workers;
    std::string failure;
    for (int i = 0; i < sizes_.threads; ++i) {
      workers.emplace_back([&] {
        try {
          for (size_t n = next++; n < order.size(); n = next++) Ask(subjects_[order[n]]);
        } catch (const std::exception& error) {
          const std::lock_guard<std::mutex> lock(mutex_);
          failure = error.what();
        }
      });
    }
    for (std::thread& worker : workers) worker.join();
    Must(failure.empty(), failure);
  }

  std::vector<double> Times(bool shielded, double Observed::*what) const {
    std::vector<double> times;
    for (const Observed& one : observed_) {
      if (one.shielded == shielded) times.push_back(one.*what);
    }
    return times;
  }
  const Shape& shape() const { return shape_; }

 private:
  Subject MakeSubject(const std::string& row, bool shielded) {
    Subject subject;
    subject.details = DetailsOf(row);
    subject.shielded = shielded;
    const auto snapshot = book_->Snapshot(clock_.NowMs());
    const v1::Epoch& epoch = *snapshot.directory->AskingEpoch(clock_.NowMs());
    auto plan = node::PlanQuestion(
        subject.details, epoch, nullptr, [](uint8_t, std::string_view) { return std::string(); },
        random_);
    Must(plan.status(), "the tags of a question");
    auto pair = custodians_.Evaluate(*snapshot.directory, epoch.epoch(), v1::QUESTIONS,
                                     plan->points(), 5'000);
    Must(pair.status(), "custodians");
    auto tags = node::FinishPlan(*std::move(plan), epoch, pair->a, pair->b);
    Must(tags.status(), "evaluation");
    subject.tags = *std::move(tags);
    return subject;
  }

  void Ask(const Subject& subject) {
    node::AskerQuestion question;
    question.details = subject.details;
    for (const node::QuestionTag& tag : subject.tags) {
      question.tags.push_back({tag.key_type, tag.hint, tag.poss.Clone()});
    }
    question.epoch = book_->Newest()->AskingEpoch(clock_.NowMs())->epoch();
    question.intro.set_person("A. Asker");
    question.intro.set_role(v1::SOCIAL_WORKER);
    question.intro.set_purpose(v1::S47_ENQUIRY);
    question.intro.set_contact_telephone("01632 960123");
    auto started = node::Asker::Start({BenchFederation::Code(0), &keys_.signing},
                                      book_->Snapshot(clock_.NowMs()), std::move(question),
                                      clock_.NowMs(), random_);
    Must(started.status(), "a question");
    node::Asker& asker = **started;
    Observed seen;
    seen.shielded = subject.shielded;
    std::string shape;
    const double began = WallSeconds();
    asker.Sent(clock_.MonotonicMs());
    node::HubQuestion stream(stub_, asker.Message(), clock_, 30'000);
    while (!asker.ClaimsDue(clock_.MonotonicMs())) Take(stream, asker, began, seen, shape);
    Must(stream.SendReveals(
             asker.MakeReveals(clock_.MonotonicMs(), book_->Snapshot(clock_.NowMs()))),
         "the stream ended before the reveals");
    while (!asker.AnswersDue(clock_.MonotonicMs())) Take(stream, asker, began, seen, shape);
    asker.Finish(clock_.MonotonicMs());
    for (const v1::LedgerRow& row : asker.ledger().Rows()) {
      if (row.own()) continue;
      shape += " " + v1::Outcome_Name(row.outcome()) + " " +
               std::to_string(row.answer().ByteSizeLong()) + " bytes inside";
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    observed_.push_back(seen);
    shape_.Add(subject.shielded, std::move(shape));
  }

  void Take(node::HubQuestion& stream, node::Asker& asker, double began, Observed& seen,
            std::string& shape) {
    const auto event = stream.Next(clock_.MonotonicMs() + 1'000);
    const double now_ms = (WallSeconds() - began) * 1000;
    if (!event) return;
    const auto* reply = std::get_if<v1::AskReply>(&*event);
    if (reply == nullptr) {
      asker.OnHubLost();
      return;
    }
    for (const v1::MemberClaim& claim : reply->claims()) {
      seen.claim_ms = now_ms;
      shape += "claim " + std::to_string(claim.claim().size());
      asker.OnClaim(claim.member(), claim.claim());
    }
    for (const v1::MemberSilent& silent : reply->silent()) {
      shape += "silent " + std::to_string(silent.cause());
      asker.OnSilent(silent.member(), silent.cause());
    }
    for (const v1::MemberAnswer& answer : reply->answers()) {
      seen.answer_ms = now_ms;
      shape += " answer " + std::to_string(answer.answer().size());
      static_cast<void>(asker.OnAnswer(answer.member(), answer.answer(), clock_.MonotonicMs()));
    }
  }

  const Sizes sizes_;
  SystemClock clock_;
  SystemRandom random_;
  const node::NodeKeys keys_;
  const TlsPaths tls_;
  node::CustodianClient custodians_;
  std::unique_ptr<DirectoryBook> book_;
  std::shared_ptr<v1::RelayService::Stub> stub_;
  std::vector<Subject> subjects_;
  std::mutex mutex_;
  std::vector<Observed> observed_;
  Shape shape_;
};

// The largest distance between the two empirical distributions.
double KolmogorovSmirnov(std::vector<double> a, std::vector<double> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  double most = 0;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const double at = std::min(a[i], b[j]);
    while (i < a.size() && a[i] <= at) ++i;
    while (j < b.size() && b[j] <= at) ++j;
    most = std::max(most, std::abs(static_cast<double>(i) / static_cast<double>(a.size()) -
                                   static_cast<double>(j) / static_cast<double>(b.size())));
  }
  return most;
}

// How often chance alone brings so large a distance, at most.
double ChanceOf(double distance, size_t a, size_t b) {
  const double n = static_cast<double>(a) * static_cast<double>(b) / static_cast<double>(a + b);
  return std::min(1.0, 2 * std::exp(-2 * distance * distance * n));
}

// Returns that chance.
double AddTimes(Report& report, const std::string& what, const std::vector<double>& shielded,
                const std::vector<double>& unknown) {
  Must(!shielded.empty() && !unknown.empty(), "nothing was observed");
  for (const double q : {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0}) {
    report.AddRatio(
        what + ", p" + std::to_string(static_cast<int>(q * 100)) + ": shielded, unknown", "ms",
        Quantile(shielded, q), Quantile(unknown, q));
  }
  const double distance = KolmogorovSmirnov(shielded, unknown);
  const double chance = ChanceOf(distance, shielded.size(), unknown.size());
  report.Add(what + ", largest distance of the two distributions", "", distance);
  report.Add(what + ", chance of such a distance if they are one", "", chance);
  return chance;
}

void Measure(const Arguments& arguments) {
  const Sizes sizes(arguments.smoke);
  BenchFederation federation({2, 1, true, sizes.delay_ms});
  federation.StartHub();
  federation.StartCustodians();
  federation.StartNode(kHolder);
  SystemClock clock;
  federation.Import(kHolder, v1::IMPORT_CHILDREN, ShieldedRows(sizes.children));
  federation.Import(kHolder, v1::IMPORT_INVOLVEMENTS,
                    InvolvementRows(sizes.children, MonthAgo(clock.NowMs())));
  uint32_t next = 1000;
  while (next < 1000 + sizes.ordinary) {
    federation.Import(kHolder, v1::IMPORT_CHILDREN, ChildChunk(next, 1000 + sizes.ordinary));
  }
  federation.WaitReady(kHolder);
  Asking asking(federation, sizes);
  asking.Run();

  Report report("A shielded child against an unknown one, " + std::to_string(sizes.questions) +
                    " questions through real processes",
                arguments);
  for (const std::string& shape : asking.shape().of_shielded) report.Note("shielded: " + shape);
  for (const std::string& shape : asking.shape().of_unknown) report.Note("unknown:  " + shape);
  const double chance =
      std::min(AddTimes(report, "claim", asking.Times(true, &Observed::claim_ms),
                        asking.Times(false, &Observed::claim_ms)),
               AddTimes(report, "answer", asking.Times(true, &Observed::answer_ms),
                        asking.Times(false, &Observed::answer_ms)));
  report.Print();
  Must(asking.shape().of_shielded == asking.shape().of_unknown,
       "sizes or outcomes of a shielded and an unknown child differ");
  Must(chance > kOnceInAMillion, "a shielded child can be told by its time");
}

}  // namespace
}  // namespace signpost::bench

int main(int argc, char** argv) {
  using namespace signpost::bench;
  const Arguments arguments = ParseArguments(
      argc, argv, "What an asking member sees of a shielded child, beside an unknown one.");
  return RunBench([&] { Measure(arguments); });
}
