// What the asker's own authority holds about the child: the own row of the
// ledger, under the same rules as another authority's answer.
//
// Candidates are the record named by case reference, records under the
// question's tags in the own index, and, when tags could not be had (custodians
// unreachable), records whose stored key digests are those of the asking keys.
//
// "Nothing" is said only by an index that is ready, and as of its watermark.
//
// Thread safety: as the LookupStore and TagIndex it stands on.
// Security: protected records stay silent towards the own practitioners too, and
// so does whatever they silence (candidates.h, KeepSilence() of grading.h). Exceptions: the
// desk with a second person's approval, for the record that it names, and a glass broken.
#ifndef SIGNPOST_NODE_LOOKUP_LOCAL_ANSWER_H_
#define SIGNPOST_NODE_LOOKUP_LOCAL_ANSWER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/lookup/candidates.h"
#include "node/lookup/desk_alerts.h"
#include "node/lookup/ledger.h"
#include "node/lookup/lookup_store.h"
#include "node/lookup/question_plan.h"
#include "node/lookup/tag_index.h"
#include "proto/directory/verified_directory.h"

namespace signpost::node {

class LocalAnswerer {
 public:
  LocalAnswerer(LookupStore& store, const TagIndex& index) : store_(store), index_(index) {}

  struct Request {
    v1::ChildDetails details;
    std::string case_reference;                      // empty for a typed child
    const std::vector<QuestionTag>* tags = nullptr;  // null: could not be had
    uint32_t epoch = 0;                              // the asking epoch
    AskContext context;
    std::string reference;  // for ASK_DESK
    // With both, the desk is told of sensitive services that stayed unsaid (ALERT_SENSITIVE).
    DeskAlerts* alerts = nullptr;
    const v1::Intro* intro = nullptr;
  };
  // NOT_FOUND: no record has the case reference. FAILED_PRECONDITION POLICY_UNKNOWN: the
  // directory's policy is of a format this node does not know. FAILED_PRECONDITION NOT_ENROLLED:
  // this node's records are not, or not wholly, enrolled in the epoch, and no record that was named
  // reports: other records may have been missed (the own row then reads NO_ANSWER
  // MEMBER_NOT_READY). Other errors of the store.
  absl::StatusOr<AuthenticAnswer> Answer(const Request& request, const VerifiedDirectory& directory,
                                         std::string_view own, int64_t now_ms);

  // A protected record of this node's own that a question meets the reveal policy with.
  struct Protected {
    std::string case_reference;
    KeyTypeSet types = 0;  // that matched
  };
  // All of them (shielded, quarantined), by the tags and by the match keys of `details`, which
  // finds a record that still waits for its own tags, too. Unless it is empty, a question about
  // such a child must not leave, whoever types its details: put random tags in the place of these
  // before Asker::Start(), so that the question looks, lasts and costs like any other and reaches
  // nobody; and tell the own desk (ALERT_OWN_PROTECTED for each). Answer() is still asked with the
  // real tags: whether a protected record was met must not show in the own row. FAILED_PRECONDITION
  // NOT_ENROLLED: no such record was met, but this node is not wholly enrolled in `epoch`, so that
  // one may be missing; a caller that knows it holds no record at all may take it for none. Other
  // errors of the store: not known either.
  absl::StatusOr<std::vector<Protected>> TouchesProtected(const v1::ChildDetails& details,
                                                          const std::vector<QuestionTag>& tags,
                                                          uint32_t epoch, int64_t now_ms);

 private:
  static std::vector<Candidate> FindByTags(const std::vector<QuestionTag>& tags,
                                           const SlotTable& table);
  absl::StatusOr<std::vector<Candidate>> FindByDigests(const Request& request);
  absl::StatusOr<std::vector<Candidate>> Find(const Request& request, const EpochView& view);
  // The question's records as they stand towards this asker.
  struct Records {
    std::vector<HeldRecord> speaking;
    std::vector<HeldRecord> silent;  // protected, and met
  };
  absl::StatusOr<Records> Speakers(const Request& request, int64_t named,
                                   const std::vector<Candidate>& candidates,
                                   const DisclosureTable& table, const RuleDay& day);
  // How far a separated record is asked about as the identity that it is.
  absl::StatusOr<Candidate> OwnIdentity(const Request& request, const ChildRow& child,
                                        int64_t now_ms);
  using Touched = std::map<int64_t, KeyTypeSet>;  // by record
  absl::StatusOr<Touched> ProtectedByKeys(const v1::ChildDetails& details, int64_t now_ms);

  LookupStore& store_;
  const TagIndex& index_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_LOCAL_ANSWER_H_
