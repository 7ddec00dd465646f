#include "proto/directory/directory_book.h"

#include <absl/container/flat_hash_set.h>
#include <sys/stat.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/log.h"
#include "proto/crypto/dsse.h"
#include "proto/crypto/kdf.h"
#include "proto/directory/identity.h"
#include "proto/directory/signed_document.h"
#include "proto/limits.h"

namespace signpost {
namespace {

constexpr int64_t kDayMs = 24 * 3'600'000;
constexpr int64_t kWarningDays = 14;
constexpr int64_t kIssuedAheadMs = 5 * 60'000;
constexpr size_t kMaxOrders = 4 * kMaxMembers;
constexpr size_t kMaxCacheBytes = kMaxDirectoryBytes + kMaxMessageBytes;
constexpr mode_t kCacheMode = 0644;  // signed and public inside the federation

std::string OrdersPath(const std::string& cache) { return cache + ".orders"; }
std::string ConflictPath(const std::string& cache) { return cache + ".conflict"; }

absl::Status CacheLost(const std::string& path) {
  return absl::DataLossError(
      absl::StrCat("CACHE_DAMAGED: ", path,
                   " cannot be read or its signatures do not hold; restore it from a backup, or "
                   "delete it and let the program fetch the directory again"));
}

absl::Status Unwritable(const absl::Status& cause) {
  return absl::UnavailableError(
      absl::StrCat("CACHE_UNWRITABLE: ", cause.message(),
                   "; free disk space or correct the folder's owner, then offer it again"));
}

absl::StatusOr<v1::SuspensionOrder> VerifyOrder(const v1::SignedDocument& document,
                                                const v1::Anchor& anchor) {
  if (document.payload_type() != kDsseSuspension) {
    return absl::InvalidArgumentError("WRONG_TYPE: this document is no suspension order");
  }
  if (document.payload().size() > kMaxMessageBytes) {
    return absl::InvalidArgumentError("MALFORMED: the order is far too large");
  }
  if (CountOfficerSignatures(document, anchor) < 1) {
    return absl::PermissionDeniedError(
        "TOO_FEW_SIGNATURES: no officer's signature holds on this order; sign it with an officer "
        "key that the anchor lists");
  }
  v1::SuspensionOrder order;
  if (!order.ParseFromString(document.payload())) {
    return absl::InvalidArgumentError("MALFORMED: the order does not parse; make it again");
  }
  if (!IsMemberCode(order.member()) || order.reason().size() > kMaxTextBytes ||
      order.issued_ms() <= 0 || order.expires_ms() <= order.issued_ms()) {
    return absl::InvalidArgumentError(
        "BAD_ORDER: member code, reason or times are malformed; make the order again");
  }
  if (order.expires_ms() - order.issued_ms() > kMaxSuspensionMs) {
    return absl::InvalidArgumentError(
        "TOO_LONG: an order by one officer lasts at most 24 hours; for longer, publish a directory "
        "in which the member is suspended");
  }
  return order;
}

absl::Status CheckOrderTimes(const v1::SuspensionOrder& order, int64_t now_ms) {
  if (order.issued_ms() > now_ms + kIssuedAheadMs) {
    return absl::FailedPreconditionError(
        "NOT_YET_ISSUED: the order was issued in the future; check both clocks");
  }
  if (now_ms >= order.expires_ms()) {
    return absl::FailedPreconditionError(
        "EXPIRED: the order has ended; sign a new one if the member must stay suspended");
  }
  return absl::OkStatus();
}

AdmissionResult Result(Admission admission, std::string_view reason) {
  return {admission, std::string(reason)};
}

}  // namespace

std::string_view AdmissionName(Admission admission) {
  switch (admission) {
    case Admission::kActive:
      return "ACTIVE";
    case Admission::kSuspended:
      return "SUSPENDED";
    case Admission::kMaintenance:
      return "MAINTENANCE";
    case Admission::kNotActive:
      return "NOT_ACTIVE";
    case Admission::kLeaving:
      return "LEAVING";
    case Admission::kNotMember:
      return "NOT_A_MEMBER";
    case Admission::kDirectoryExpired:
      return "DIRECTORY_EXPIRED";
    case Admission::kNoDirectory:
      return "NO_DIRECTORY";
  }
  return "NO_DIRECTORY";
}

AdmissionResult DirectorySnapshot::Admit(std::string_view code) const {
  if (directory == nullptr) {
    if (expired) return Result(Admission::kDirectoryExpired, "the directory has expired");
    return Result(Admission::kNoDirectory, "there is no directory yet");
  }
  const v1::Member* member = directory->FindMember(code);
  if (member == nullptr) return Result(Admission::kNotMember, "the directory does not list it");
  const auto order = suspended->find(std::string(code));
  switch (member->state()) {
    case v1::REVOKED:
      return Result(Admission::kLeaving, "its membership is revoked");
    case v1::RETIRED:
      return Result(Admission::kLeaving, "it has left");
    case v1::MEMBER_SUSPENDED:
      return Result(Admission::kSuspended, "suspended by the directory");
    case v1::INVITED:
    case v1::ENROLLED:
    case v1::APPROVED:
      return Result(Admission::kNotActive, "it is not active yet");
    case v1::ACTIVE:
    case v1::IN_MAINTENANCE:
      break;
    default:
      return Result(Admission::kNotActive, "its state is unknown");
  }
  if (order != suspended->end()) return Result(Admission::kSuspended, order->second);
  if (member->state() == v1::IN_MAINTENANCE) {
    return Result(Admission::kMaintenance, "it is in maintenance");
  }
  return Result(Admission::kActive, "");
}

absl::StatusOr<std::unique_ptr<DirectoryBook>> DirectoryBook::Open(Options options,
                                                                   int64_t now_ms) {
  SIGNPOST_RETURN_IF_ERROR(CheckAnchor(options.anchor));
  std::unique_ptr<DirectoryBook> book(new DirectoryBook(std::move(options)));
  MutexLock lock(book->mutex_);
  if (!book->options_.cache_path.empty()) {
    SIGNPOST_RETURN_IF_ERROR(book->LoadDirectory());
    SIGNPOST_RETURN_IF_ERROR(book->LoadOrders());
    book->conflict_ = FileExists(ConflictPath(book->options_.cache_path));
    if (book->conflict_) {
      Log(Severity::kError, "directory_conflict_kept",
          {{"path", LogPath{ConflictPath(book->options_.cache_path)}}});
    }
  }
  book->RefreshSuspended(now_ms);
  return book;
}

absl::Status DirectoryBook::LoadDirectory() {
  const std::string& path = options_.cache_path;
  if (!FileExists(path)) return absl::OkStatus();
  absl::StatusOr<std::string> bytes = ReadFile(path, kMaxCacheBytes);
  v1::SignedDocument document;
  if (!bytes.ok() || !document.ParseFromString(*bytes)) return CacheLost(path);
  absl::StatusOr<std::shared_ptr<const VerifiedDirectory>> verified =
      VerifyDirectoryAtAnyTime(document, options_.anchor);
  if (!verified.ok()) return CacheLost(path);
  newest_ = *std::move(verified);
  return absl::OkStatus();
}

absl::Status DirectoryBook::LoadOrders() {
  const std::string path = OrdersPath(options_.cache_path);
  if (!FileExists(path)) return absl::OkStatus();
  absl::StatusOr<std::string> bytes = ReadFile(path, kMaxCacheBytes);
  v1::DirectoryUpdate saved;
  if (!bytes.ok() || !saved.ParseFromString(*bytes)) return CacheLost(path);
  for (const v1::SignedDocument& document : saved.orders()) {
    absl::StatusOr<v1::SuspensionOrder> order = VerifyOrder(document, options_.anchor);
    if (!order.ok()) return CacheLost(path);
    orders_.push_back({document, *std::move(order)});
  }
  return absl::OkStatus();
}

absl::Status DirectoryBook::CheckSuccessor(const VerifiedDirectory& next) const {
  if (newest_ == nullptr) return absl::OkStatus();
  if (next.version() < newest_->version()) {
    return absl::FailedPreconditionError(absl::StrCat("ROLLBACK: version ", next.version(),
                                                      " is older than version ", newest_->version(),
                                                      " that is in force; offer a newer one"));
  }
  if (next.version() == newest_->version() + 1 &&
      next.message().previous_hash() != newest_->hash()) {
    return absl::FailedPreconditionError(
        absl::StrCat("WRONG_PREVIOUS: version ", next.version(), " does not follow the version ",
                     newest_->version(),
                     " that is in force here; the officers must find out which of two was signed "
                     "first, and publish a later version"));
  }
  return absl::OkStatus();
}

void DirectoryBook::RaiseConflict(const v1::SignedDocument& document) {
  conflict_ = true;
  if (options_.cache_path.empty()) {
    Log(Severity::kError, "directory_conflict");
    return;
  }
  const std::string path = ConflictPath(options_.cache_path);
  const absl::Status written = WriteFileAtomic(path, document.SerializeAsString(), kCacheMode);
  Log(Severity::kError, "directory_conflict",
      {{"path", LogPath{path}}, {"evidence_kept", written.ok()}});
}

absl::StatusOr<OfferOutcome> DirectoryBook::Offer(const v1::SignedDocument& document,
                                                  int64_t now_ms) {
  MutexLock offering(offer_mutex_);
  SIGNPOST_ASSIGN_OR_RETURN(std::shared_ptr<const VerifiedDirectory> next,
                            VerifyDirectoryAtAnyTime(document, options_.anchor));
  {
    MutexLock lock(mutex_);
    if (newest_ != nullptr && next->version() == newest_->version()) {
      if (next->hash() == newest_->hash()) return OfferOutcome{.changed = false};
      RaiseConflict(document);
      return absl::FailedPreconditionError(
          absl::StrCat("CONFLICT: another directory of version ", next->version(),
                       " is in force here; both are kept: tell the officers at once, for their "
                       "keys signed two different ones"));
    }
    SIGNPOST_RETURN_IF_ERROR(CheckSuccessor(*next));
  }
  SIGNPOST_RETURN_IF_ERROR(CheckDirectoryTimes(*next, now_ms));
  if (!options_.cache_path.empty()) {
    const absl::Status written =
        WriteFileAtomic(options_.cache_path, document.SerializeAsString(), kCacheMode);
    if (!written.ok()) return Unwritable(written);
  }
  {
    MutexLock lock(mutex_);
    std::erase_if(past_,
                  [&](const Past& past) { return now_ms - past.replaced_ms > kDirectoryGraceMs; });
    if (newest_ != nullptr) past_.push_back({newest_->version(), newest_->hash(), now_ms});
    newest_ = std::move(next);
    RefreshSuspended(now_ms);
  }
  Notify();
  return OfferOutcome{.changed = true};
}

bool DirectoryBook::Superseded(const v1::SuspensionOrder& order) const {
  if (newest_ == nullptr || newest_->version() <= order.directory_version() ||
      newest_->message().issued_ms() <= order.issued_ms()) {
    return false;
  }
  const v1::Member* member = newest_->FindMember(order.member());
  return member != nullptr && member->state() == v1::ACTIVE;
}

bool DirectoryBook::InForce(const Order& order, int64_t now_ms) const {
  return now_ms < order.message.expires_ms() && !Superseded(order.message);
}

absl::StatusOr<OfferOutcome> DirectoryBook::OfferOrder(const v1::SignedDocument& document,
                                                       int64_t now_ms) {
  MutexLock offering(offer_mutex_);
  SIGNPOST_ASSIGN_OR_RETURN(v1::SuspensionOrder message, VerifyOrder(document, options_.anchor));
  SIGNPOST_RETURN_IF_ERROR(CheckOrderTimes(message, now_ms));
  std::vector<Order> orders;
  {
    MutexLock lock(mutex_);
    if (Superseded(message)) {
      return absl::FailedPreconditionError(
          "SUPERSEDED: a directory issued after this order lists the member as active; sign a new "
          "order against the newest directory");
    }
    for (const Order& order : orders_) {
      if (order.document.payload() == document.payload()) return OfferOutcome{.changed = false};
      if (InForce(order, now_ms)) orders.push_back(order);
    }
  }
  if (orders.size() >= kMaxOrders) {
    return absl::ResourceExhaustedError(
        "TOO_MANY_ORDERS: more orders are in force than there can be members; publish a directory");
  }
  orders.push_back({document, std::move(message)});
  SIGNPOST_RETURN_IF_ERROR(SaveOrders(orders));
  {
    MutexLock lock(mutex_);
    orders_ = std::move(orders);
    RefreshSuspended(now_ms);
  }
  Notify();
  return OfferOutcome{.changed = true};
}

absl::Status DirectoryBook::SaveOrders(const std::vector<Order>& orders) const {
  if (options_.cache_path.empty()) return absl::OkStatus();
  v1::DirectoryUpdate saved;
  for (const Order& order : orders) *saved.add_orders() = order.document;
  const absl::Status written =
      WriteFileAtomic(OrdersPath(options_.cache_path), saved.SerializeAsString(), kCacheMode);
  return written.ok() ? written : Unwritable(written);
}

absl::Status DirectoryBook::OfferUpdate(const v1::DirectoryUpdate& update, int64_t now_ms) {
  absl::Status first;
  const auto keep = [&](const absl::Status& status, std::initializer_list<std::string_view> stale) {
    for (const std::string_view word : stale) {
      if (FromAbsl(status.message()).starts_with(word)) return;
    }
    first.Update(status);
  };
  if (update.has_directory()) keep(Offer(update.directory(), now_ms).status(), {"ROLLBACK:"});
  for (const v1::SignedDocument& order : update.orders()) {
    keep(OfferOrder(order, now_ms).status(), {"EXPIRED:", "SUPERSEDED:"});
  }
  return first;
}

v1::DirectoryUpdate DirectoryBook::Update(uint64_t have_version, int64_t now_ms) const {
  v1::DirectoryUpdate update;
  MutexLock lock(mutex_);
  if (newest_ != nullptr && newest_->version() > have_version) {
    *update.mutable_directory() = newest_->document();
  }
  for (v1::SignedDocument& order : Orders(now_ms)) *update.add_orders() = std::move(order);
  return update;
}

std::vector<v1::SignedDocument> DirectoryBook::Orders(int64_t now_ms) const {
  std::vector<v1::SignedDocument> documents;
  for (const Order& order : orders_) {
    if (InForce(order, now_ms)) documents.push_back(order.document);
  }
  return documents;
}

std::vector<v1::SignedDocument> DirectoryBook::OrdersInForce(int64_t now_ms) const {
  MutexLock lock(mutex_);
  return Orders(now_ms);
}

void DirectoryBook::RefreshSuspended(int64_t now_ms) const {
  auto suspended = std::make_shared<Suspended>();
  suspended_from_ms_ = now_ms;
  suspended_until_ms_ = std::numeric_limits<int64_t>::max();
  for (const Order& order : orders_) {
    if (!InForce(order, now_ms)) continue;
    suspended->insert_or_assign(order.message.member(), order.message.reason());
    suspended_until_ms_ = std::min(suspended_until_ms_, order.message.expires_ms());
  }
  suspended_ = std::move(suspended);
}

DirectorySnapshot DirectoryBook::Snapshot(int64_t now_ms) const {
  MutexLock lock(mutex_);
  // A clock set back can bring an order that had lapsed into force again.
  if (now_ms < suspended_from_ms_ || now_ms >= suspended_until_ms_) RefreshSuspended(now_ms);
  DirectorySnapshot snapshot;
  snapshot.suspended = suspended_;
  snapshot.expired = newest_ != nullptr && newest_->ExpiredAt(now_ms);
  if (!snapshot.expired) snapshot.directory = newest_;
  return snapshot;
}

AdmissionResult DirectoryBook::Admit(std::string_view code, int64_t now_ms) const {
  return Snapshot(now_ms).Admit(code);
}

Acceptability DirectoryBook::Accept(uint64_t version, std::string_view hash, int64_t now_ms) const {
  MutexLock lock(mutex_);
  if (newest_ == nullptr || version > newest_->version()) return Acceptability::kAhead;
  if (version == newest_->version()) {
    return hash == newest_->hash() ? Acceptability::kAcceptable : Acceptability::kConflict;
  }
  for (const Past& past : past_) {
    if (past.version != version) continue;
    if (hash != past.hash) return Acceptability::kConflict;
    if (now_ms - past.replaced_ms <= kDirectoryGraceMs) return Acceptability::kAcceptable;
  }
  return Acceptability::kBehind;
}

std::shared_ptr<const VerifiedDirectory> DirectoryBook::Newest() const {
  MutexLock lock(mutex_);
  return newest_;
}

int64_t DirectoryBook::DaysLeft(int64_t now_ms) const {
  MutexLock lock(mutex_);
  if (newest_ == nullptr) return 0;
  const int64_t left = newest_->message().not_after_ms() - now_ms;
  return left >= 0 ? left / kDayMs : -((-left + kDayMs - 1) / kDayMs);
}

bool DirectoryBook::ExpiryWarning(int64_t now_ms) const {
  MutexLock lock(mutex_);
  return newest_ == nullptr || newest_->message().not_after_ms() - now_ms <= kWarningDays * kDayMs;
}

bool DirectoryBook::ConflictAlarm() const {
  MutexLock lock(mutex_);
  return conflict_;
}

uint64_t DirectoryBook::Subscribe(DirectorySubscriber subscriber) {
  MutexLock lock(mutex_);
  const uint64_t id = next_subscriber_++;
  subscribers_.emplace(id, std::move(subscriber));
  return id;
}

void DirectoryBook::Unsubscribe(uint64_t id) {
  MutexLock lock(mutex_);
  subscribers_.erase(id);
}

void DirectoryBook::Notify() {
  std::vector<DirectorySubscriber> subscribers;
  {
    MutexLock lock(mutex_);
    for (const auto& [id, subscriber] : subscribers_) subscribers.push_back(subscriber);
  }
  for (const DirectorySubscriber& subscriber : subscribers) subscriber();
}

}  // namespace signpost
