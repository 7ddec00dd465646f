#include <sodium.h>

#include <array>
#include <cstdio>

#include "node/matching/match_keys.h"
#include "node/store/column_key.h"
#include "node/store/sqlite_store.h"
#include "proto/limits.h"
#include "tests/bench/bench_federation.h"

namespace signpost::bench {
namespace {

constexpr size_t kChunkBytes = 200 * 1024;
constexpr size_t kFillBatch = 1000;

// Ten digits of the test range 999 whose check digit (modulus 11) exists.
std::string NhsNumber(uint32_t number) {
  for (uint32_t middle = number;; middle += 500'009) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "999%06u", middle % 1'000'000);
    int sum = 0;
    for (int i = 0; i < 9; ++i) sum += (digits[i] - '0') * (10 - i);
    const int check = 11 - sum % 11;
    if (check != 10) return std::string(digits) + static_cast<char>('0' + check % 11);
  }
}

// Three to nine letters that look like a name, different for different numbers.
std::string NameOf(uint32_t number) {
  static constexpr std::array<const char*, 20> kSyllables = {
      "ba", "den", "fi",  "gor", "hal", "jin", "kel", "lor", "mi", "nar",
      "o",  "pel", "qua", "ris", "sol", "tam", "ul",  "ven", "wi", "zeb"};
  std::string name;
  for (int i = 0; i < 4; ++i, number /= 20) name += kSyllables[number % 20];
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

v1::ChildDetails FilledDetails(uint32_t number) {
  v1::ChildDetails details;
  v1::PersonName* name = details.add_names();
  name->set_kind(v1::PersonName::CURRENT);
  name->set_given(NameOf(number));
  name->set_family(NameOf(number * 7919));
  details.set_date_of_birth("2014-05-06");
  details.set_date_quality(v1::EXACT);
  return details;
}

void FillTags(node::Store& store, int64_t first_id, size_t count, int tags, uint32_t epochs,
              Random& random) {
  for (uint32_t epoch = 1; epoch <= epochs; ++epoch) {
    std::vector<node::TagSet> sets(count);
    for (size_t i = 0; i < count; ++i) {
      sets[i].child_id = first_id + static_cast<int64_t>(i);
      sets[i].revision = 1;
      for (int tag = 0; tag < tags; ++tag) {
        node::StoredTag& stored = sets[i].tags.emplace_back();
        stored.key_type = static_cast<uint8_t>(1 + tag % 12);
        stored.key_digest = random.Bytes(node::kKeyDigestSize);
        stored.hint = random.Bytes(node::kHintSize);
        stored.poss = random.SecretBytes(node::kPossSize);
      }
    }
    const auto stored = store.ReplaceTags(epoch, sets);
    Must(stored.status(), "tags");
    Must(*stored == count, "tags: a child was not found");
  }
}

}  // namespace

std::string ChildHeader() {
  return "case_reference,given_name,family_name,former_family_names,date_of_birth,sex,house,street,"
         "town,postcode,nhs_number\n";
}

std::string ChildRow(const std::string& case_reference, uint32_t number) {
  char date[16];
  std::snprintf(date, sizeof date, "%04u-%02u-%02u", 2008 + number % 16, 1 + number / 16 % 12,
                1 + number / 192 % 28);
  char rest[96];
  std::snprintf(rest, sizeof rest, ",%c,%u,Long Acre,Leeds,LS%u %uA%c,", "FM"[number % 2],
                1 + number % 180, 1 + number % 28, number % 9 + 1, "BDEFGHJLNP"[number / 9 % 10]);
  return case_reference + "," + NameOf(number * 31 + 5) + "," + NameOf(number) + "," +
         NameOf(number + 77) + "," + date + rest + NhsNumber(number) + "\n";
}

std::string ChildChunk(uint32_t& next, uint32_t end) {
  std::string csv = ChildHeader();
  while (next < end) {
    const std::string row = ChildRow("case-" + std::to_string(next), next);
    if (csv.size() + row.size() > kChunkBytes) break;
    csv += row;
    ++next;
  }
  return csv;
}

void FillStore(const v1::NodeConfig& config, uint32_t children, int tags, uint32_t epochs) {
  SystemRandom random;
  SystemClock clock;
  auto key = node::ReadColumnKey(config.column_key(), config.database());
  Must(key.status(), "column key");
  auto store = node::OpenSqliteStore({config.database(), *std::move(key)}, random);
  Must(store.status(), "store");
  for (uint32_t done = 0; done < children;) {
    const uint32_t count = std::min<uint32_t>(kFillBatch, children - done);
    std::vector<node::ChildWrite> writes(count);
    for (uint32_t i = 0; i < count; ++i) {
      writes[i].case_reference = "filled-" + std::to_string(done + i);
      writes[i].details = FilledDetails(done + i);
    }
    Must((*store)->UpsertChildren(writes, clock.NowMs(), {}).status(), "children");
    const auto first = (*store)->GetChildByCase(writes.front().case_reference);
    Must(first.status(), "first child");
    FillTags(**store, first->id, count, tags, epochs, random);
    done += count;
  }
}

}  // namespace signpost::bench
