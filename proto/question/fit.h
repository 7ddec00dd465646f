// Field limits of what is sealed inside a question's messages, and the cuts that
// make any legal record fit its fixed-size message.
//
// Thread safety: pure functions.
// Security: an error names the field, never its value.
#ifndef SIGNPOST_PROTO_QUESTION_FIT_H_
#define SIGNPOST_PROTO_QUESTION_FIT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "signpost/v1/child.pb.h"
#include "signpost/v1/question.pb.h"

namespace signpost {

// A sender may only use values it knows. A receiver takes others too: enums grow, and an answer
// must not be lost because it names a service that is new; whoever decides by a value fails closed
// on one that it does not know. An answer's outcome is always checked.
enum class Enums { kKnown, kAny };

// INVALID_ARGUMENT with the field's name ("intro.person") when a field is longer than its limit, is
// not valid UTF-8, or an enum holds no known value; or, after the fields, with the message's name
// ("intro") when the whole is longer than its maximum.
//
// Limits in bytes. Intro: member 32; person, on_behalf_of 120; organisation 80; purpose_text,
// break_glass_reason 200; lawful_basis 100; contact_telephone 30. With every field at its maximum
// an intro fits.
absl::Status FitIntro(const v1::Intro& intro, Enums enums = Enums::kKnown);

// Details: 8 names of three fields of 60; 6 addresses of house, street, town 60 and postcode 10;
// date_of_birth 10, nhs_number 10, upn 13. All fields at their maxima do not fit: see
// ReduceDetails.
absl::Status FitDetails(const v1::ChildDetails& details, Enums enums = Enums::kKnown);

// Answer: 6 signposts of organisation, team, practitioner_role 80, practitioner 120, telephone 30,
// dates 10; desk of name 80, telephones 30, hours 200, email 120; 8 reasons; reference 64. With
// every field at its maximum an answer fits.
absl::Status FitAnswer(const v1::AnswerBody& answer, Enums enums = Enums::kKnown);

// The part of a record that goes into a reveal: always passes FitDetails. Keeps identifiers, date
// and sex, then as many names and addresses as fit, the most useful first: 4 names (current,
// former, alias, preferred), 3 addresses (current, former, none), then the other names, then the
// other addresses. Order within the record is kept; a field longer than its limit is cut at a
// character's end. A record that fits whole comes back unchanged. An asker derives its keys from
// what this returns, so that a holder finds every key that matched in the details.
v1::ChildDetails ReduceDetails(const v1::ChildDetails& details);

// The part of an answer that fits 3,982 bytes: the first 6 signposts, fields cut to their limits at
// a character's end, further reasons dropped; sets `more` when signposts were left out.
v1::AnswerBody ReduceAnswer(const v1::AnswerBody& answer);

// The longest prefix of `text` of at most `limit` bytes that ends at a character's end.
std::string CutUtf8(std::string_view text, size_t limit);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_QUESTION_FIT_H_
