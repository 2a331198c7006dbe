-- What concerns members and is not settled yet, by kind: ``enrolment`` (who joined here and is in none of HQ's
-- documents yet), ``visit`` (uses of passes without a sale), ``card`` (virtual cards taken). No phone and no
-- name is kept here: those went sealed into the question to HQ, which goes when it is answered.
CREATE TABLE pending (
    kind TEXT NOT NULL CHECK (kind IN ('enrolment', 'visit', 'card')),
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- A sale that comes to nothing (all of it on passes, an even exchange) has no tenders, and adds up all the same.
DROP TRIGGER sale_adds_up;
CREATE TRIGGER sale_adds_up BEFORE INSERT ON sale
WHEN NOT EXISTS (
    SELECT 1 FROM journal j WHERE j.seq = NEW.event_seq AND j.type = 'sale.completed'
    AND j.body ->> 'sale_id' = NEW.sale_id
    AND j.body ->> 'total_minor' = NEW.total_minor
    AND NEW.total_minor = (SELECT sum(value ->> 'total_minor') FROM json_each(j.body, '$.lines'))
        + (j.body ->> 'tax_added_minor')
    AND NEW.total_minor = (SELECT coalesce(sum(value ->> 'amount_minor'), 0) FROM json_each(j.body, '$.tenders'))
)
BEGIN SELECT raise(ABORT, 'sale.does_not_add_up'); END;
DROP TRIGGER void_adds_up;
CREATE TRIGGER void_adds_up BEFORE INSERT ON sale_void
WHEN NOT EXISTS (
    SELECT 1 FROM sale s JOIN journal j ON j.seq = NEW.event_seq
    WHERE s.number = NEW.number AND j.type = 'sale.voided' AND j.business_day = s.business_day
    AND j.body ->> 'voids' = s.sale_id AND j.body ->> 'sale_id' = NEW.void_id
    AND j.body ->> 'total_minor' = NEW.total_minor AND NEW.total_minor = -s.total_minor
    AND NEW.total_minor = (SELECT coalesce(sum(value ->> 'amount_minor'), 0) FROM json_each(j.body, '$.tenders'))
)
BEGIN SELECT raise(ABORT, 'void.does_not_add_up'); END;
