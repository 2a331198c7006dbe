-- Members are found by their number, by the last digits of a phone, and by the ids they had before, too.
CREATE TABLE lookup_next (
    kind TEXT NOT NULL
        CHECK (kind IN ('gtin', 'plu', 'own', 'card', 'phone', 'number', 'tail', 'alias')),
    code TEXT NOT NULL,
    seq INTEGER NOT NULL REFERENCES document (seq) ON DELETE CASCADE,
    PRIMARY KEY (code, kind, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO lookup_next SELECT kind, code, seq FROM lookup;
DROP TABLE lookup;
ALTER TABLE lookup_next RENAME TO lookup;
CREATE INDEX lookup_of_document ON lookup (seq);

INSERT OR IGNORE INTO lookup
SELECT 'tail', substr(CAST(body AS TEXT) ->> 'phone_masked', -4), seq FROM document
WHERE kind = 'member' AND substr(CAST(body AS TEXT) ->> 'phone_masked', -4) GLOB '[0-9][0-9][0-9][0-9]';
INSERT OR IGNORE INTO lookup
SELECT 'number', CAST(body AS TEXT) ->> 'number_hash', seq FROM document
WHERE kind = 'member' AND coalesce(CAST(body AS TEXT) ->> 'number_hash', '') <> '';
INSERT OR IGNORE INTO lookup
SELECT 'alias', value, seq FROM document, json_each(CAST(body AS TEXT), '$.aliases') WHERE kind = 'member';
