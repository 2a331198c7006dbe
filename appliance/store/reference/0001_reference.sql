-- HQ's copy on the till. Every row has the version of its stream that brought it and the one that ended it
-- (NULL: still current), so that an open basket reads the catalogue as of the version it was opened with.
CREATE TABLE stream (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
    -- AUTOINCREMENT: a number is never used again, so a reader that lags behind never sees another document.
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    from_version INTEGER NOT NULL,
    until_version INTEGER CHECK (until_version > from_version),
    body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX document_current ON document (kind, id) WHERE until_version IS NULL;
CREATE UNIQUE INDEX document_by_id ON document (kind, id, from_version);
CREATE INDEX document_ended ON document (stream, until_version) WHERE until_version IS NOT NULL;

-- What products are listed and searched by. `rank` rises in the order of the shelf: favourites, order, age.
CREATE TABLE product (
    seq INTEGER PRIMARY KEY REFERENCES document (seq) ON DELETE CASCADE,
    rank INTEGER NOT NULL UNIQUE,
    category TEXT NOT NULL,
    favourite INTEGER NOT NULL,
    initials TEXT NOT NULL,
    pinyin TEXT NOT NULL
) STRICT;
CREATE INDEX product_in_category ON product (category, rank);
CREATE INDEX product_favourite ON product (rank) WHERE favourite > 0;

-- Exact numbers: barcodes, PLUs and a shop's own numbers of products; hashes of members' cards and phones.
CREATE TABLE lookup (
    kind TEXT NOT NULL CHECK (kind IN ('gtin', 'plu', 'own', 'card', 'phone')),
    code TEXT NOT NULL,
    seq INTEGER NOT NULL REFERENCES document (seq) ON DELETE CASCADE,
    PRIMARY KEY (code, kind, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX lookup_of_document ON lookup (seq);

-- The rowid is the product's rank, so that matches come in the order of the shelf without sorting.
-- Keys are made in Python (see keys.py); the tokenizer only splits at spaces.
CREATE VIRTUAL TABLE search USING fts5 (
    keys, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii', prefix = '2 3'
);
