#include "node/store/sealer.h"

#include "proto/base/bytes.h"
#include "proto/crypto/aead.h"
#include "proto/crypto/kdf.h"

namespace signpost::node {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kLabel = "signpost/v1/column";

struct Place {
  std::string_view table;
  std::string_view column;
};

constexpr Place kPlaces[kColumns] = {
    {"meta", "value"},
    {"children", "case_reference"},
    {"children", "details"},
    {"children", "extras"},
    {"children", "shield"},
    {"involvements", "reference"},
    {"involvements", "involvement"},
    {"tag_sets", "hints"},
    {"tag_sets", "poss"},
    {"audit", "row"},
    {"audit_head", "hash"},
    {"audit_checkpoints", "salt"},
    {"children", "withholding"},
    {"child_history", "version"},
    {"duplicate_pairs", "pair"},
    {"desk_items", "item"},
    {"desk_journal", "row"},
    {"desk_journal_head", "hash"},
    {"users", "record"},
    {"signposts", "record"},
    {"signpost_words", "record"},
    {"shields", "header"},
    {"shields", "entry"},
};

constexpr Place kIndexPlaces[kIndexes] = {
    {"children", "case_index"},      {"involvements", "reference_index"},
    {"tag_sets", "key_digest"},      {"blocking", "digest"},
    {"destroyed", "case_index"},     {"desk_items", "case_index"},
    {"desk_items", "alert_index"},   {"users", "user_index"},
    {"signposts", "signpost_index"}, {"signposts", "case_index"},
    {"signposts", "actor_index"},
};

Secret Subkey(const Secret& column_key, const Place& place) {
  std::string info(kLabel);
  info.append("\0"sv).append(place.table).append("\0"sv).append(place.column);
  return HkdfExpand(column_key, info, kAeadKeySize);
}

void AppendShort(std::string& out, std::string_view piece) {
  AppendInt(out, 1, piece.size());
  out.append(piece);
}

std::string AssociatedData(const Place& place, std::string_view row) {
  std::string out(kLabel);
  AppendShort(out, place.table);
  AppendShort(out, place.column);
  AppendShort(out, row);
  return out;
}

}  // namespace

absl::StatusOr<Sealer> Sealer::Create(const Secret& column_key, Random& random) {
  if (column_key.size() != kColumnKeySize) {
    return absl::InvalidArgumentError("the column key is not 32 bytes");
  }
  Sealer sealer(random);
  for (size_t i = 0; i < kColumns; ++i) sealer.column_keys_[i] = Subkey(column_key, kPlaces[i]);
  for (size_t i = 0; i < kIndexes; ++i) sealer.index_keys_[i] = Subkey(column_key, kIndexPlaces[i]);
  return sealer;
}

absl::StatusOr<std::string> Sealer::Seal(Column column, std::string_view row,
                                         std::string_view value) const {
  const auto at = static_cast<size_t>(column);
  std::string sealed = random_->Bytes(kAeadNonceSize);
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::string ciphertext,
      SealWithNonce(column_keys_[at], sealed, AssociatedData(kPlaces[at], row), value));
  sealed.append(ciphertext);
  return sealed;
}

absl::StatusOr<Secret> Sealer::Open(Column column, std::string_view row,
                                    std::string_view sealed) const {
  const auto at = static_cast<size_t>(column);
  if (sealed.size() >= kAeadNonceSize) {
    auto opened = OpenWithNonce(column_keys_[at], sealed.substr(0, kAeadNonceSize),
                                AssociatedData(kPlaces[at], row), sealed.substr(kAeadNonceSize));
    if (opened.ok()) return opened;
  }
  return absl::DataLossError(
      absl::StrCat("a sealed column does not open: ", ToAbsl(kPlaces[at].table), ".",
                   ToAbsl(kPlaces[at].column)));
}

std::string Sealer::Digest(Index index, std::string_view value) const {
  std::string digest = LongDigest(index, value);
  digest.resize(kIndexSize);
  return digest;
}

std::string Sealer::LongDigest(Index index, std::string_view value) const {
  return HmacSha256(index_keys_[static_cast<size_t>(index)], value);
}

std::string RowName(int64_t id) { return IntBytes(8, static_cast<uint64_t>(id)); }

}  // namespace signpost::node
