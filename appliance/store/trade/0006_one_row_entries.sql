-- An entry and its postings are one row, balanced from the first or not there: a sale writes one page and runs
-- one statement for what was two pages and three statements. Whoever sums postings reads the view.
CREATE TABLE entry_of_one_row (
    entry INTEGER PRIMARY KEY,
    entry_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    postings TEXT NOT NULL
) STRICT;
INSERT INTO entry_of_one_row
SELECT entry, entry_id, kind, cause, (
    SELECT json_group_array(json_object('account', account, 'currency', currency, 'amount_minor', amount_minor))
    FROM posting p WHERE p.entry = e.entry
) FROM ledger_entry e;
DROP TABLE posting;
DROP TABLE ledger_entry;
ALTER TABLE entry_of_one_row RENAME TO ledger_entry;

CREATE VIEW posting (entry, account, currency, amount_minor) AS
SELECT entry, value ->> 'account', value ->> 'currency', value ->> 'amount_minor'
FROM ledger_entry, json_each(iif(json_valid(postings), postings, '[]')) one
WHERE one.type = 'object' AND typeof(value ->> 'amount_minor') = 'integer';

CREATE TRIGGER entry_balanced BEFORE INSERT ON ledger_entry
WHEN NOT EXISTS (SELECT 1 FROM jsonb_each(NEW.postings)) OR EXISTS (
    SELECT 1 FROM jsonb_each(NEW.postings) GROUP BY value ->> 'currency'
    HAVING sum(value ->> 'amount_minor') <> 0 OR sum(typeof(value ->> 'amount_minor') <> 'integer')
)
BEGIN SELECT raise(ABORT, 'ledger.unbalanced'); END;
CREATE TRIGGER entry_fixed BEFORE UPDATE ON ledger_entry BEGIN SELECT raise(ABORT, 'ledger.immutable'); END;
CREATE TRIGGER entry_kept BEFORE DELETE ON ledger_entry BEGIN SELECT raise(ABORT, 'ledger.immutable'); END;

-- The same rule as before, with the event parsed once instead of at every mention.
DROP TRIGGER sale_adds_up;
CREATE TRIGGER sale_adds_up BEFORE INSERT ON sale
WHEN NOT EXISTS (
    WITH event (sale) AS MATERIALIZED (
        SELECT jsonb(body) FROM journal WHERE seq = NEW.event_seq AND type = 'sale.completed'
    )
    SELECT 1 FROM event
    WHERE sale ->> 'sale_id' = NEW.sale_id
    AND sale ->> 'total_minor' = NEW.total_minor
    AND NEW.total_minor = (SELECT sum(value ->> 'total_minor') FROM jsonb_each(sale, '$.lines'))
        + (sale ->> 'tax_added_minor')
    AND NEW.total_minor = (SELECT coalesce(sum(value ->> 'amount_minor'), 0) FROM jsonb_each(sale, '$.tenders'))
)
BEGIN SELECT raise(ABORT, 'sale.does_not_add_up'); END;
