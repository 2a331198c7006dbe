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

-- What is on the counter: changes with every scan, gone when the sale is complete.
CREATE TABLE basket (
    basket_id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('open', 'suspended')),
    opened_ms INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_open_basket ON basket (state) WHERE state = 'open';

CREATE TABLE basket_line (
    basket_id TEXT NOT NULL REFERENCES basket ON DELETE CASCADE,
    line_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (basket_id, line_id)
) STRICT, WITHOUT ROWID;

-- The journal is the outbox. seq is gapless from 1.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    hlc INTEGER NOT NULL,
    wall TEXT NOT NULL,
    time_trust TEXT NOT NULL,
    business_day TEXT NOT NULL
) STRICT;

CREATE TABLE sale (
    sale_id TEXT PRIMARY KEY,
    receipt_number TEXT NOT NULL UNIQUE,
    order_number TEXT NOT NULL,
    business_day TEXT NOT NULL,
    shift TEXT NOT NULL,
    completed_at TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    tax_added_minor INTEGER NOT NULL,
    total_minor INTEGER NOT NULL,
    event_seq INTEGER NOT NULL UNIQUE REFERENCES journal,
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX sale_by_day ON sale (business_day, event_seq);
CREATE INDEX sale_by_event ON sale (event_seq);

CREATE TABLE sale_line (
    sale_id TEXT NOT NULL REFERENCES sale,
    position INTEGER NOT NULL,
    product_id TEXT NOT NULL,
    quantity_milli INTEGER NOT NULL CHECK (quantity_milli <> 0),
    base_minor INTEGER NOT NULL,
    total_minor INTEGER NOT NULL,
    PRIMARY KEY (sale_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE sale_tender (
    sale_id TEXT NOT NULL REFERENCES sale,
    position INTEGER NOT NULL,
    type TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    change_minor INTEGER NOT NULL CHECK (change_minor >= 0),
    PRIMARY KEY (sale_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_entry (
    entry_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_entry_by_cause ON ledger_entry (cause);

CREATE TABLE posting (
    entry_id TEXT NOT NULL REFERENCES ledger_entry,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (entry_id, account, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE effect (
    effect_id TEXT PRIMARY KEY,
    sale_id TEXT NOT NULL REFERENCES sale,
    kind TEXT NOT NULL CHECK (kind IN ('drawer', 'receipt')),
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed', 'dismissed')),
    fault TEXT NOT NULL,
    language TEXT NOT NULL,
    copy INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX effect_unsettled ON effect (state) WHERE state IN ('pending', 'failed');

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

-- A sale closes only when its lines and its tenders both make its total.
CREATE TRIGGER sale_adds_up BEFORE UPDATE ON sale
WHEN OLD.closed = 0 AND NEW.closed = 1 AND (
    NEW.total_minor <> NEW.tax_added_minor
        + (SELECT coalesce(sum(total_minor), 0) FROM sale_line WHERE sale_id = NEW.sale_id)
    OR NEW.total_minor <> (SELECT coalesce(sum(amount_minor), 0) FROM sale_tender WHERE sale_id = NEW.sale_id)
    OR NOT EXISTS (SELECT 1 FROM sale_line WHERE sale_id = NEW.sale_id)
)
BEGIN SELECT raise(ABORT, 'sale.does_not_add_up'); END;
CREATE TRIGGER sale_fixed BEFORE UPDATE ON sale
WHEN OLD.closed = 1 OR NEW.closed <> 1 OR NEW.total_minor <> OLD.total_minor OR NEW.event_seq <> OLD.event_seq
BEGIN SELECT raise(ABORT, 'sale.immutable'); END;
CREATE TRIGGER sale_kept BEFORE DELETE ON sale BEGIN SELECT raise(ABORT, 'sale.immutable'); END;
CREATE TRIGGER sale_line_late BEFORE INSERT ON sale_line
WHEN (SELECT closed FROM sale WHERE sale_id = NEW.sale_id) = 1
BEGIN SELECT raise(ABORT, 'sale.immutable'); END;
CREATE TRIGGER sale_line_fixed BEFORE UPDATE ON sale_line BEGIN SELECT raise(ABORT, 'sale.immutable'); END;
CREATE TRIGGER sale_line_kept BEFORE DELETE ON sale_line BEGIN SELECT raise(ABORT, 'sale.immutable'); END;
CREATE TRIGGER sale_tender_late BEFORE INSERT ON sale_tender
WHEN (SELECT closed FROM sale WHERE sale_id = NEW.sale_id) = 1
BEGIN SELECT raise(ABORT, 'sale.immutable'); END;
CREATE TRIGGER sale_tender_fixed BEFORE UPDATE ON sale_tender BEGIN SELECT raise(ABORT, 'sale.immutable'); END;
CREATE TRIGGER sale_tender_kept BEFORE DELETE ON sale_tender BEGIN SELECT raise(ABORT, 'sale.immutable'); END;

-- A ledger entry closes only when it sums to zero in every currency; then it stands for ever.
CREATE TRIGGER entry_balanced BEFORE UPDATE ON ledger_entry
WHEN OLD.closed = 0 AND NEW.closed = 1 AND (
    EXISTS (SELECT 1 FROM posting WHERE entry_id = NEW.entry_id GROUP BY currency HAVING sum(amount_minor) <> 0)
    OR NOT EXISTS (SELECT 1 FROM posting WHERE entry_id = NEW.entry_id)
)
BEGIN SELECT raise(ABORT, 'ledger.unbalanced'); END;
CREATE TRIGGER entry_fixed BEFORE UPDATE ON ledger_entry
WHEN OLD.closed = 1 OR NEW.closed <> 1 OR NEW.kind <> OLD.kind OR NEW.cause <> OLD.cause
BEGIN SELECT raise(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER entry_kept BEFORE DELETE ON ledger_entry BEGIN SELECT raise(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER posting_late BEFORE INSERT ON posting
WHEN (SELECT closed FROM ledger_entry WHERE entry_id = NEW.entry_id) = 1
BEGIN SELECT raise(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER posting_fixed BEFORE UPDATE ON posting BEGIN SELECT raise(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER posting_kept BEFORE DELETE ON posting BEGIN SELECT raise(ABORT, 'ledger.immutable'); END;

-- A request stands as it was asked.
CREATE TRIGGER hq_request_fixed BEFORE UPDATE ON hq_request BEGIN SELECT raise(ABORT, 'request.immutable'); END;
