#include "node/lookup/tag_index.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

uint64_t LoadWord(const unsigned char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

std::string_view AsText(const Hint& hint) {
  return {reinterpret_cast<const char*>(hint.data()), hint.size()};
}

// Maps uniform bits onto [0, cells), cells < 2^32, without a division (Lemire 2016).
size_t HomeCell(uint64_t bits, size_t cells) { return ((bits >> 32) * cells) >> 32; }

int64_t DownToSlot(int64_t ms) { return ms / kSlotMs * kSlotMs; }

int64_t FirstSlot(int64_t now_slot) { return std::max<int64_t>(now_slot, 1) - 1; }

}  // namespace

std::shared_ptr<const HintSet> HintSet::Build(std::vector<HintEntry> entries) {
  std::sort(entries.begin(), entries.end(), [](const HintEntry& a, const HintEntry& b) {
    if (a.hint != b.hint) return a.hint < b.hint;
    if (a.ref.child != b.ref.child) return a.ref.child < b.ref.child;
    return a.ref.ordinal < b.ref.ordinal;
  });
  std::vector<Record> records;
  for (const HintEntry& entry : entries) {
    records.push_back({entry.ref.child, entry.ref.revision});
  }
  const auto before = [](const Record& a, const Record& b) {
    return a.child != b.child ? a.child < b.child : a.revision < b.revision;
  };
  std::sort(records.begin(), records.end(), before);
  records.erase(std::unique(records.begin(), records.end(),
                            [](const Record& a, const Record& b) {
                              return a.child == b.child && a.revision == b.revision;
                            }),
                records.end());
  records.shrink_to_fit();

  std::shared_ptr<HintSet> set(new HintSet);
  set->hints_.reserve(entries.size());
  set->record_of_.reserve(entries.size());
  set->ordinal_.reserve(entries.size());
  set->key_type_.reserve(entries.size());
  for (const HintEntry& entry : entries) {
    const Record record{entry.ref.child, entry.ref.revision};
    const auto at = std::lower_bound(records.begin(), records.end(), record, before);
    set->hints_.push_back(entry.hint);
    set->record_of_.push_back(static_cast<uint32_t>(at - records.begin()));
    set->ordinal_.push_back(entry.ref.ordinal);
    set->key_type_.push_back(entry.ref.key_type);
  }
  set->records_ = std::move(records);
  for (HintEntry& entry : entries) sodium_memzero(entry.hint.data(), entry.hint.size());
  return set;
}

std::shared_ptr<const HintSet> HintSet::Merge(const HintSet& base, const std::vector<int64_t>& gone,
                                              std::vector<HintEntry> added) {
  std::vector<int64_t> without = gone;
  std::sort(without.begin(), without.end());
  added.reserve(added.size() + base.size());
  for (size_t i = 0; i < base.size(); ++i) {
    const TagRef ref = base.ref(i);
    if (std::binary_search(without.begin(), without.end(), ref.child)) continue;
    added.push_back({base.hint(i), ref});
  }
  return Build(std::move(added));
}

HintSet::~HintSet() { sodium_memzero(hints_.data(), hints_.size() * sizeof(Hint)); }

TagRef HintSet::ref(size_t index) const {
  const Record& record = records_[record_of_[index]];
  return {record.child, record.revision, ordinal_[index], key_type_[index]};
}

size_t HintSet::MemoryBytes() const {
  return hints_.capacity() * sizeof(Hint) + record_of_.capacity() * sizeof(uint32_t) +
         ordinal_.capacity() * sizeof(uint16_t) + key_type_.capacity() +
         records_.capacity() * sizeof(Record);
}

std::shared_ptr<const SlotTable> BuildSlotTable(std::shared_ptr<const HintSet> hints,
                                                int64_t slot) {
  auto table = std::make_shared<SlotTable>();
  table->slot_ = slot;
  const size_t count = hints->size();
  size_t distinct = 0;
  for (size_t i = 0; i < count; ++i) distinct += i == 0 || hints->hint(i) != hints->hint(i - 1);
  // A quarter of the cells stay empty, so that a probe ends after a step or two.
  table->cells_.resize(distinct + distinct / 3 + 1);
  for (size_t i = 0; i < count; ++i) {
    const Hint& hint = hints->hint(i);
    if (i > 0 && hint == hints->hint(i - 1)) continue;
    const auto tag = SlotTag(AsText(hint), slot);
    if (!tag.ok()) continue;
    size_t cell = HomeCell(LoadWord(tag->data()), table->cells_.size());
    while (table->cells_[cell].index_plus_one != 0) cell = (cell + 1) % table->cells_.size();
    table->cells_[cell].fingerprint = static_cast<uint32_t>(LoadWord(tag->data() + 8));
    table->cells_[cell].index_plus_one = static_cast<uint32_t>(i) + 1;
  }
  table->tags_ = distinct;
  table->hints_ = std::move(hints);
  return table;
}

void SlotTable::Find(const Tag& tag, size_t limit, std::vector<TagRef>& hits) const {
  const auto fingerprint = static_cast<uint32_t>(LoadWord(tag.data() + 8));
  size_t cell = HomeCell(LoadWord(tag.data()), cells_.size());
  for (; cells_[cell].index_plus_one != 0; cell = (cell + 1) % cells_.size()) {
    if (cells_[cell].fingerprint != fingerprint) continue;
    const size_t first = cells_[cell].index_plus_one - 1;
    const Hint& hint = hints_->hint(first);
    const auto whole = SlotTag(AsText(hint), slot_);
    if (!whole.ok() || *whole != tag) continue;
    for (size_t i = first; i < hints_->size() && hints_->hint(i) == hint; ++i) {
      if (hits.size() >= limit) return;
      hits.push_back(hints_->ref(i));
    }
    return;
  }
}

size_t SlotTable::MemoryBytes() const { return cells_.capacity() * sizeof(Cell); }

bool EpochView::Behind(int64_t now_ms) const {
  constexpr int64_t kBehindMs = 24 * 3'600'000;
  return oldest_waiting_ms != 0 && now_ms - oldest_waiting_ms >= kBehindMs;
}

void TagIndex::SetHints(uint32_t epoch, std::shared_ptr<const HintSet> hints, int64_t watermark_ms,
                        int64_t now_slot, bool ready, int64_t oldest_waiting_ms) {
  MutexLock building(build_mutex_);
  std::map<int64_t, std::shared_ptr<const SlotTable>> tables;
  for (int64_t slot = FirstSlot(now_slot); slot <= now_slot + 1; ++slot) {
    tables[slot] = BuildSlotTable(hints, slot);
  }
  MutexLock lock(mutex_);
  EpochIndex& index = epochs_[epoch];
  index.hints = std::move(hints);
  index.watermark_ms = std::max(index.watermark_ms, watermark_ms);
  index.oldest_waiting_ms = oldest_waiting_ms;
  index.ready = ready;
  index.tables = std::move(tables);
}

void TagIndex::SetReady(uint32_t epoch, bool ready) {
  MutexLock lock(mutex_);
  const auto found = epochs_.find(epoch);
  if (found != epochs_.end()) found->second.ready = ready;
}

void TagIndex::Advance(int64_t now_slot) {
  MutexLock building(build_mutex_);
  const int64_t first = FirstSlot(now_slot);
  for (const uint32_t epoch : Epochs()) {
    const std::shared_ptr<const HintSet> hints = Hints(epoch);
    if (hints == nullptr) continue;
    for (int64_t slot = first; slot <= now_slot + 1; ++slot) {
      if (Table(epoch, slot) != nullptr) continue;
      std::shared_ptr<const SlotTable> table = BuildSlotTable(hints, slot);
      MutexLock lock(mutex_);
      const auto found = epochs_.find(epoch);
      if (found != epochs_.end()) found->second.tables[slot] = std::move(table);
    }
    MutexLock lock(mutex_);
    const auto found = epochs_.find(epoch);
    if (found == epochs_.end()) continue;
    std::erase_if(found->second.tables, [&](const auto& entry) {
      return entry.first < first || entry.first > now_slot + 1;
    });
  }
}

void TagIndex::DropEpoch(uint32_t epoch) {
  MutexLock lock(mutex_);
  epochs_.erase(epoch);
}

void TagIndex::RaiseWatermark(uint32_t epoch, int64_t watermark_ms) {
  MutexLock lock(mutex_);
  const auto found = epochs_.find(epoch);
  if (found == epochs_.end()) return;
  found->second.watermark_ms = std::max(found->second.watermark_ms, watermark_ms);
}

void TagIndex::SetOldestWaiting(uint32_t epoch, int64_t changed_ms) {
  MutexLock lock(mutex_);
  const auto found = epochs_.find(epoch);
  if (found != epochs_.end()) found->second.oldest_waiting_ms = changed_ms;
}

std::shared_ptr<const SlotTable> TagIndex::Table(uint32_t epoch, int64_t slot) const {
  MutexLock lock(mutex_);
  const auto found = epochs_.find(epoch);
  if (found == epochs_.end()) return nullptr;
  const auto table = found->second.tables.find(slot);
  return table == found->second.tables.end() ? nullptr : table->second;
}

EpochView TagIndex::View(uint32_t epoch, int64_t slot, int64_t now_ms) const {
  MutexLock lock(mutex_);
  EpochView view;
  const auto found = epochs_.find(epoch);
  if (found == epochs_.end()) return view;
  const EpochIndex& index = found->second;
  const auto table = index.tables.find(slot);
  if (table != index.tables.end()) view.table = table->second;
  view.ready = index.ready;
  view.watermark_ms = DownToSlot(std::min(index.watermark_ms, now_ms));
  view.oldest_waiting_ms = index.oldest_waiting_ms;
  return view;
}

bool TagIndex::Ready(uint32_t epoch) const {
  MutexLock lock(mutex_);
  const auto found = epochs_.find(epoch);
  return found != epochs_.end() && found->second.ready;
}

int64_t TagIndex::WatermarkMs(uint32_t epoch, int64_t now_ms) const {
  MutexLock lock(mutex_);
  const auto found = epochs_.find(epoch);
  return found == epochs_.end() ? 0 : DownToSlot(std::min(found->second.watermark_ms, now_ms));
}

std::shared_ptr<const HintSet> TagIndex::Hints(uint32_t epoch) const {
  MutexLock lock(mutex_);
  const auto found = epochs_.find(epoch);
  return found == epochs_.end() ? nullptr : found->second.hints;
}

int64_t TagIndex::OldestWaitingMs(uint32_t epoch) const {
  MutexLock lock(mutex_);
  const auto found = epochs_.find(epoch);
  return found == epochs_.end() ? 0 : found->second.oldest_waiting_ms;
}

std::vector<uint32_t> TagIndex::Epochs() const {
  MutexLock lock(mutex_);
  std::vector<uint32_t> epochs;
  for (const auto& [epoch, index] : epochs_) epochs.push_back(epoch);
  return epochs;
}

size_t TagIndex::Tags() const {
  MutexLock lock(mutex_);
  size_t tags = 0;
  for (const auto& [epoch, index] : epochs_) tags += index.hints->size();
  return tags;
}

size_t TagIndex::MemoryBytes() const {
  MutexLock lock(mutex_);
  size_t bytes = 0;
  for (const auto& [epoch, index] : epochs_) {
    bytes += index.hints->MemoryBytes();
    for (const auto& [slot, table] : index.tables) bytes += table->MemoryBytes();
  }
  return bytes;
}

int64_t RotationMoment(std::string_view member_code, int64_t slot) {
  unsigned char hash[crypto_generichash_BYTES_MIN] = {};
  std::string input = "signpost/v1/rotation";
  AppendInt(input, 8, static_cast<uint64_t>(slot));
  input += member_code;
  crypto_generichash(hash, sizeof hash, AsUnsigned(input), input.size(), nullptr, 0);
  return static_cast<int64_t>(LoadWord(hash) % static_cast<uint64_t>(kSlotMs));
}

}  // namespace signpost::node
