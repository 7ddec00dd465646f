#include "hub/service/directory_service.h"

#include <memory>
#include <utility>

#include "hub/service/endings.h"
#include "proto/limits.h"
#include "proto/transport/errors.h"

namespace signpost::hub {
namespace {

// Two directories of the largest size: one being written, one behind it.
constexpr size_t kWatchBytes = 2 * (kMaxDirectoryBytes + kMaxMessageBytes);

absl::StatusOr<Peer> Reader(const grpc::CallbackServerContext& context, const Callers& callers) {
  SIGNPOST_ASSIGN_OR_RETURN(Peer peer, callers.PeerOf(context));
  SIGNPOST_RETURN_IF_ERROR(AdmitReader(peer, callers.book()));
  return peer;
}

class WatchStream final : public grpc::ServerWriteReactor<v1::DirectoryUpdate>,
                          public LineWriter<v1::DirectoryUpdate> {
 public:
  WatchStream(Herald& herald, const Callers& callers, grpc::CallbackServerContext* context,
              uint64_t have_version)
      : herald_(herald),
        context_(context),
        line_(std::make_shared<WatchLine>(*this, kWatchBytes, 0)) {
    absl::StatusOr<Peer> peer = Reader(*context, callers);
    if (!peer.ok()) {
      refusal_ = peer.status();
      End();
      return;
    }
    herald_.AddWatcher(line_, *std::move(peer), have_version);
  }

  void BeginWrite(const v1::DirectoryUpdate& update) override { StartWrite(&update); }
  void BeginFinish(Ending ending) override {
    Finish(ToGrpc(!refusal_.ok() ? refusal_ : StatusOf(ending)));
  }
  void Cancel() override { context_->TryCancel(); }

  void OnWriteDone(bool ok) override {
    const std::shared_ptr<WatchLine> line = line_;
    line->OnWriteDone(ok);
  }
  void OnCancel() override { End(); }
  void OnDone() override {
    herald_.RemoveWatcher(line_);
    line_->Detach();
    delete this;
  }

 private:
  void End() {
    const std::shared_ptr<WatchLine> line = line_;
    line->Close(Ending::kGone, false);
    line->Pump();
  }

  Herald& herald_;
  grpc::CallbackServerContext* const context_;
  absl::Status refusal_;
  const std::shared_ptr<WatchLine> line_;
};

}  // namespace

grpc::ServerUnaryReactor* DirectoryService::GetDirectory(grpc::CallbackServerContext* context,
                                                         const v1::GetDirectoryRequest* request,
                                                         v1::DirectoryUpdate* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  absl::Status status = CallBudgetMs(*context).status();
  if (status.ok()) status = Reader(*context, callers_).status();
  if (status.ok()) *response = herald_.Current(request->have_version());
  reactor->Finish(ToGrpc(status));
  return reactor;
}

grpc::ServerWriteReactor<v1::DirectoryUpdate>* DirectoryService::WatchDirectory(
    grpc::CallbackServerContext* context, const v1::GetDirectoryRequest* request) {
  return new WatchStream(herald_, callers_, context, request->have_version());
}

}  // namespace signpost::hub
