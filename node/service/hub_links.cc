#include "node/service/hub_links.h"

#include <algorithm>
#include <utility>

#include "proto/base/log.h"
#include "proto/directory/identity.h"
#include "proto/directory/verified_directory.h"

namespace signpost::node {
namespace {

constexpr size_t kMostWaiting = 4096;
// A newer directory is on its way on the same stream; it is given this much of the claim delay.
constexpr int64_t kDirectoryGraceMs = 100;
constexpr int64_t kDirectoryPollMs = 20;

}  // namespace

HubLinks::HubLinks(Options options, DirectoryBook& book, Answerer& answerer, const Clock& clock,
                   Random& random, std::function<v1::Hello()> hello)
    : options_(std::move(options)),
      book_(book),
      answerer_(answerer),
      clock_(clock),
      random_(random),
      hello_(std::move(hello)),
      workers_(options_.answer_threads, kMostWaiting),
      timer_(clock) {}

HubLinks::~HubLinks() {
  std::vector<std::unique_ptr<Uplink>> links;
  {
    const MutexLock lock(mutex_);
    links.swap(links_);
  }
  links.clear();
  workers_.Stop();
}

std::vector<HubTarget> HubLinks::Targets() const {
  const auto directory = book_.Newest();
  if (directory == nullptr || directory->message().hubs().empty()) return {options_.first};
  std::vector<HubTarget> targets;
  for (const v1::Hub& hub : directory->message().hubs()) {
    const PeerIdentity id{PeerKind::kHub, directory->message().trust_domain(), hub.name(), ""};
    targets.push_back({hub.name(), hub.address(), FormatPeerIdentity(id), AcceptedPins(hub)});
  }
  return targets;
}

void HubLinks::Sync() {
  const std::vector<HubTarget> targets = Targets();
  std::vector<std::unique_ptr<Uplink>> gone;
  const MutexLock lock(mutex_);
  for (auto& link : links_) {
    if (std::find(targets.begin(), targets.end(), link->target()) == targets.end()) {
      gone.push_back(std::move(link));
    }
  }
  std::erase(links_, nullptr);
  for (const HubTarget& target : targets) {
    const auto same = [&target](const auto& link) { return link->target() == target; };
    if (std::any_of(links_.begin(), links_.end(), same)) continue;
    links_.push_back(std::make_unique<Uplink>(
        target, options_.tls, clock_, random_, hello_,
        [this](v1::HubFrame&& frame, int64_t receipt_ms, WeakStream stream) {
          OnFrame(std::move(frame), receipt_ms, stream);
        }));
  }
}

std::shared_ptr<v1::RelayService::Stub> HubLinks::Stub() const {
  const MutexLock lock(mutex_);
  for (const auto& link : links_) {
    if (link->status().connected) return link->stub();
  }
  return nullptr;
}

void HubLinks::SendHealth(const v1::NodeHealth& health) {
  const MutexLock lock(mutex_);
  for (const auto& link : links_) {
    v1::NodeFrame frame;
    *frame.mutable_health() = health;
    link->Send(std::move(frame));
  }
}

HubLinks::State HubLinks::state() const {
  const MutexLock lock(mutex_);
  State state;
  for (const auto& link : links_) {
    const Uplink::Status status = link->status();
    if (status.connected) return {true, "", status.clock_offset_ms};
    if (state.refusal.empty()) state.refusal = status.refusal;
  }
  return state;
}

void HubLinks::OnFrame(v1::HubFrame&& frame, int64_t receipt_ms, const WeakStream& stream) {
  bool accepted = true;
  switch (frame.frame_case()) {
    case v1::HubFrame::kQuestion: {
      auto question =
          std::make_shared<const v1::QuestionFrame>(std::move(*frame.mutable_question()));
      accepted = workers_.TryRun([this, question = std::move(question), receipt_ms, stream] {
        OnQuestion(question, receipt_ms, stream);
      });
      break;
    }
    case v1::HubFrame::kReveal:
      accepted = workers_.TryRun([this, reveal = std::move(*frame.mutable_reveal()), receipt_ms,
                                  stream] { OnReveal(reveal, receipt_ms, stream); });
      break;
    case v1::HubFrame::kDirectory:
      accepted = workers_.TryRun(
          [this, update = std::move(*frame.mutable_directory())] { OnDirectory(update); });
      break;
    case v1::HubFrame::kWelcome:
    case v1::HubFrame::kDraining:
    case v1::HubFrame::FRAME_NOT_SET:
      break;
  }
  if (!accepted) Log(Severity::kWarning, "answering.overloaded");
}

void HubLinks::OnQuestion(std::shared_ptr<const v1::QuestionFrame> frame, int64_t receipt_ms,
                          const WeakStream& stream) {
  const auto newest = book_.Newest();
  const auto named = Answerer::DirectoryVersionOf(*frame);
  const int64_t now_ms = clock_.MonotonicMs();
  if (named.ok() && newest != nullptr && *named > newest->version() &&
      now_ms < receipt_ms + kDirectoryGraceMs) {
    timer_.At(now_ms + kDirectoryPollMs, [this, frame, receipt_ms, stream] {
      static_cast<void>(workers_.TryRun(
          [this, frame, receipt_ms, stream] { OnQuestion(frame, receipt_ms, stream); }));
    });
    return;
  }
  auto reply = answerer_.OnQuestion(*frame, receipt_ms);
  if (!reply.ok()) {
    Log(Severity::kInfo, "question.refused", {{"code", reply.status().code()}});
    return;
  }
  v1::NodeFrame out;
  out.mutable_claim()->set_qid(std::move(reply->qid));
  out.mutable_claim()->set_claim(std::move(reply->bytes));
  Release(stream, reply->release_monotonic_ms, std::move(out));
}

void HubLinks::OnReveal(const v1::RevealFrame& frame, int64_t receipt_ms,
                        const WeakStream& stream) {
  auto reply = answerer_.OnReveal(frame, receipt_ms);
  if (!reply.ok()) {
    Log(Severity::kInfo, "reveal.refused", {{"code", reply.status().code()}});
    return;
  }
  v1::NodeFrame out;
  out.mutable_answer()->set_qid(std::move(reply->qid));
  out.mutable_answer()->set_answer(std::move(reply->bytes));
  Release(stream, reply->release_monotonic_ms, std::move(out));
}

void HubLinks::OnDirectory(const v1::DirectoryUpdate& update) {
  const absl::Status status = book_.OfferUpdate(update, clock_.NowMs());
  const auto newest = book_.Newest();
  Log(status.ok() ? Severity::kInfo : Severity::kWarning, "directory.offered",
      {{"code", status.code()}, {"version", newest == nullptr ? uint64_t{0} : newest->version()}});
}

void HubLinks::Release(const WeakStream& stream, int64_t release_ms, v1::NodeFrame frame) {
  auto shared = std::make_shared<v1::NodeFrame>(std::move(frame));
  timer_.At(release_ms, [stream, shared] {
    if (const auto open = stream.lock()) static_cast<void>(open->Send(std::move(*shared)));
  });
}

}  // namespace signpost::node
