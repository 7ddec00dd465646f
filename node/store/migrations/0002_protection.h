// Schema version 2: protection of children, duplicates, the desk, people and
// signposts. Never edited once released: a change is a new file.
//
// Sealed columns as in version 1. A digest is keyed and one of its own column, so
// that equal values in two tables do not show.
#ifndef SIGNPOST_NODE_STORE_MIGRATIONS_0002_PROTECTION_H_
#define SIGNPOST_NODE_STORE_MIGRATIONS_0002_PROTECTION_H_

namespace signpost::node {

inline constexpr char kMigration0002[] = R"sql(
ALTER TABLE children ADD COLUMN withholding BLOB NOT NULL DEFAULT x'';  -- sealed; empty: none
ALTER TABLE children ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0
  CHECK (withheld = (length(withholding) > 0));
ALTER TABLE children ADD COLUMN keep_until_25 INTEGER NOT NULL DEFAULT 0
  CHECK (keep_until_25 IN (0, 1));
ALTER TABLE children ADD COLUMN archived_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE children ADD COLUMN blocking BLOB;  -- its digests of 8 bytes; NULL: not made yet
CREATE INDEX children_without_blocking ON children (id) WHERE blocking IS NULL;
-- Version 1 did not say when; counted from now on, nothing is destroyed too early.
UPDATE children SET archived_ms = CAST(strftime('%s', 'now') AS INTEGER) * 1000 WHERE archived = 1;

CREATE TABLE blocking (
  digest INTEGER NOT NULL,
  child_id INTEGER NOT NULL,                 -- no reference: children.blocking says what to delete
  PRIMARY KEY (digest, child_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE duplicate_pairs (
  child_a INTEGER NOT NULL REFERENCES children (id) ON DELETE CASCADE,
  child_b INTEGER NOT NULL REFERENCES children (id) ON DELETE CASCADE,
  different INTEGER NOT NULL CHECK (different IN (0, 1)),  -- decided; 0: waits
  bits REAL NOT NULL,
  pair BLOB NOT NULL,                        -- sealed signpost.v1.DuplicatePair without references
  PRIMARY KEY (child_a, child_b),
  CHECK (child_a < child_b)
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicate_pairs_by_second ON duplicate_pairs (child_b);
CREATE INDEX duplicate_pairs_open ON duplicate_pairs (bits) WHERE different = 0;

CREATE INDEX separations_by_second ON separations (child_b);

CREATE TABLE child_history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  child_id INTEGER NOT NULL REFERENCES children (id) ON DELETE CASCADE,
  version BLOB NOT NULL                      -- sealed signpost.v1.ChildVersion
) STRICT;
CREATE INDEX child_history_by_child ON child_history (child_id, id);

CREATE TABLE superseded (
  case_index BLOB PRIMARY KEY CHECK (length(case_index) = 16),  -- as children.case_index
  child_id INTEGER NOT NULL REFERENCES children (id) ON DELETE CASCADE,
  former_id INTEGER NOT NULL                 -- the record merged away; in its involvements' digests
) STRICT, WITHOUT ROWID;
CREATE INDEX superseded_by_child ON superseded (child_id, former_id);

CREATE TABLE touches (
  child_id INTEGER PRIMARY KEY REFERENCES children (id) ON DELETE CASCADE,
  times INTEGER NOT NULL CHECK (times >= 0),
  last_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE desk_items (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,
  state INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  case_index BLOB NOT NULL,                  -- keyed digest; empty: of no child
  alert_index BLOB NOT NULL,                 -- of kind, child and person; empty: never counted
  item BLOB NOT NULL                         -- sealed signpost.v1.DeskItem
) STRICT;
CREATE INDEX desk_items_by_kind ON desk_items (kind, number, state);
CREATE INDEX desk_items_by_case ON desk_items (case_index, number) WHERE length(case_index) > 0;
CREATE INDEX desk_items_by_alert ON desk_items (alert_index, number)
  WHERE length(alert_index) > 0;

CREATE TABLE desk_journal (
  number INTEGER PRIMARY KEY CHECK (number >= 1),
  row BLOB NOT NULL                          -- sealed: hash after this row ‖ its bytes
) STRICT;
CREATE TRIGGER desk_journal_is_never_changed BEFORE UPDATE ON desk_journal
  BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
CREATE TRIGGER desk_journal_is_never_shortened BEFORE DELETE ON desk_journal
  BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;

CREATE TABLE desk_journal_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  number INTEGER NOT NULL CHECK (number >= 1),
  hash BLOB NOT NULL                         -- sealed, bound to number
) STRICT;

CREATE TABLE users (
  user_index BLOB PRIMARY KEY CHECK (length(user_index) = 16),  -- keyed digest of the id
  record BLOB NOT NULL                       -- sealed signpost.v1.UserRecord
) STRICT, WITHOUT ROWID;

CREATE TABLE signposts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  signpost_index BLOB NOT NULL UNIQUE CHECK (length(signpost_index) = 16),  -- question and member
  case_index BLOB NOT NULL,                  -- keyed digest; empty: typed details
  actor_index BLOB NOT NULL CHECK (length(actor_index) = 16),
  answered_ms INTEGER NOT NULL,
  contact INTEGER NOT NULL,
  contact_day_ms INTEGER NOT NULL,           -- 0: none said
  record BLOB NOT NULL                       -- sealed signpost.v1.SignpostRecord
) STRICT;
CREATE INDEX signposts_by_time ON signposts (answered_ms, contact, contact_day_ms);
CREATE INDEX signposts_by_actor ON signposts (actor_index, answered_ms);
CREATE INDEX signposts_by_case ON signposts (case_index) WHERE length(case_index) > 0;

CREATE TABLE signpost_words (                -- what was said before the last word
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  signpost_id INTEGER NOT NULL REFERENCES signposts (id) ON DELETE CASCADE,
  record BLOB NOT NULL                       -- sealed signpost.v1.SignpostRecord
) STRICT;
CREATE INDEX signpost_words_by_signpost ON signpost_words (signpost_id);
)sql";

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_MIGRATIONS_0002_PROTECTION_H_
