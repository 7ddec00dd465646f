// Schema version 1. Never edited once released: a change is a new file.
//
// Every BLOB marked "sealed" is nonce ‖ ciphertext of node/store/sealer.h, bound
// to its table, row and column. Times are milliseconds UTC.
#ifndef SIGNPOST_NODE_STORE_MIGRATIONS_0001_FIRST_H_
#define SIGNPOST_NODE_STORE_MIGRATIONS_0001_FIRST_H_

namespace signpost::node {

inline constexpr char kMigration0001[] = R"sql(
CREATE TABLE meta (
  name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
  value BLOB NOT NULL                        -- sealed
) STRICT, WITHOUT ROWID;

CREATE TABLE children (
  id INTEGER PRIMARY KEY AUTOINCREMENT,      -- never used again: ciphertexts are bound to it
  case_index BLOB NOT NULL UNIQUE CHECK (length(case_index) = 16),  -- keyed digest
  case_reference BLOB NOT NULL,              -- sealed
  details BLOB NOT NULL,                     -- sealed signpost.v1.ChildDetails
  extras BLOB NOT NULL,                      -- sealed: carers, date of death, left England
  shield BLOB NOT NULL,                      -- sealed decision; empty: not shielded
  shielded INTEGER NOT NULL CHECK (shielded = (length(shield) > 0)),
  separated INTEGER NOT NULL CHECK (separated IN (0, 1)),
  quarantined INTEGER NOT NULL CHECK (quarantined IN (0, 1)),
  archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
  revision INTEGER NOT NULL CHECK (revision >= 1),
  changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX children_by_change ON children (changed_ms, id, revision) WHERE archived = 0;

CREATE TABLE separations (
  child_a INTEGER NOT NULL REFERENCES children (id) ON DELETE CASCADE,
  child_b INTEGER NOT NULL REFERENCES children (id) ON DELETE CASCADE,
  PRIMARY KEY (child_a, child_b),
  CHECK (child_a < child_b)
) STRICT, WITHOUT ROWID;

CREATE TABLE involvements (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  child_id INTEGER NOT NULL REFERENCES children (id) ON DELETE CASCADE,
  reference_index BLOB NOT NULL CHECK (length(reference_index) = 16),  -- keyed digest
  reference BLOB NOT NULL,                   -- sealed
  involvement BLOB NOT NULL,                 -- sealed signpost.v1.Involvement
  sensitive INTEGER NOT NULL CHECK (sensitive IN (0, 1)),
  start_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,                 -- the earlier of end and expiry
  recorded_ms INTEGER NOT NULL,
  UNIQUE (child_id, reference_index)
) STRICT;

CREATE TABLE tag_sets (
  id INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL CHECK (epoch >= 0),
  child_id INTEGER NOT NULL REFERENCES children (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  hints BLOB NOT NULL,                       -- sealed, packed: node/store/tags.h
  poss BLOB NOT NULL,                        -- sealed, packed
  UNIQUE (epoch, child_id)
) STRICT;
CREATE INDEX tag_sets_by_child ON tag_sets (child_id, epoch, revision);

CREATE TABLE audit (
  number INTEGER PRIMARY KEY CHECK (number >= 1),
  row BLOB NOT NULL                          -- sealed: hash after this row ‖ its bytes
) STRICT;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;
CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;

CREATE TABLE audit_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  number INTEGER NOT NULL CHECK (number >= 1),
  hash BLOB NOT NULL                         -- sealed, bound to number
) STRICT;

CREATE TABLE audit_checkpoints (
  slot INTEGER PRIMARY KEY,
  cut_ms INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number >= 0),
  salt BLOB NOT NULL,                        -- sealed
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE seen (
  kind INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) BETWEEN 16 AND 64),
  expires_ms INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_by_expiry ON seen (expires_ms);

CREATE TABLE probe (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  filling BLOB NOT NULL
) STRICT;
)sql";

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_MIGRATIONS_0001_FIRST_H_
