-- What has come back of a sale. The quantities and the money given back can never exceed what was sold and
-- paid, whichever program writes: triggers add up what is here and compare it with the sale's own event.

CREATE TABLE sale_return (
    number INTEGER NOT NULL REFERENCES sale,
    line_id TEXT NOT NULL,
    before_milli INTEGER NOT NULL CHECK (before_milli >= 0),
    quantity_milli INTEGER NOT NULL CHECK (quantity_milli > 0),
    event_seq INTEGER NOT NULL REFERENCES journal,
    PRIMARY KEY (number, line_id, before_milli)
) STRICT, WITHOUT ROWID;

CREATE TABLE tender_return (
    number INTEGER NOT NULL REFERENCES sale,
    tender_id TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    event_seq INTEGER NOT NULL REFERENCES journal,
    PRIMARY KEY (number, tender_id, event_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE sale_void (
    number INTEGER PRIMARY KEY REFERENCES sale,
    event_seq INTEGER NOT NULL REFERENCES journal,
    void_id TEXT NOT NULL,
    total_minor INTEGER NOT NULL
) STRICT;

CREATE TRIGGER return_in_order BEFORE INSERT ON sale_return
WHEN NEW.before_milli <> (
    SELECT coalesce(sum(quantity_milli), 0) FROM sale_return
    WHERE number = NEW.number AND line_id = NEW.line_id
)
BEGIN SELECT raise(ABORT, 'return.out_of_order'); END;
CREATE TRIGGER return_not_more BEFORE INSERT ON sale_return
WHEN NEW.before_milli + NEW.quantity_milli > coalesce((
    SELECT value ->> 'quantity_milli' FROM sale s JOIN journal j ON j.seq = s.event_seq, json_each(j.body, '$.lines')
    WHERE s.number = NEW.number AND value ->> 'line_id' = NEW.line_id AND value ->> 'quantity_milli' > 0
), 0)
BEGIN SELECT raise(ABORT, 'return.more_than_sold'); END;
CREATE TRIGGER return_of_voided BEFORE INSERT ON sale_return
WHEN EXISTS (SELECT 1 FROM sale_void WHERE number = NEW.number)
BEGIN SELECT raise(ABORT, 'return.sale_voided'); END;
CREATE TRIGGER return_fixed BEFORE UPDATE ON sale_return BEGIN SELECT raise(ABORT, 'return.immutable'); END;
CREATE TRIGGER return_kept BEFORE DELETE ON sale_return BEGIN SELECT raise(ABORT, 'return.immutable'); END;

CREATE TRIGGER tender_return_not_more BEFORE INSERT ON tender_return
WHEN NEW.amount_minor + (
    SELECT coalesce(sum(amount_minor), 0) FROM tender_return
    WHERE number = NEW.number AND tender_id = NEW.tender_id
) > coalesce((
    SELECT value ->> 'amount_minor' FROM sale s JOIN journal j ON j.seq = s.event_seq, json_each(j.body, '$.tenders')
    WHERE s.number = NEW.number AND value ->> 'tender_id' = NEW.tender_id
), 0)
BEGIN SELECT raise(ABORT, 'return.more_than_paid'); END;
CREATE TRIGGER tender_return_fixed BEFORE UPDATE ON tender_return
BEGIN SELECT raise(ABORT, 'return.immutable'); END;
CREATE TRIGGER tender_return_kept BEFORE DELETE ON tender_return
BEGIN SELECT raise(ABORT, 'return.immutable'); END;

-- A void is the whole sale or nothing: nothing of it may have come back, and it gives back what was paid.
CREATE TRIGGER void_adds_up BEFORE INSERT ON sale_void
WHEN NOT EXISTS (
    SELECT 1 FROM sale s JOIN journal j ON j.seq = NEW.event_seq
    WHERE s.number = NEW.number AND j.type = 'sale.voided' AND j.business_day = s.business_day
    AND j.body ->> 'voids' = s.sale_id AND j.body ->> 'sale_id' = NEW.void_id
    AND j.body ->> 'total_minor' = NEW.total_minor AND NEW.total_minor = -s.total_minor
    AND NEW.total_minor = (SELECT sum(value ->> 'amount_minor') FROM json_each(j.body, '$.tenders'))
)
BEGIN SELECT raise(ABORT, 'void.does_not_add_up'); END;
CREATE TRIGGER void_of_returned BEFORE INSERT ON sale_void
WHEN EXISTS (SELECT 1 FROM sale_return WHERE number = NEW.number)
BEGIN SELECT raise(ABORT, 'void.already_returned'); END;
CREATE TRIGGER void_fixed BEFORE UPDATE ON sale_void BEGIN SELECT raise(ABORT, 'void.immutable'); END;
CREATE TRIGGER void_kept BEFORE DELETE ON sale_void BEGIN SELECT raise(ABORT, 'void.immutable'); END;
