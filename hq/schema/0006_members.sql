-- Who the members are. What is personal stands in `sealed` only, encrypted under a key of the member's own
-- (`member_key`), which is itself encrypted under the chain's key file: erasing a member is destroying that key.
CREATE TABLE member (
    member_id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    sequence INTEGER UNIQUE,            -- of numbers that HQ gave
    state TEXT NOT NULL CHECK (state IN ('active', 'frozen', 'merged', 'erased')),
    merged_into TEXT NOT NULL DEFAULT '',
    joined_at TEXT NOT NULL,            -- ISO 8601, UTC
    name_masked TEXT NOT NULL,
    phone_masked TEXT NOT NULL,
    birth_month INTEGER NOT NULL,
    card_link INTEGER NOT NULL DEFAULT 0, -- counts the links to the virtual card that were given out
    sealed BLOB
) WITHOUT ROWID;
CREATE INDEX member_by_name ON member (name_masked);

CREATE TABLE member_key (
    member_id TEXT PRIMARY KEY REFERENCES member,
    wrapped BLOB NOT NULL
) WITHOUT ROWID;

-- Keyed hashes: phone, the phone's last four digits (tail), card, number.
CREATE TABLE member_lookup (
    kind TEXT NOT NULL,
    hash TEXT NOT NULL,
    member_id TEXT NOT NULL REFERENCES member,
    position INTEGER NOT NULL,
    PRIMARY KEY (kind, hash, member_id)
) WITHOUT ROWID;
CREATE INDEX member_lookup_by_member ON member_lookup (member_id);
CREATE UNIQUE INDEX member_lookup_once ON member_lookup (kind, hash) WHERE kind <> 'tail';

CREATE TABLE member_note (
    note_id TEXT PRIMARY KEY,
    member_id TEXT NOT NULL REFERENCES member,
    kind TEXT NOT NULL CHECK (kind IN ('note', 'feedback')),
    at TEXT NOT NULL,
    by_id TEXT NOT NULL,
    sealed BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX member_note_by_member ON member_note (member_id, at);
CREATE INDEX member_note_by_kind ON member_note (kind, at);

-- Rules that only HQ needs (JSON): when birthday coupons are given.
CREATE TABLE member_rule (
    name TEXT PRIMARY KEY,
    json TEXT NOT NULL
) WITHOUT ROWID;
