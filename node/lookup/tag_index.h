// The index that finds records by tag: for each live epoch the hints of every
// record, and flat tables of the tags that those hints make in the previous, the
// current and the next slot (proto/PROTOCOL.md section 5).
//
// A question is looked up in the one table of its own slot; a lookup reads one
// or two cache lines, whether or not something is found. A table keeps 32 bits
// of each tag and recomputes the whole tag from the hint on a hit: eight bytes
// an entry instead of twenty, and no false hit.
//
// Ask-only tags are never given to it. Equal hints (siblings, a shared weak key)
// share one entry, so that many records under one key cost no long probe chains.
//
// Thread safety: HintSet and SlotTable are immutable; TagIndex may be used from
// any thread, and builds tables outside its lock.
// Security: hints recognise questions about their child and are wiped when the
// last holder of a set lets go.
#ifndef SIGNPOST_NODE_LOOKUP_TAG_INDEX_H_
#define SIGNPOST_NODE_LOOKUP_TAG_INDEX_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/crypto/match_key.h"

namespace signpost::node {

using Hint = std::array<unsigned char, 32>;

// Where a tag comes from, as Store::ForEachHint names it.
struct TagRef {
  int64_t child = 0;     // store's row id
  int64_t revision = 0;  // of the record that the tag was derived from
  uint16_t ordinal = 0;  // of the tag in the record's array
  uint8_t key_type = 0;

  bool operator==(const TagRef&) const = default;
};

// One enrolled tag of one record.
struct HintEntry {
  Hint hint{};
  TagRef ref;
};

// Every indexed hint of one epoch, sorted; 39 bytes each and 16 a record.
class HintSet {
 public:
  // Takes the entries in any order.
  static std::shared_ptr<const HintSet> Build(std::vector<HintEntry> entries);
  // A copy without the tags of `gone` (children removed or changed) and with `added`.
  static std::shared_ptr<const HintSet> Merge(const HintSet& base, const std::vector<int64_t>& gone,
                                              std::vector<HintEntry> added);
  ~HintSet();
  HintSet(const HintSet&) = delete;
  HintSet& operator=(const HintSet&) = delete;

  size_t size() const { return hints_.size(); }
  const Hint& hint(size_t index) const { return hints_[index]; }
  TagRef ref(size_t index) const;
  size_t MemoryBytes() const;

 private:
  struct Record {
    int64_t child;
    int64_t revision;
  };
  HintSet() = default;

  std::vector<Hint> hints_;
  std::vector<uint32_t> record_of_;
  std::vector<uint16_t> ordinal_;
  std::vector<uint8_t> key_type_;
  std::vector<Record> records_;
};

// The tags of one slot. Build with BuildSlotTable().
class SlotTable {
 public:
  // Appends to `hits` every tag of a record that equals `tag`, until it holds `limit`.
  void Find(const Tag& tag, size_t limit, std::vector<TagRef>& hits) const;
  int64_t slot() const { return slot_; }
  size_t tags() const { return tags_; }  // distinct ones
  size_t MemoryBytes() const;

 private:
  friend std::shared_ptr<const SlotTable> BuildSlotTable(std::shared_ptr<const HintSet> hints,
                                                         int64_t slot);
  struct Cell {
    uint32_t fingerprint = 0;
    uint32_t index_plus_one = 0;  // of the first of equal hints; 0: empty
  };

  std::shared_ptr<const HintSet> hints_;
  int64_t slot_ = 0;
  size_t tags_ = 0;
  std::vector<Cell> cells_;
};

// 0.4 us a hint: off the answering path.
std::shared_ptr<const SlotTable> BuildSlotTable(std::shared_ptr<const HintSet> hints, int64_t slot);

// One epoch as it stood at one moment, for one slot.
struct EpochView {
  std::shared_ptr<const SlotTable> table;  // null: not enrolled, or not one of the three slots
  bool ready = false;                      // its records are enrolled: "not found" means "not held"
  int64_t watermark_ms = 0;                // rounded down to the slot, never after now
  int64_t oldest_waiting_ms = 0;           // 0: none waits

  // A record has waited for its tags for 24 hours.
  bool Behind(int64_t now_ms) const;
};

class TagIndex {
 public:
  // Takes a new set for `epoch` with the moment up to which records are in it, and builds the
  // tables of the slots around `now_slot`. The old tables answer until the new ones are ready.
  // `ready`: the caller, who knows how many records there are, finds enough of them enrolled; an
  // epoch that is not ready answers no question, since its "nothing" would be untrue. All of it
  // takes effect at once.
  void SetHints(uint32_t epoch, std::shared_ptr<const HintSet> hints, int64_t watermark_ms,
                int64_t now_slot, bool ready = true, int64_t oldest_waiting_ms = 0);
  // The same judgement without new hints. Nothing happens for an unknown epoch.
  void SetReady(uint32_t epoch, bool ready);
  // Builds what the slots around `now_slot` lack and lets older tables go. Call it once a slot at
  // RotationMoment(), and at start.
  void Advance(int64_t now_slot);
  // Forgets a retired epoch: its hints and tables.
  void DropEpoch(uint32_t epoch);
  // No record has changed since: moves the watermark without new hints. Never back.
  void RaiseWatermark(uint32_t epoch, int64_t watermark_ms);
  // When the record that waits longest for its tags was changed; 0: none waits.
  void SetOldestWaiting(uint32_t epoch, int64_t changed_ms);

  // Null when the epoch is not enrolled or the slot is not one of the three.
  std::shared_ptr<const SlotTable> Table(uint32_t epoch, int64_t slot) const;
  // Everything a question needs, read at once.
  EpochView View(uint32_t epoch, int64_t slot, int64_t now_ms) const;
  // False for an unknown epoch.
  bool Ready(uint32_t epoch) const;
  // Rounded down to the slot; 0 for an unknown epoch. Never after `now_ms`: a clock that once ran
  // ahead must not vouch for records that do not exist yet.
  int64_t WatermarkMs(uint32_t epoch, int64_t now_ms = INT64_MAX) const;
  std::shared_ptr<const HintSet> Hints(uint32_t epoch) const;
  int64_t OldestWaitingMs(uint32_t epoch) const;
  std::vector<uint32_t> Epochs() const;
  size_t Tags() const;  // of every epoch together
  size_t MemoryBytes() const;

 private:
  struct EpochIndex {
    std::shared_ptr<const HintSet> hints;
    int64_t watermark_ms = 0;
    int64_t oldest_waiting_ms = 0;
    bool ready = false;
    std::map<int64_t, std::shared_ptr<const SlotTable>> tables;
  };

  Mutex build_mutex_;  // one build at a time; taken before mutex_
  mutable Mutex mutex_;
  std::map<uint32_t, EpochIndex> epochs_ ABSL_GUARDED_BY(mutex_);
};

// Milliseconds after the start of `slot` at which this member builds the next slot's tables:
// spread over the slot by a hash of the code, so that the country does not build at once.
int64_t RotationMoment(std::string_view member_code, int64_t slot);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_TAG_INDEX_H_
