// What a node says of itself: to its own people, to the hub, to a health check.
#include <algorithm>

#include "node/service/node_parts.h"
#include "proto/base/bytes.h"

namespace signpost::node {

v1::NodeHealth Node::Parts::Health() const {
  const int64_t now_ms = clock.NowMs();
  v1::NodeHealth health;
  const auto newest = book->Newest();
  if (newest != nullptr) health.set_directory_version(newest->version());
  health.set_certificate_not_after_ms(certificate_not_after_ms);
  for (const Enrolment::EpochStatus& epoch : enrolment.Status()) {
    if (epoch.enrolled != epoch.records) continue;
    health.set_enrolled_epoch(epoch.epoch);
    health.set_index_watermark_ms(index.WatermarkMs(epoch.epoch, now_ms));
  }
  health.set_clock_ms(now_ms);
  return health;
}

v1::Hello Node::Parts::Hello() const {
  v1::Hello hello;
  hello.set_software_version(version);
  *hello.mutable_health() = Health();
  return hello;
}

bool Node::Parts::Healthy() const {
  const int64_t now_ms = clock.NowMs();
  const DirectorySnapshot snapshot = book->Snapshot(now_ms);
  return snapshot.directory != nullptr &&
         DisclosureTable::Of(snapshot.directory->message().policy()).known() &&
         certificate_not_after_ms > now_ms && answerer.audit_writable() && !answerer.held();
}

v1::NodeStatus Node::Parts::Status() {
  const int64_t now_ms = clock.NowMs();
  v1::NodeStatus status;
  status.set_authority_code(config.authority());
  status.set_software_version(version);
  status.set_clock_ms(now_ms);
  status.set_certificate_not_after_ms(certificate_not_after_ms);
  if (const auto newest = book->Newest()) {
    status.set_directory_version(newest->version());
    status.set_directory_not_after_ms(newest->message().not_after_ms());
    const v1::Member* own = newest->FindMember(config.authority());
    if (own != nullptr) status.set_authority_name(own->name());
    const v1::Epoch* epoch = newest->AskingEpoch(now_ms);
    if (epoch != nullptr) status.set_asking_epoch(epoch->epoch());
  }
  status.set_suspended(book->Admit(config.authority(), now_ms).admission == Admission::kSuspended);
  AddLinks(status);
  status.set_children(store->CountChildren().value_or(0));
  status.set_index_tags(index.Tags());
  AddEnrolment(status, now_ms);
  status.set_audit_checkpoint_ms(store->CurrentCheckpoint().cut_ms);
  const auto backup = store->GetMeta("backup.last_success_ms");
  if (backup.ok() && *backup) {
    ByteReader reader(**backup);
    status.set_backup_last_success_ms(static_cast<int64_t>(reader.Int(8).value_or(0)));
  }
  status.set_shields_unconfirmed(store->ShieldsUnconfirmed());
  status.set_upkeep_last_ms(upkeep.LastMs());
  return status;
}

void Node::Parts::AddLinks(v1::NodeStatus& status) const {
  if (links != nullptr) {
    const HubLinks::State hub = links->state();
    status.set_hub_connected(hub.connected);
    status.set_hub_refusal(hub.refusal);
    status.set_hub_clock_offset_ms(hub.clock_offset_ms);
  }
  for (const CustodianClient::Seen& seen : custodians.LastSeen()) {
    v1::CustodianStatus* custodian = status.add_custodians();
    custodian->set_name(seen.name);
    custodian->set_reachable(seen.reachable);
    custodian->set_last_error(seen.last_error);
  }
}

void Node::Parts::AddEnrolment(v1::NodeStatus& status, int64_t now_ms) const {
  const auto newest = book->Newest();
  if (newest == nullptr) return;
  for (const v1::Epoch* epoch : newest->LiveEpochs(now_ms)) {
    const auto count = store->CountEnrolment(epoch->epoch());
    if (!count.ok()) continue;
    v1::EnrolmentStatus* enrolled = status.add_enrolment();
    enrolled->set_epoch(epoch->epoch());
    enrolled->set_enrolled(count->enrolled);
    enrolled->set_records(count->records);
    if (epoch->epoch() == status.asking_epoch()) {
      status.set_waiting_for_enrolment(count->records - std::min(count->records, count->enrolled));
    }
  }
}

}  // namespace signpost::node
