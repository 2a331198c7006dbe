-- trade.db: what is ours to lose. Completed facts are immutable: triggers refuse an update, a
-- delete, and the closing of anything that does not add up.

CREATE TABLE identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    tenant TEXT NOT NULL,
    appliance TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    workstation TEXT NOT NULL
) STRICT;

CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL CHECK (value > 0)) STRICT, WITHOUT ROWID;

-- What is on the counter: changes with every scan, gone when the sale is complete. The open basket
-- has slot 0, so there is one at most; suspended ones have the instant they were opened at. Part 0
-- is the basket itself, its lines are parts 1, 2, 3 ...: a scan writes one page.
CREATE TABLE basket (
    slot INTEGER NOT NULL,
    part INTEGER NOT NULL CHECK (part >= 0),
    body TEXT NOT NULL,
    PRIMARY KEY (slot, part)
) STRICT, WITHOUT ROWID;

-- The journal is the outbox. seq is gapless from 1.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    hlc INTEGER NOT NULL,
    wall TEXT NOT NULL,
    time_trust TEXT NOT NULL,
    business_day TEXT NOT NULL
) STRICT;

-- Sales by number, gapless from 1. What was sold and how it was paid stands in the journal's event;
-- a sale whose event does not add up is refused.
CREATE TABLE sale (
    number INTEGER PRIMARY KEY,
    event_seq INTEGER NOT NULL REFERENCES journal,
    sale_id TEXT NOT NULL,
    business_day TEXT NOT NULL,
    shift TEXT NOT NULL,
    currency TEXT NOT NULL,
    total_minor INTEGER NOT NULL
) STRICT;

CREATE TABLE ledger_entry (
    entry INTEGER PRIMARY KEY,
    entry_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1))
) STRICT;

CREATE TABLE posting (
    entry INTEGER NOT NULL REFERENCES ledger_entry,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (entry, account, currency)
) STRICT, WITHOUT ROWID;

-- What devices shall still do, or failed to: gone when done.
CREATE TABLE effect (
    effect_id TEXT PRIMARY KEY,
    sale_number INTEGER NOT NULL REFERENCES sale,
    kind TEXT NOT NULL CHECK (kind IN ('drawer', 'receipt')),
    state TEXT NOT NULL CHECK (state IN ('pending', 'failed')),
    fault TEXT NOT NULL,
    language TEXT NOT NULL,
    copy INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Questions to HQ, as durable as the basket they belong to. Sync sends, the reference database answers.
CREATE TABLE hq_request (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX hq_request_by_time ON hq_request (created_ms);

CREATE TABLE session (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    operator_id TEXT NOT NULL,
    shift TEXT NOT NULL,
    signed_in_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE pin_failures (
    operator_id TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    locked_until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The journal: appended, gapless, linked; never changed, never deleted before HQ holds it.
CREATE TRIGGER journal_gapless BEFORE INSERT ON journal
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal)
BEGIN SELECT raise(ABORT, 'journal.gap'); END;
CREATE TRIGGER journal_linked BEFORE INSERT ON journal
WHEN NEW.prev <> coalesce((SELECT hash FROM journal WHERE seq = NEW.seq - 1), printf('%064d', 0))
BEGIN SELECT raise(ABORT, 'journal.unlinked'); END;
CREATE TRIGGER journal_fixed BEFORE UPDATE ON journal BEGIN SELECT raise(ABORT, 'journal.immutable'); END;
CREATE TRIGGER journal_kept BEFORE DELETE ON journal BEGIN SELECT raise(ABORT, 'journal.immutable'); END;

-- A sale is numbered without a gap, and its lines, tenders and taxes make its total.
CREATE TRIGGER sale_gapless BEFORE INSERT ON sale
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM sale)
BEGIN SELECT raise(ABORT, 'sale.gap'); END;
CREATE TRIGGER sale_adds_up BEFORE INSERT ON sale
WHEN NOT EXISTS (
    SELECT 1 FROM journal j WHERE j.seq = NEW.event_seq AND j.type = 'sale.completed'
    AND j.body ->> 'sale_id' = NEW.sale_id
    AND j.body ->> 'total_minor' = NEW.total_minor
    AND NEW.total_minor = (SELECT sum(value ->> 'total_minor') FROM json_each(j.body, '$.lines'))
        + (j.body ->> 'tax_added_minor')
    AND NEW.total_minor = (SELECT sum(value ->> 'amount_minor') FROM json_each(j.body, '$.tenders'))
)
BEGIN SELECT raise(ABORT, 'sale.does_not_add_up'); END;
CREATE TRIGGER sale_fixed BEFORE UPDATE ON sale BEGIN SELECT raise(ABORT, 'sale.immutable'); END;
CREATE TRIGGER sale_kept BEFORE DELETE ON sale BEGIN SELECT raise(ABORT, 'sale.immutable'); END;

-- A ledger entry closes only when it sums to zero in every currency; then it stands for ever.
CREATE TRIGGER entry_balanced BEFORE UPDATE ON ledger_entry
WHEN OLD.closed = 0 AND NEW.closed = 1 AND (
    EXISTS (SELECT 1 FROM posting WHERE entry = NEW.entry GROUP BY currency HAVING sum(amount_minor) <> 0)
    OR NOT EXISTS (SELECT 1 FROM posting WHERE entry = NEW.entry)
)
BEGIN SELECT raise(ABORT, 'ledger.unbalanced'); END;
CREATE TRIGGER entry_fixed BEFORE UPDATE ON ledger_entry
WHEN OLD.closed = 1 OR NEW.closed <> 1 OR NEW.kind <> OLD.kind OR NEW.cause <> OLD.cause
BEGIN SELECT raise(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER entry_kept BEFORE DELETE ON ledger_entry BEGIN SELECT raise(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER posting_late BEFORE INSERT ON posting
WHEN (SELECT closed FROM ledger_entry WHERE entry = NEW.entry) = 1
BEGIN SELECT raise(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER posting_fixed BEFORE UPDATE ON posting BEGIN SELECT raise(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER posting_kept BEFORE DELETE ON posting BEGIN SELECT raise(ABORT, 'ledger.immutable'); END;

-- A request stands as it was asked.
CREATE TRIGGER hq_request_fixed BEFORE UPDATE ON hq_request BEGIN SELECT raise(ABORT, 'request.immutable'); END;
