// What the asker's own authority holds about the child: the own row of the
// ledger, under the same rules as another authority's answer.
//
// Candidates are the record named by case reference, records under the
// question's tags in the own index, and, when tags could not be had (custodians
// unreachable), records whose stored key digests are those of the asking keys.
//
// Thread safety: as the LookupStore and TagIndex it stands on.
// Security: protected records stay silent towards the own practitioners too.
#ifndef SIGNPOST_NODE_LOOKUP_LOCAL_ANSWER_H_
#define SIGNPOST_NODE_LOOKUP_LOCAL_ANSWER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/lookup/ledger.h"
#include "node/lookup/lookup_store.h"
#include "node/lookup/question_plan.h"
#include "node/lookup/rules.h"
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
  };
  // NOT_FOUND: no record has the case reference. FAILED_PRECONDITION NOT_ENROLLED: a typed child
  // cannot be looked up because this node is not enrolled in the epoch (the own row then reads
  // NO_ANSWER MEMBER_NOT_READY). Other errors of the store.
  absl::StatusOr<AuthenticAnswer> Answer(const Request& request, const VerifiedDirectory& directory,
                                         std::string_view own, int64_t now_ms);

 private:
  absl::StatusOr<std::vector<int64_t>> Candidates(const Request& request, int64_t now_ms);

  LookupStore& store_;
  const TagIndex& index_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_LOCAL_ANSWER_H_
