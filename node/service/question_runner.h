// One question from a practitioner's call to the last row of its ledger, as a
// worker thread runs it, start to end:
//
//   1. The rules: who asks (asking_person.h), and may they for this purpose?
//      Otherwise REFUSED with the policy's version, and nothing is sent.
//   2. The child: the own record, or the details given. An own protected one is
//      the desk's alone, with a second person's approval (approval.h). Too little
//      to be answered: MORE_DETAILS_NEEDED, and nothing is sent.
//   3. 32 blinded points to both custodians, always; tags stored or fresh. Details
//      that fit an own protected child get random tags, and the own desk is told.
//   4. The audit row is committed, with the review that broken glass owes and the
//      approval that is used up; only then the question leaves.
//   5. What this authority holds itself.
//   6. Claims, reveals, answers (node/lookup/asker.h), rows as they come.
//   7. The end and its signposts are committed, and the summary closes the stream.
//   8. For a little longer, late answers are taken for the audit.
//
// Thread safety: Run() on several worker threads at once; it blocks.
// Security: request details are let go with the call. A practitioner who has
// gone changes nothing: what was sent must look like any other question. While a
// restored node's shields are unconfirmed nothing is asked, by case reference or by
// details, and no own record is told of: a shield may be missing. An own record that is
// quarantined but not shielded is asked about like any other, with tags that reach nobody.
#ifndef SIGNPOST_NODE_SERVICE_QUESTION_RUNNER_H_
#define SIGNPOST_NODE_SERVICE_QUESTION_RUNNER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "node/lookup/asker.h"
#include "node/lookup/desk_alerts.h"
#include "node/lookup/local_answer.h"
#include "node/service/caller.h"
#include "node/service/custodian_client.h"
#include "node/service/hub_question.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "proto/crypto/signature.h"
#include "proto/directory/directory_book.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

class QuestionRunner {
 public:
  struct Parts {
    std::string authority;
    const SigningKey* signing_key = nullptr;
    const DirectoryBook* book = nullptr;
    const UserTable* users = nullptr;
    Store* store = nullptr;
    DeskAlerts* alerts = nullptr;
    LookupStore* lookup_store = nullptr;
    const TagIndex* index = nullptr;
    CustodianClient* custodians = nullptr;
    // A stub of a hub this node has a stream to; null when there is none.
    std::function<std::shared_ptr<v1::RelayService::Stub>()> hub;
    // Why no hub takes this node's stream, a reason of proto/transport/errors.h; empty with one.
    std::function<std::string()> hub_refusal;
    const Clock* clock = nullptr;
    Random* random = nullptr;
  };
  using Emit = std::function<void(v1::AskEvent)>;

  explicit QuestionRunner(Parts parts) : parts_(std::move(parts)) {}

  // Emits Started, rows, Summary. `ended` is called once the Summary has been emitted, or with an
  // error before anything was sent: INVALID_ARGUMENT DETAILS; NOT_FOUND NO_SUCH_CASE;
  // FAILED_PRECONDITION DIRECTORY_MISSING, DIRECTORY_EXPIRED, BREAK_GLASS_WARNING, APPROVAL_NEEDED;
  // ALREADY_EXISTS ALREADY_ASKED; UNAVAILABLE AUDIT_UNWRITABLE, STORE_FAILED; PERMISSION_DENIED
  // SUSPENDED, MAY_NOT_ASSERT. Run() itself may go on for a second.
  void Run(const v1::AskRequest& request, const Caller& caller, const Emit& emit,
           const std::function<void(const absl::Status&)>& ended);

 private:
  struct Question;  // one run's state

  absl::Status Ask(Question& question);
  absl::Status Admitted(Question& question);
  // Step 1.
  absl::Status JudgePerson(Question& question);
  absl::Status FindChild(Question& question);
  absl::Status TakeRecord(Question& question, const ChildRow& child);
  // An own protected child. NOT_FOUND NO_SUCH_CASE to all but the desk, if it is shielded.
  absl::Status NeedApproval(Question& question, const ChildRow& child);
  // Records the refusal, and returns it.
  absl::Status Refuse(const Question& question, const absl::Status& refusal);
  // Sets the tags, or leaves none when custodians cannot be reached.
  absl::Status GetTags(Question& question);
  // Details that fit an own protected child go out as random tags: asking can betray too.
  absl::Status KeepFromProtected(Question& question);
  void AlertOwnDesk(const Question& question,
                    const std::vector<LocalAnswerer::Protected>& protected_records);
  void AnswerOwn(Question& question, Ledger& ledger);
  absl::Status Put(Question& question);
  // Step 4.
  absl::Status CommitAsked(Question& question, v1::AuditRow asked);
  // Step 7.
  absl::Status CommitEnded(Question& question);
  void Converse(Question& question, int64_t deadline_ms);
  void TakeEvent(Question& question, HubQuestion::Event event);
  absl::Status PutWithoutKeys(Question& question);
  absl::Status End(Question& question);
  void TakeLate(Question& question);
  absl::Status Commit(std::vector<v1::AuditRow> rows, absl::Span<const SeenEntry> seen = {},
                      std::vector<v1::DeskItem> desk = {});
  void EmitStarted(const Question& question, const Ledger& ledger, std::string_view reference);
  void EmitRows(const Question& question, Ledger& ledger);
  v1::AuditRow RowOf(const Question& question, v1::AuditRow::Kind kind) const;
  v1::AuditRow NotSentRow(const Question& question, v1::Outcome outcome,
                          std::string_view reason) const;
  // Records that the question stays here, and why; the summary says so.
  absl::Status DoNotSend(Question& question, v1::Outcome outcome, std::string_view reason);

  const Parts parts_;
  std::atomic<int> lingering_{0};
  Mutex scan_mutex_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_QUESTION_RUNNER_H_
