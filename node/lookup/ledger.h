// The ledger of one question: a row for the asker's own authority and one for
// every member authority of the directory, whatever its state. A missing answer
// never looks like "nothing".
//
// Every row begins as NO_ANSWER or NOT_JOINED and becomes an answer only through
// an AuthenticAnswer, which only code that has verified one can make. Complete
// is computed from the rows: there is no way to set it.
//
// Thread safety: one thread at a time.
// Security: see AuthenticAnswer.
#ifndef SIGNPOST_NODE_LOOKUP_LEDGER_H_
#define SIGNPOST_NODE_LOOKUP_LEDGER_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/directory/directory_book.h"
#include "signpost/v1/node.pb.h"
#include "signpost/v1/question.pb.h"

namespace signpost::node {

// An answer whose seal (and signature, where it reports something) was verified, or the own node's.
class AuthenticAnswer {
 public:
  const v1::AnswerBody& body() const { return body_; }

 private:
  friend class Asker;
  friend class LocalAnswerer;
  explicit AuthenticAnswer(v1::AnswerBody body) : body_(std::move(body)) {}
  v1::AnswerBody body_;
};

class Ledger {
 public:
  // One row for each member of kind AUTHORITY. Those who are not active read NOT_JOINED with the
  // cause, or NO_ANSWER MAINTENANCE; the others, and `own`, NO_ANSWER LATE until something settles
  // them. Partners only ask and have no row. A snapshot without a directory gives the own row only.
  Ledger(const DirectorySnapshot& snapshot, std::string_view own);

  // Codes of the members to ask: active, not suspended, not `own`.
  std::vector<std::string> MembersToAsk() const;

  // Settles a row. Later calls for a settled row, or one that was never asked, change nothing and
  // return false.
  bool SetAnswer(std::string_view member, AuthenticAnswer answer, uint32_t answered_ms);
  bool SetNoAnswer(std::string_view member, v1::NoAnswerCause cause);
  // The member turned out not to take part any more.
  bool SetNotJoined(std::string_view member, v1::NoAnswerCause cause);
  // The own authority's row.
  void SetOwn(AuthenticAnswer answer);
  void SetOwnNoAnswer(v1::NoAnswerCause cause);
  // Every row that is still open.
  void CloseOpenRows(v1::NoAnswerCause cause);

  bool Settled(std::string_view member) const;
  // Rows settled since the last call, for streaming.
  std::vector<v1::LedgerRow> TakeNewRows();
  // Every row: reporting ones first, then no answer, not joined, nothing to report; by name within.
  std::vector<v1::LedgerRow> Rows() const;

  // COMPLETE exactly when every row, the own one too, holds an authentic answer.
  v1::Completeness completeness() const;
  uint32_t asked() const { return asked_; }  // other members asked
  uint32_t answered() const;                 // of them, with an authentic answer
  uint32_t reporting() const;                // own included
  // asked, answered, reporting, completeness.
  v1::Summary Summary() const;

 private:
  struct Row {
    v1::LedgerRow row;
    bool asked = false;
    bool settled = false;
    bool streamed = false;
  };
  Row* OpenRow(std::string_view member);

  std::string own_;
  std::map<std::string, Row, std::less<>> rows_;
  uint32_t asked_ = 0;
};

// True for INVOLVED_NOW, INVOLVED_BEFORE, ASK_DESK and WITHHELD.
bool Reports(v1::Outcome outcome);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_LEDGER_H_
