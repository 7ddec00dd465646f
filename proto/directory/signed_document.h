// Documents signed by several: the directory and its suspension orders, in a
// DSSE envelope (proto/crypto/dsse.h) over the payload's exact bytes.
//
// Thread safety: pure functions.
// Security: a signature counts once per officer and only under the key the
// anchor lists for that name; signatures of strangers are ignored, not trusted.
#ifndef SIGNPOST_PROTO_DIRECTORY_SIGNED_DOCUMENT_H_
#define SIGNPOST_PROTO_DIRECTORY_SIGNED_DOCUMENT_H_

#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/crypto/dsse.h"
#include "proto/crypto/signature.h"
#include "signpost/v1/directory.pb.h"

namespace signpost {

// An envelope with no signature yet, around the exact bytes of `payload`. `type` is one of dsse.h.
v1::SignedDocument MakeDocument(std::string_view type, std::string_view payload);

// Serialises `message` (a Directory, SuspensionOrder or MemberEntry) into an unsigned envelope.
v1::SignedDocument MakeDirectoryDocument(const v1::Directory& message);
v1::SignedDocument MakeSuspensionDocument(const v1::SuspensionOrder& message);

// Adds the signature of `key` under the name `key_id`, replacing an earlier one of that name.
void Countersign(v1::SignedDocument& document, std::string_view key_id, const SigningKey& key);

// How many different officers of `anchor` signed the document. A name counts once; two names with
// one key cannot be in a valid anchor.
int CountOfficerSignatures(const v1::SignedDocument& document, const v1::Anchor& anchor);

// A valid anchor: trust domain, 1 <= threshold <= officers <= 64, names and keys all different and
// well-formed. INVALID_ARGUMENT BAD_ANCHOR and what is wrong.
absl::Status CheckAnchor(const v1::Anchor& anchor);
// Parses and checks the file that the officers' tool writes.
absl::StatusOr<v1::Anchor> ParseAnchor(std::string_view bytes);

// A member entry as signpost-node --init prints it, self-signed. Verify checks the signature
// against the key inside and the entry's fields. INVALID_ARGUMENT WRONG_TYPE, MALFORMED,
// BAD_MEMBER; PERMISSION_DENIED TOO_FEW_SIGNATURES.
v1::SignedDocument MakeMemberEntry(const v1::Member& member, const SigningKey& key);
absl::StatusOr<v1::Member> VerifyMemberEntry(const v1::SignedDocument& document);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_DIRECTORY_SIGNED_DOCUMENT_H_
