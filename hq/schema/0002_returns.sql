-- Goods that come back: a refund, an exchange or a void is a sale of its own, below zero in what it gives back.
ALTER TABLE sale ADD COLUMN kind TEXT NOT NULL DEFAULT 'sale';
ALTER TABLE sale ADD COLUMN refers_to TEXT NOT NULL DEFAULT '';
ALTER TABLE sale ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE sale ADD COLUMN approver_id TEXT NOT NULL DEFAULT '';
CREATE INDEX sale_by_origin ON sale (tenant, refers_to) WHERE refers_to <> '';

-- Money that goes back to whoever paid by code. `attempt_id` is the till's id of the refund, `refunds` the
-- payment; `paid` means that the customer has the money back.
CREATE TABLE refund (
    attempt_id TEXT PRIMARY KEY,
    refunds TEXT NOT NULL REFERENCES payment,
    tenant TEXT NOT NULL,
    appliance TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'paid', 'declined')),
    revision INTEGER NOT NULL,
    announced INTEGER NOT NULL,
    silent INTEGER NOT NULL DEFAULT 0,
    provider_reference TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX refund_by_payment ON refund (refunds);
CREATE TRIGGER refund_end_sticks BEFORE UPDATE OF state ON refund
WHEN OLD.state <> 'pending' AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'a refund ends once'); END;
CREATE TRIGGER refund_not_more BEFORE INSERT ON refund
WHEN NEW.amount_minor + (
    SELECT coalesce(sum(amount_minor), 0) FROM refund WHERE refunds = NEW.refunds AND state <> 'declined'
) > (SELECT amount_minor FROM payment WHERE attempt_id = NEW.refunds AND state = 'paid')
BEGIN SELECT RAISE(ABORT, 'more than was paid'); END;
