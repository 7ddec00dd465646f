// The desk's queue: alerts are committed off the answering path, counted, retried
// and never lost without a trace.
#include "node/lookup/desk_alerts.h"

#include <atomic>
#include <thread>

#include "tests/unit/lookup/fixture.h"

namespace signpost::node {
namespace {

v1::DeskItem Alert(std::string_view person, std::string_view case_reference = "case-1") {
  v1::Intro intro;
  intro.set_member("E09000001");
  intro.set_person(std::string(person));
  return AlertOf(v1::ALERT_SHIELDED, intro, case_reference, KeyTypeBit(KeyType::kNhsNumber), 4,
                 kStart);
}

SeenEntry Seen(char id) { return {SeenKind::kQuestion, std::string(32, id), kStart + 1000}; }

struct Queue {
  explicit Queue(size_t capacity = 8) : alerts(store, clock, capacity) {}
  uint32_t Times() const {
    uint32_t times = 0;
    for (const v1::DeskItem& item : store.desk) times += item.times();
    return times;
  }
  FakeStore store;
  ManualClock clock{kStart};
  DeskAlerts alerts;
};

TEST_CASE("Raising an alert writes nothing and wakes whoever flushes") {
  Queue queue;
  int woken = 0;
  queue.alerts.SetWake([&] { ++woken; });
  queue.alerts.Raise(Alert("A"), Seen('a'));
  queue.alerts.Touch(7);
  queue.alerts.Raise(DeskAlert{});
  CHECK(woken == 2);
  CHECK(queue.store.commits == 0);
  CHECK(queue.alerts.pending() == 1);
  CHECK(queue.alerts.Flush().ok());
  CHECK(queue.alerts.pending() == 0);
  REQUIRE(queue.store.desk.size() == 1);
  CHECK(queue.store.seen_ids.contains(std::string(32, 'a')));
  CHECK(queue.store.touches[7] == 1);
  CHECK(queue.store.audit.empty());
  CHECK(queue.alerts.Flush().ok());
  CHECK(queue.store.desk.size() == 1);
}

TEST_CASE("Alike alerts that wait are counted and others stand by themselves") {
  Queue queue;
  queue.alerts.Raise(Alert("A"), Seen('a'));
  queue.alerts.Raise(Alert("A"), Seen('b'));
  queue.alerts.Raise(Alert("B"), Seen('c'));
  queue.alerts.Raise(Alert("A", "case-2"), Seen('d'));
  CHECK(queue.alerts.pending() == 3);
  CHECK(queue.alerts.Flush().ok());
  REQUIRE(queue.store.desk.size() == 3);
  CHECK(queue.store.desk[0].times() == 2);
  CHECK(queue.store.seen_ids.size() == 4);
}

TEST_CASE("An alert that could not be written stays and is written when the store works again") {
  Queue queue;
  queue.store.audit_broken = true;
  queue.alerts.Raise(Alert("A"), Seen('a'));
  queue.alerts.Touch(7);
  CHECK(absl::IsUnavailable(queue.alerts.Flush()));
  CHECK(absl::IsUnavailable(queue.alerts.Flush()));
  CHECK(queue.alerts.pending() == 1);
  queue.alerts.Raise(Alert("A"), Seen('b'));
  queue.store.audit_broken = false;
  CHECK(queue.alerts.Flush().ok());
  REQUIRE(queue.store.desk.size() == 1);
  CHECK(queue.store.desk[0].times() == 2);
  CHECK(queue.store.touches[7] == 1);
}

TEST_CASE("A full queue counts further persons with the oldest alert about the same child") {
  Queue queue(2);
  queue.store.audit_broken = true;
  queue.alerts.Raise(Alert("A"), Seen('a'));
  queue.alerts.Raise(Alert("B"), Seen('b'));
  for (char id = 'c'; id < 'z'; ++id) queue.alerts.Raise(Alert(std::string(1, id)), Seen(id));
  CHECK(queue.alerts.pending() == 2);
  // A child of whom none waits is never counted under another child's name.
  queue.alerts.Raise(Alert("A", "case-2"), Seen('z'));
  CHECK(queue.alerts.pending() == 3);
  queue.store.audit_broken = false;
  CHECK(queue.alerts.Flush().ok());
  CHECK(queue.Times() == 26);
  CHECK(queue.store.desk.back().case_reference() == "case-2");
  CHECK(queue.store.desk.back().times() == 1);
}

TEST_CASE("Of counted questions those that were alerted before a restart are not counted again") {
  Queue queue;
  queue.store.seen_ids.insert(std::string(32, 'b'));
  for (const char id : {'a', 'b', 'c'}) queue.alerts.Raise(Alert("A"), Seen(id));
  CHECK(queue.alerts.Flush().ok());
  CHECK(queue.alerts.pending() == 0);
  CHECK(queue.Times() == 2);
  queue.alerts.Raise(Alert("A"), Seen('a'));
  CHECK(queue.alerts.Flush().ok());
  CHECK(queue.Times() == 2);
}

TEST_CASE("What the store will not take waits behind the others and does not hold them up") {
  Queue queue;
  queue.store.refused_reason = "BAD";
  v1::DeskItem bad = Alert("A");
  bad.set_reason("BAD");
  queue.alerts.Raise(bad, Seen('a'));
  queue.alerts.Raise(Alert("B"), Seen('b'));
  CHECK(absl::IsInvalidArgument(queue.alerts.Flush()));
  CHECK(queue.store.desk.size() == 1);
  CHECK(queue.alerts.pending() == 1);
}

TEST_CASE("A question's alerts go together or not at all") {
  Queue queue;
  DeskAlert both;
  both.items = {Alert("A"), Alert("A", "case-2")};
  both.seen = Seen('a');
  queue.alerts.Raise(both);
  CHECK(queue.alerts.pending() == 1);
  CHECK(queue.alerts.Flush().ok());
  CHECK(queue.store.desk.size() == 2);
  queue.alerts.Raise(both);
  CHECK(queue.alerts.Flush().ok());
  CHECK(queue.store.desk.size() == 2);
}

TEST_CASE("Alike rows about askers who may not are one row while they wait") {
  Queue queue;
  for (const char id : {'a', 'b'}) {
    DeskAlert alarm;
    alarm.rows.emplace_back().set_kind(v1::AuditRow::BAD_SIGNATURE);
    alarm.rows.back().set_note("BAD_INTRO");
    alarm.seen = Seen(id);
    queue.alerts.Raise(std::move(alarm));
  }
  CHECK(queue.alerts.Flush().ok());
  CHECK(queue.store.audit.size() == 1);
  CHECK(queue.store.seen_ids.size() == 2);
}

TEST_CASE("Raising from several threads while another flushes loses and doubles nothing") {
  // The store of this test is called by the one flushing thread alone.
  Queue queue;
  std::atomic<bool> done{false};
  std::thread flusher([&] {
    while (!done) static_cast<void>(queue.alerts.Flush());
  });
  std::vector<std::thread> raisers;
  for (int t = 0; t < 3; ++t) {
    raisers.emplace_back([&queue, t] {
      for (int i = 0; i < 200; ++i) {
        const std::string id = std::to_string(t * 1000 + i);
        queue.alerts.Raise(Alert(std::to_string(i % 5)),
                           SeenEntry{SeenKind::kQuestion, id + std::string(28, 'x'), kStart + 1});
        queue.alerts.Touch(t);
      }
    });
  }
  for (std::thread& raiser : raisers) raiser.join();
  done = true;
  flusher.join();
  CHECK(queue.alerts.Flush().ok());
  CHECK(queue.Times() == 600);
  CHECK(queue.store.seen_ids.size() == 600);
  CHECK(queue.store.touches[1] == 200);
}

}  // namespace
}  // namespace signpost::node
