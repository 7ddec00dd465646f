// Schema version 3: the shielded records can be listed without reading every record.
// Never edited once released: a change is a new file.
#ifndef SIGNPOST_NODE_STORE_MIGRATIONS_0003_SHIELDED_H_
#define SIGNPOST_NODE_STORE_MIGRATIONS_0003_SHIELDED_H_

namespace signpost::node {

inline constexpr char kMigration0003[] = R"sql(
CREATE INDEX children_shielded ON children (id) WHERE shielded = 1;
)sql";

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_MIGRATIONS_0003_SHIELDED_H_
