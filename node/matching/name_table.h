// How common a name is, and which given names are forms of one another: the
// project's own compact table, made by deploy/name_table/make_table from public
// statistics and committed. Match keys are gated by it, so both sides of a
// question must hold the same one: a new table is a new canonicalisation version.
//
// Thread safety: pure functions over constant data.
#ifndef SIGNPOST_NODE_MATCHING_NAME_TABLE_H_
#define SIGNPOST_NODE_MATCHING_NAME_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace signpost::node {

// Of a name that is not in the table: p = 2e-5.
inline constexpr int kUnlistedNameClass = 31;

// Frequency class in half bits, round(2 log2(1/p)), of a normalised name: 13 for one birth in
// ninety, 31 for an unlisted name.
int GivenNameClass(std::string_view name);
int FamilyNameClass(std::string_view name);

// Whether two different given names are listed as forms of one name (KATE, KATHERINE).
// False for equal and for unlisted names.
bool AreNicknames(std::string_view a, std::string_view b);

// The table's version and the SHA-256 (32 bytes) over all of its contents.
uint32_t NameTableVersion();
std::string NameTableHash();

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_MATCHING_NAME_TABLE_H_
