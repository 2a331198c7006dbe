-- What sync remembers of its talk with HQ. Sync writes, the till reads. All of it can be lost: HQ is asked again.
CREATE TABLE upload_cursor (
    incarnation TEXT PRIMARY KEY,
    upto INTEGER NOT NULL CHECK (upto >= 0),
    hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE hq_answer (
    request_id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    error TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE payment_news (
    attempt_id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('pending', 'paid', 'declined', 'cancelled', 'expired')),
    revision INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    qr TEXT NOT NULL,
    provider_reference TEXT NOT NULL
) STRICT, WITHOUT ROWID;
