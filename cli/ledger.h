// A ledger judged and shown: what the rows add up to, the exit code, text for
// people and JSON (schema "signpost.ask/v1") for programs.
//
// Property: a missing answer never looks like "nothing". A ledger is complete
// only when the summary says so *and* every row bears it out: an own row, at
// least one other, as many asked and answered as there are rows. A row this
// program does not understand counts as no answer; a ledger without a summary
// is incomplete. The first thing shown is whom to ring; the last line says
// whether the answer is complete.
// Thread safety: pure functions.
// Security: everything in a row was written by another authority's computer; it
// is cleaned (text.h) or escaped (json.h) here.
#ifndef SIGNPOST_CLI_LEDGER_H_
#define SIGNPOST_CLI_LEDGER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cli/exit_codes.h"
#include "cli/json.h"
#include "signpost/v1/node.pb.h"

namespace signpost::cli {

// What a row means here. kNoAnswer also for outcomes unknown to this version and for an outcome
// that should carry an answer and does not.
enum class RowKind { kNow, kBefore, kAskDesk, kWithheld, kNothing, kNoAnswer, kNotJoined };
RowKind KindOf(const v1::LedgerRow& row);

struct Verdict {
  bool complete = false;
  bool not_asked = false;  // the own node refused, or needs more details: nothing was sent
  uint64_t others = 0;     // rows of other authorities, and rows that should be there and are not
  uint64_t answered = 0;   // others with an authenticated answer
  uint64_t silent = 0;     // others without
  uint64_t not_joined = 0;
  uint64_t missing_rows = 0;  // members asked of whom no row came
  bool alone = false;         // no other authority was there to be asked
  bool contradicted = false;  // the summary says complete, of other figures than the rows'
  uint64_t reporting = 0;     // rows, own included, that report something
};
Verdict Judge(const v1::Ledger& ledger);

// 0, 3, 5 (refused by the own node) or, with `exit_status`, 1.
ExitCode LedgerExitCode(const v1::Ledger& ledger, bool exit_status);

struct LedgerStyle {
  bool training = false;  // the profile is a training one
  bool plain = false;     // sentences instead of columns
  bool colour = false;
};

// The first line and the officers' notices; written when the question starts.
std::string LedgerHeading(const v1::Started& started, const LedgerStyle& style);
// Everything else, the completeness line last.
std::string LedgerBody(const v1::Ledger& ledger, const LedgerStyle& style);

// The whole ledger, every row. No boolean in it.
void WriteLedger(JsonWriter& json, const v1::Ledger& ledger, bool training);

// "asked 5, answered 3, no answer from 1".
std::string LedgerProgress(const v1::Ledger& ledger);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_LEDGER_H_
