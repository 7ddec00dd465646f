#include "node/service/desk_writer.h"

#include "proto/base/log.h"

namespace signpost::node {

DeskWriter::DeskWriter(DeskAlerts& alerts, DeskBell& bell) : alerts_(alerts), bell_(bell) {
  alerts_.SetWake([this] { Wake(); });
  thread_ = std::thread([this] { Run(); });
}

DeskWriter::~DeskWriter() { Stop(); }

void DeskWriter::Wake() {
  {
    const MutexLock lock(mutex_);
    woken_ = true;
  }
  wake_.NotifyOne();
}

void DeskWriter::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyOne();
  if (thread_.joinable()) thread_.join();
}

void DeskWriter::Run() {
  for (;;) {
    bool last = false;
    {
      const MutexLock lock(mutex_);
      while (!woken_ && !stopping_) wake_.Wait(mutex_);
      woken_ = false;
      last = stopping_;
    }
    Write();
    if (last) return;
  }
}

void DeskWriter::Write() {
  const bool news = alerts_.pending() > 0;
  const absl::Status written = alerts_.Flush();
  if (!written.ok() && !failing_) {
    Log(Severity::kError, "desk.unwritable", {{"code", written.code()}});
  }
  failing_ = !written.ok();
  if (news) bell_.Ring();
}

}  // namespace signpost::node
