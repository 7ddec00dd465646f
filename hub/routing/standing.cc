#include "hub/routing/standing.h"

#include <algorithm>

namespace signpost::hub {
namespace {

bool PinKnown(const v1::Member& member, const std::string& pin) {
  if (pin.empty() || pin == member.tls_pin()) return true;
  return std::find(member.next_tls_pins().begin(), member.next_tls_pins().end(), pin) !=
         member.next_tls_pins().end();
}

}  // namespace

Standing StandingOf(const DirectorySnapshot& snapshot, const Caller& caller) {
  switch (snapshot.Admit(caller.code).admission) {
    case Admission::kActive:
    case Admission::kMaintenance:
      break;
    case Admission::kSuspended:
      return Standing::kSuspended;
    case Admission::kNotActive:
    case Admission::kLeaving:
      return Standing::kNotActive;
    case Admission::kNotMember:
      return Standing::kNotAMember;
    case Admission::kDirectoryExpired:
      return Standing::kDirectoryExpired;
    case Admission::kNoDirectory:
      return Standing::kDirectoryMissing;
  }
  const v1::Member* member =
      snapshot.directory == nullptr ? nullptr : snapshot.directory->FindMember(caller.code);
  if (member == nullptr) return Standing::kNotAMember;
  if (!PinKnown(*member, caller.pin)) return Standing::kPinMismatch;
  if (member->state() == v1::IN_MAINTENANCE) return Standing::kMaintenance;
  return member->kind() == v1::PARTNER ? Standing::kAskOnly : Standing::kAdmitted;
}

Ending RefusalOf(Standing standing) {
  switch (standing) {
    case Standing::kAdmitted:
    case Standing::kAskOnly:
      return Ending::kNotPermitted;
    case Standing::kMaintenance:
    case Standing::kNotActive:
      return Ending::kNotActive;
    case Standing::kSuspended:
      return Ending::kSuspended;
    case Standing::kNotAMember:
      return Ending::kNotAMember;
    case Standing::kPinMismatch:
      return Ending::kPinMismatch;
    case Standing::kDirectoryExpired:
      return Ending::kDirectoryExpired;
    case Standing::kDirectoryMissing:
      return Ending::kDirectoryMissing;
  }
  return Ending::kNotPermitted;
}

}  // namespace signpost::hub
