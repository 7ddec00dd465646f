// The disclosure table: which role may ask for which purpose, and what is told
// then of an ordinary involvement, a sensitive one with and without consent, and a
// shielded child whose glass was broken. Every node evaluates it for itself; it
// comes with the signed directory, so only officers change it.
//
// What no table may loosen (CheckPolicy refuses it, and a node would not obey):
//   - a shielded child without break-glass tells nothing, and with it at most the desk;
//   - a sensitive service is never named: with consent "a sensitive service", without it
//     at most the desk;
//   - PRIVACY_OFFICER and NODE_ADMIN do not ask; SERVICE_TEST matches canaries only.
// Whatever a table leaves out or a node does not know counts as "may not ask", "tell nothing".
//
// Thread safety: immutable.
// Security: fails closed. A policy of a format this program does not know makes a
// table that is not known(): the node then answers no question at all, since "nothing" would be
// untrue, and refuses its own people's.
#ifndef SIGNPOST_PROTO_DIRECTORY_DISCLOSURE_H_
#define SIGNPOST_PROTO_DIRECTORY_DISCLOSURE_H_

#include <cstdint>
#include <map>
#include <utility>

#include "proto/base/status.h"
#include "signpost/v1/directory.pb.h"

namespace signpost {

inline constexpr uint32_t kPolicyFormat = 1;

// What may be told, each cell already cut to what the laws above allow.
struct DisclosureCells {
  v1::Disclosure ordinary = v1::TELL_NOTHING;
  v1::Disclosure sensitive_with_consent = v1::TELL_NOTHING;
  v1::Disclosure sensitive_without_consent = v1::TELL_NOTHING;
  v1::Disclosure broken_glass = v1::TELL_NOTHING;

  bool MayBreakGlass() const { return broken_glass == v1::TELL_DESK; }
};

class DisclosureTable {
 public:
  // The policy's rules, or the default ones when it has none. Of a repeated row, what both allow.
  static DisclosureTable Of(const v1::Policy& policy);

  bool known() const { return known_; }
  uint32_t version() const { return version_; }
  // Null: this role may not ask for this purpose.
  const DisclosureCells* Find(v1::Role role, v1::Purpose purpose) const;

 private:
  bool known_ = false;
  uint32_t version_ = 0;
  std::map<std::pair<v1::Role, v1::Purpose>, DisclosureCells> cells_;
};

// The default table as officers would write it: node/rules/RULES.md section 3 shows it.
v1::Policy DefaultPolicy();

// Every problem at once, one a line: unknown role, purpose or disclosure, a repeated row, a cell
// that loosens a law, a rule for a role that never asks or for SERVICE_TEST, more than 256 rules, a
// version above 65,535, a look-back above 120 months, a format that is not known.
// INVALID_ARGUMENT "BAD_POLICY: ...". A directory is verified by this for formats that are known
// only: a node follows a directory whose policy is too new for it, and answers nobody.
absl::Status CheckPolicy(const v1::Policy& policy);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_DIRECTORY_DISCLOSURE_H_
