#include "cli/desk_words.h"

#include "cli/word_table.h"

namespace signpost::cli {
namespace {

constexpr std::array<Word<v1::DeskKind>, 8> kKinds = {{
    {v1::ALERT_SHIELDED, "another authority asked about a child shielded here; nothing was told"},
    {v1::ALERT_OWN_PROTECTED,
     "somebody here typed details of a child shielded here; nobody was reached"},
    {v1::ALERT_SENSITIVE,
     "only a sensitive service without consent knows the child; it was not "
     "named"},
    {v1::NOTICE_ANSWERED, "somebody asked and was told"},
    {v1::REVIEW_BREAK_GLASS, "the glass was broken"},
    {v1::REVIEW_WITHHOLD, "telling is withheld (Children Act 2004 section 16LA(3))"},
    {v1::APPROVAL_ASK_PROTECTED, "the desk wants to ask about a child shielded here"},
    {v1::APPROVAL_UNSHIELD, "a shield is to be ended"},
}};

constexpr std::array<Word<v1::DeskState>, 5> kStates = {{
    {v1::OPEN, "open"},
    {v1::CALLED_BACK, "called back"},
    {v1::CONFIRMED, "confirmed"},
    {v1::OVERTURNED, "overturned"},
    {v1::USED, "used"},
}};

constexpr std::array<Word<uint32_t>, 18> kKeyTypes = {{
    {1, "NHS number"},
    {2, "pupil number"},
    {3, "birth date and both names"},
    {4, "birth date and the sound of both names"},
    {5, "birth date and postcode"},
    {6, "birth date, area and given name"},
    {7, "birth date, area and family name"},
    {8, "birth date and a rare given name"},
    {9, "birth date and a rare family name"},
    {10, "postcode and family name"},
    {11, "postcode and given name"},
    {12, "postal district and both names"},
    {13, "birth date and street"},
    {14, "street and both names"},
    {15, "house, street and given name"},
    {16, "both names, year and month of birth"},
    {17, "both names, year and day of birth"},
    {18, "both names, month and day of birth"},
}};

}  // namespace

std::string DeskKindWords(v1::DeskKind kind) { return SayWord(kKinds, kind, kUnknownWord); }

std::string DeskTask(v1::DeskKind kind) {
  switch (kind) {
    case v1::ALERT_SHIELDED:
    case v1::ALERT_OWN_PROTECTED:
    case v1::ALERT_SENSITIVE:
      return "RING BACK";
    case v1::NOTICE_ANSWERED:
      return "READ";
    case v1::REVIEW_BREAK_GLASS:
    case v1::REVIEW_WITHHOLD:
      return "REVIEW";
    case v1::APPROVAL_ASK_PROTECTED:
    case v1::APPROVAL_UNSHIELD:
      return "DECIDE";
    default:
      return "LOOK INTO";
  }
}

std::string DeskStateWords(v1::DeskState state) { return SayWord(kStates, state, kUnknownWord); }

std::string DeskKindCode(v1::DeskKind kind) {
  return CodeOr(v1::DeskKind_Name(kind), static_cast<int>(kind));
}
std::string DeskStateCode(v1::DeskState state) {
  return CodeOr(v1::DeskState_Name(state), static_cast<int>(state));
}

std::string KeyTypeWords(uint32_t type) {
  return SayWord(kKeyTypes, type, "key type " + std::to_string(type));
}

}  // namespace signpost::cli
