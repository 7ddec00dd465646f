// What the node holds about a child, as the store hands it over and the rules
// judge it: plain structs around the protocol's own messages, and nothing of SQLite.
//
// Thread safety: values.
// Security: details, carers and involvements are personal data: never logged,
// never in an error.
#ifndef SIGNPOST_NODE_RECORD_RECORDS_H_
#define SIGNPOST_NODE_RECORD_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "signpost/v1/child.pb.h"
#include "signpost/v1/question.pb.h"

namespace signpost::node {

enum class LeftEngland { kNo = 0, kMayReturn = 1, kForGood = 2 };

// Why and by whom a child is shielded. RULES section 5.
struct Shield {
  std::string reason;      // code, at most kMaxReferenceBytes
  std::string decided_by;  // at most kMaxPersonBytes
  std::string review_by;   // YYYY-MM-DD, at most 6 months ahead; may be empty
};

// Cheap facts that decide, before candidates are formed, whether a record takes part.
struct ChildFlags {
  bool shielded = false;
  bool separated = false;    // one half of a pair of identities that must never be linked
  bool quarantined = false;  // waits for a data manager's decision
  bool archived = false;
  bool withheld = false;  // telling is more detrimental than not: section 16LA(3)
};

// Why and by whom telling is withheld.
struct Withholding {
  std::string reason;      // code, at most kMaxReferenceBytes
  std::string decided_by;  // SPIFFE id
  int64_t decided_ms = 0;
  std::string reviewed_by;  // SPIFFE id of the second person; empty until then
};

struct ChildRow {
  int64_t id = 0;
  std::string case_reference;
  v1::ChildDetails details;
  std::vector<v1::Carer> carers;
  std::string date_of_death;  // YYYY-MM-DD, empty while alive
  LeftEngland left_england = LeftEngland::kNo;
  ChildFlags flags;
  std::optional<Shield> shield;         // present exactly when flags.shielded
  std::optional<Withholding> withheld;  // present exactly when flags.withheld
  bool keep_until_25 = false;           // care leavers and special educational needs, with consent
  int64_t archived_ms = 0;              // when it was archived; 0: it is not
  int64_t revision = 0;                 // grows by one with each change of `details`, from 1
  int64_t changed_ms = 0;               // when `details` last changed
};

// Two records that may be one child's: for a data manager to decide, never merged by itself.
struct DuplicateFinding {
  std::string other_case;  // stored already, or earlier among the same writes
  v1::MatchGrade grade = v1::MATCH_GRADE_UNSPECIFIED;
  std::vector<v1::MatchReason> reasons;
  double bits = 0;
  bool quarantine_other = false;  // this record is shielded, and the other one is not
};

// One child to be written, found by its case reference. Empty optionals leave what is stored.
struct ChildWrite {
  std::string case_reference;  // 1 to kMaxReferenceBytes bytes
  v1::ChildDetails details;
  std::optional<std::vector<v1::Carer>> carers;
  std::optional<std::string> date_of_death;
  std::optional<LeftEngland> left_england;
  // Present: the child becomes shielded, or stays so with the stored decision. Absent never
  // un-shields: a re-import that forgot the column must not reveal a child in a refuge.
  std::optional<Shield> shield;
  std::optional<bool> keep_until_25;

  // What node/importer/duplicates.h found, stored in the same transaction.
  std::vector<std::string> blocking;  // digests by which duplicates of this record are found
  bool quarantine = false;            // a shielded record may be this child's: no answer
  std::vector<DuplicateFinding> duplicates;
};

struct InvolvementRow {
  int64_t id = 0;
  int64_t child_id = 0;
  std::string reference;
  v1::Involvement involvement;  // `sensitive` is true for the three services of the statute
  int64_t expires_ms = 0;       // review_by, or 12 months after it was last recorded
};

struct InvolvementWrite {
  std::string case_reference;
  std::string reference;  // the caller's own; 1 to kMaxReferenceBytes bytes
  v1::Involvement involvement;
};

enum class WriteOutcome {
  kCreated,
  kChanged,
  kUnchanged,
  kNoSuchCase,         // involvements: no child has this case reference; nothing written
  kNoSuchInvolvement,  // closing: the child has no such involvement; nothing written
  kSuperseded,         // children: the case reference was merged into another; nothing written
};

// What rules need to know of a record before its tags may count (PROTOCOL.md section 6, step 2).
// "Now": started, neither ended nor expired. "Before": ended or expired within the look-back.
struct ClaimRow {
  int64_t child_id = 0;
  ChildFlags flags;
  bool ordinary_now = false;
  bool ordinary_before = false;
  bool sensitive_now = false;
  bool sensitive_before = false;

  // Some involvement is held that some asker may be told of.
  bool HasInvolvement() const {
    return ordinary_now || ordinary_before || sensitive_now || sensitive_before;
  }
};

// True for the services that the statute names: sensitive whatever a source system says.
bool SensitiveByStatute(v1::ServiceType service);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_RECORD_RECORDS_H_
