#include "proto/directory/identity.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "proto/base/bytes.h"

namespace signpost {
namespace {

constexpr size_t kMaxUriBytes = 512;
constexpr std::string_view kScheme = "spiffe://";

struct KindWord {
  PeerKind kind;
  std::string_view word;
};
// The words of the path; practitioner and system stand below an authority.
constexpr std::array<KindWord, 7> kWords = {{
    {PeerKind::kAuthority, "authority"},
    {PeerKind::kPartner, "partner"},
    {PeerKind::kHub, "hub"},
    {PeerKind::kCustodian, "custodian"},
    {PeerKind::kOfficer, "officer"},
    {PeerKind::kPractitioner, "practitioner"},
    {PeerKind::kSystem, "system"},
}};

// ASCII only, whatever the locale.
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

absl::Status BadIdentity(std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("BAD_IDENTITY: the ", ToAbsl(what),
                   " of the SPIFFE id is not as proto/PROTOCOL.md section 4 says"));
}

std::vector<std::string_view> Segments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (true) {
    const size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool FindKind(std::string_view word, PeerKind& kind) {
  for (const KindWord& entry : kWords) {
    if (entry.word == word) {
      kind = entry.kind;
      return true;
    }
  }
  return false;
}

bool IsNameOf(PeerKind kind, std::string_view name) {
  switch (kind) {
    case PeerKind::kAuthority:
      return IsAuthorityCode(name);
    case PeerKind::kPartner:
      return IsPartnerCode(name);
    default:
      return IsPeerName(name);
  }
}

}  // namespace

bool IsAuthorityCode(std::string_view code) {
  return code.size() == 9 && IsUpper(code[0]) && std::all_of(code.begin() + 1, code.end(), IsDigit);
}

bool IsPartnerCode(std::string_view code) {
  return code.size() >= 2 && code.size() <= 32 && IsUpper(code[0]) && !IsAuthorityCode(code) &&
         std::all_of(code.begin(), code.end(),
                     [](char c) { return IsUpper(c) || IsDigit(c) || c == '-'; });
}

bool IsMemberCode(std::string_view code) { return IsAuthorityCode(code) || IsPartnerCode(code); }

bool IsPeerName(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         (IsUpper(name[0]) || IsLower(name[0]) || IsDigit(name[0])) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return IsUpper(c) || IsLower(c) || IsDigit(c) || c == '.' || c == '_' || c == '-';
         });
}

bool IsTrustDomain(std::string_view domain) {
  const auto plain = [](char c) { return IsLower(c) || IsDigit(c); };
  return !domain.empty() && domain.size() <= 128 && plain(domain.front()) && plain(domain.back()) &&
         domain.find("..") == std::string_view::npos &&
         std::all_of(domain.begin(), domain.end(),
                     [&](char c) { return plain(c) || c == '.' || c == '-'; });
}

absl::StatusOr<PeerIdentity> ParsePeerIdentity(std::string_view uri) {
  if (uri.size() > kMaxUriBytes) return BadIdentity("length");
  if (!uri.starts_with(kScheme)) return BadIdentity("scheme");
  const std::vector<std::string_view> parts = Segments(uri.substr(kScheme.size()));
  PeerIdentity identity;
  if (!IsTrustDomain(parts[0])) return BadIdentity("trust domain");
  identity.trust_domain = parts[0];
  if (parts.size() != 3 && parts.size() != 5) return BadIdentity("number of path segments");
  if (!FindKind(parts[1], identity.kind) || identity.IsLocal()) return BadIdentity("kind");
  if (!IsNameOf(identity.kind, parts[2])) return BadIdentity("code or name");
  identity.name = parts[2];
  if (parts.size() == 3) return identity;

  if (identity.kind != PeerKind::kAuthority) return BadIdentity("number of path segments");
  if (!FindKind(parts[3], identity.kind) || !identity.IsLocal()) return BadIdentity("kind");
  if (!IsPeerName(parts[4])) return BadIdentity("person or system id");
  identity.person = parts[4];
  return identity;
}

std::string FormatPeerIdentity(const PeerIdentity& identity) {
  const std::string root = absl::StrCat(
      ToAbsl(kScheme), identity.trust_domain, "/",
      ToAbsl(identity.IsLocal() ? "authority" : PeerKindName(identity.kind)), "/", identity.name);
  if (!identity.IsLocal()) return root;
  return absl::StrCat(root, "/", ToAbsl(PeerKindName(identity.kind)), "/", identity.person);
}

std::string_view PeerKindName(PeerKind kind) {
  for (const KindWord& entry : kWords) {
    if (entry.kind == kind) return entry.word;
  }
  return "unknown";
}

}  // namespace signpost
