// The words for what lies on the desk: kinds, states, and which kinds of key
// matched.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_CLI_DESK_WORDS_H_
#define SIGNPOST_CLI_DESK_WORDS_H_

#include <cstdint>
#include <string>

#include "signpost/v1/desk.pb.h"

namespace signpost::cli {

// "a child shielded here was asked about; nothing was told".
std::string DeskKindWords(v1::DeskKind kind);
// What is to be done about an open item: "RING BACK", "REVIEW", "DECIDE", "READ".
std::string DeskTask(v1::DeskKind kind);
// "open", "called back", "confirmed", ...
std::string DeskStateWords(v1::DeskState state);

std::string DeskKindCode(v1::DeskKind kind);
std::string DeskStateCode(v1::DeskState state);

// "NHS number" of key type 1, "birth date and both names" of 3, ...: which details agreed, never
// what they say (MATCHING: the 18 kinds of match key, as numbered on the wire).
std::string KeyTypeWords(uint32_t type);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_DESK_WORDS_H_
