-- What concerns members and is not settled yet, by kind: ``enrolment`` (who joined here and is in none of HQ's
-- documents yet), ``visit`` (uses of passes without a sale), ``card`` (virtual cards taken). No phone and no
-- name is kept here: those went sealed into the question to HQ, which goes when it is answered.
CREATE TABLE pending (
    kind TEXT NOT NULL CHECK (kind IN ('enrolment', 'visit', 'card')),
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
