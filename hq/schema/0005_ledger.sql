-- The ledger of record, by double entry (docs/ledger.md). An entry is written open, with its postings, and
-- closed; then it stands for ever. `at_ms` is when it happened, Unix milliseconds.
CREATE TABLE ledger_entry (
    entry INTEGER PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1))
);
CREATE INDEX ledger_entry_by_time ON ledger_entry (at_ms);
CREATE INDEX ledger_entry_by_cause ON ledger_entry (cause);

CREATE TABLE posting (
    entry INTEGER NOT NULL REFERENCES ledger_entry,
    account TEXT NOT NULL,
    unit TEXT NOT NULL,                 -- a currency, PTS, USE:<kind>, DAY:<kind>
    amount INTEGER NOT NULL,            -- debit positive, credit negative
    PRIMARY KEY (entry, account, unit)
) WITHOUT ROWID;
CREATE INDEX posting_by_account ON posting (account, unit, entry);

-- The sum of each account's postings, kept by a trigger. `lapsed`: the part of it from entries that take
-- bonus away other than by spending it (`retail.ledger.lots.LAPSE_KINDS`).
CREATE TABLE ledger_balance (
    account TEXT NOT NULL,
    unit TEXT NOT NULL,
    amount INTEGER NOT NULL,
    lapsed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, unit)
) WITHOUT ROWID;

-- A part of a purse that ends at once: a top-up, a sale's points.
CREATE TABLE ledger_lot (
    account TEXT NOT NULL,
    unit TEXT NOT NULL,
    granted INTEGER NOT NULL,
    granted_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    PRIMARY KEY (account, unit)
) WITHOUT ROWID;
CREATE INDEX ledger_lot_by_end ON ledger_lot (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

CREATE TRIGGER posting_summed AFTER INSERT ON posting
BEGIN
    INSERT INTO ledger_balance (account, unit, amount, lapsed)
    SELECT NEW.account, NEW.unit, NEW.amount, CASE
        WHEN kind IN ('value.expired', 'value.refunded', 'member.erased') THEN NEW.amount ELSE 0 END
    FROM ledger_entry WHERE entry = NEW.entry
    ON CONFLICT (account, unit) DO UPDATE SET
        amount = amount + excluded.amount, lapsed = lapsed + excluded.lapsed;
END;
CREATE TRIGGER entry_balanced BEFORE UPDATE ON ledger_entry
WHEN OLD.closed = 0 AND NEW.closed = 1 AND (
    EXISTS (SELECT 1 FROM posting WHERE entry = NEW.entry GROUP BY unit HAVING sum(amount) <> 0)
    OR NOT EXISTS (SELECT 1 FROM posting WHERE entry = NEW.entry)
)
BEGIN SELECT RAISE(ABORT, 'ledger.unbalanced'); END;
-- What members, cards and passes hold never goes into debit; what they owe never into credit.
CREATE TRIGGER entry_within_bounds BEFORE UPDATE ON ledger_entry
WHEN OLD.closed = 0 AND NEW.closed = 1 AND EXISTS (
    SELECT 1 FROM posting p JOIN ledger_balance b ON b.account = p.account AND b.unit = p.unit
    WHERE p.entry = NEW.entry AND (
        (b.amount < 0 AND p.account GLOB '*/debt')
        OR (b.amount > 0 AND p.account NOT GLOB '*/debt' AND (
            p.account GLOB 'member/*' OR p.account GLOB 'card/*' OR p.account GLOB 'pass/*'
            OR p.account GLOB 'membership/*' OR p.account GLOB 'owed/pass/*' OR p.account GLOB 'owed/membership/*'
        ))
    )
)
BEGIN SELECT RAISE(ABORT, 'ledger.below_zero'); END;
CREATE TRIGGER entry_fixed BEFORE UPDATE ON ledger_entry
WHEN OLD.closed = 1 OR NEW.closed <> 1 OR NEW.entry_id <> OLD.entry_id OR NEW.kind <> OLD.kind
    OR NEW.cause <> OLD.cause OR NEW.at_ms <> OLD.at_ms
BEGIN SELECT RAISE(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER entry_kept BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER posting_late BEFORE INSERT ON posting
WHEN (SELECT closed FROM ledger_entry WHERE entry = NEW.entry) = 1
BEGIN SELECT RAISE(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER posting_fixed BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER posting_kept BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'ledger.immutable'); END;

-- One row for each pass, membership, gift card and coupon, written in the transaction of its entry. `body`
-- is the JSON of `CountPass`, `Membership`, `GiftCard` or `Coupon`; the other columns are for finding it.
-- `due_at_ms`: when the calendar has to look at it, that is its end, or a membership's next day.
CREATE TABLE benefit (
    what TEXT NOT NULL CHECK (what IN ('pass', 'membership', 'gift_card', 'coupon')),
    id TEXT NOT NULL,
    owner TEXT NOT NULL,                -- a member's id; empty: the bearer's
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at_ms INTEGER,
    body TEXT NOT NULL,
    PRIMARY KEY (what, id)
) WITHOUT ROWID;
CREATE INDEX benefit_by_owner ON benefit (owner, what) WHERE owner <> '';
CREATE INDEX benefit_by_kind ON benefit (what, kind);
CREATE INDEX benefit_by_due ON benefit (what, due_at_ms) WHERE due_at_ms IS NOT NULL;
CREATE TRIGGER coupon_end_sticks BEFORE UPDATE OF state ON benefit
WHEN OLD.what = 'coupon' AND OLD.state IN ('void', 'expired') AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'a coupon ends once'); END;

-- What an entry changed about a benefit, so that undoing the entry can put it back; `before` empty: made by it.
CREATE TABLE benefit_change (
    entry_id TEXT NOT NULL,
    what TEXT NOT NULL,
    id TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (entry_id, what, id)
) WITHOUT ROWID;

-- What tills have reserved (`retail.ledger.reservations`). `quote` is what a payout was reckoned at;
-- `reason` and `params` say why one was declined: then it is cancelled from the beginning.
CREATE TABLE reservation (
    auth_id TEXT PRIMARY KEY,
    appliance TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    sale_id TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('open', 'posted', 'cancelled', 'written_off')),
    allowance INTEGER NOT NULL DEFAULT 0 CHECK (allowance IN (0, 1)),
    card_jti TEXT NOT NULL DEFAULT '',
    at_ms INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    quote TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    params TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;
CREATE INDEX reservation_open ON reservation (at_ms) WHERE state = 'open';
CREATE UNIQUE INDEX reservation_by_card ON reservation (card_jti) WHERE card_jti <> '';
CREATE TRIGGER reservation_end_sticks BEFORE UPDATE OF state ON reservation
WHEN OLD.state <> 'open' AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'a reservation ends once'); END;

CREATE TABLE reservation_ask (
    auth_id TEXT NOT NULL REFERENCES reservation,
    purse TEXT NOT NULL,
    unit TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    spent INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
    PRIMARY KEY (auth_id, purse, unit)
) WITHOUT ROWID;
CREATE INDEX reservation_ask_by_purse ON reservation_ask (purse);

-- Everybody the ledger has met. `dirty`: the tills do not know yet. `merged_into`: who answers to this id now.
-- A tier given by hand holds from `given_at_ms` until `given_until_ms` at least.
CREATE TABLE ledger_member (
    member_id TEXT PRIMARY KEY,
    merged_into TEXT NOT NULL DEFAULT '',
    tier TEXT NOT NULL DEFAULT '',
    tier_until_ms INTEGER,
    given_tier TEXT NOT NULL DEFAULT '',
    given_at_ms INTEGER NOT NULL DEFAULT 0,
    given_until_ms INTEGER NOT NULL DEFAULT 0,
    dirty INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE INDEX ledger_member_dirty ON ledger_member (dirty) WHERE dirty = 1;
CREATE INDEX ledger_member_by_tier_end ON ledger_member (tier_until_ms) WHERE tier_until_ms IS NOT NULL;
CREATE INDEX ledger_member_by_survivor ON ledger_member (merged_into) WHERE merged_into <> '';

-- Sales as points, tiers and refunds need them: goods sold and given back of them. `body` is
-- `hq.ledger.purchases.Purchase`.
CREATE TABLE ledger_sale (
    sale_id TEXT PRIMARY KEY,
    member_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    business_day TEXT NOT NULL,
    goods_minor INTEGER NOT NULL,
    back_minor INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX ledger_sale_by_member ON ledger_sale (member_id, at_ms) WHERE member_id <> '';

-- Events that speak of a sale or a use that HQ does not hold yet; booked when it comes.
CREATE TABLE ledger_waiting (
    needs TEXT NOT NULL,
    event_id TEXT NOT NULL,
    envelope TEXT NOT NULL,
    PRIMARY KEY (needs, event_id)
) WITHOUT ROWID;
