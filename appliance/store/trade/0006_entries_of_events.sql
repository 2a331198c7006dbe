-- What an event moves in the ledger stands in the event's own row: balanced from the first, or neither is there.
-- A completion writes two pages and runs four statements less. Whoever reads the ledger reads the views.
ALTER TABLE journal ADD COLUMN entry TEXT;

DROP TRIGGER journal_fixed;
UPDATE journal SET entry = json_object(
    'entry_id', moved.entry_id, 'kind', moved.kind, 'cause', moved.cause, 'postings', (
        SELECT json_group_array(json_object('account', account, 'currency', currency, 'amount_minor', amount_minor))
        FROM posting WHERE posting.entry = moved.entry
    )
)
FROM (
    SELECT s.event_seq AS seq, e.* FROM ledger_entry e JOIN sale s ON s.sale_id = e.cause WHERE e.kind = 'sale'
    UNION ALL
    SELECT v.event_seq, e.* FROM ledger_entry e JOIN ledger_entry undone ON undone.entry_id = e.cause
    JOIN sale s ON s.sale_id = undone.cause JOIN sale_void v ON v.number = s.number WHERE e.kind = 'reversal'
) moved
WHERE journal.seq = moved.seq;
CREATE TRIGGER journal_fixed BEFORE UPDATE ON journal BEGIN SELECT raise(ABORT, 'journal.immutable'); END;
DROP TABLE posting;
DROP TABLE ledger_entry;

-- Rows that somebody has tampered with are no entries and no postings, which is how they are found.
CREATE VIEW ledger_entry (entry, entry_id, kind, cause) AS
SELECT seq, entry ->> 'entry_id', entry ->> 'kind', entry ->> 'cause' FROM journal WHERE json_valid(entry);
CREATE VIEW posting (entry, account, currency, amount_minor) AS
SELECT seq, value ->> 'account', value ->> 'currency', value ->> 'amount_minor'
FROM journal, json_each(iif(json_valid(entry), entry, '{}'), '$.postings') one
WHERE one.type = 'object' AND typeof(value ->> 'amount_minor') = 'integer';

CREATE TRIGGER journal_balanced BEFORE INSERT ON journal
WHEN NEW.entry IS NOT NULL AND (
    NOT EXISTS (SELECT 1 FROM jsonb_each(NEW.entry, '$.postings')) OR EXISTS (
        SELECT 1 FROM jsonb_each(NEW.entry, '$.postings') GROUP BY value ->> 'currency'
        HAVING sum(value ->> 'amount_minor') <> 0 OR sum(typeof(value ->> 'amount_minor') <> 'integer')
    )
)
BEGIN SELECT raise(ABORT, 'ledger.unbalanced'); END;

-- The same rule as before, and that a sale has its entry; the event is parsed once instead of at every mention.
DROP TRIGGER sale_adds_up;
CREATE TRIGGER sale_adds_up BEFORE INSERT ON sale
WHEN NOT EXISTS (
    WITH event (sale) AS MATERIALIZED (
        SELECT jsonb(body) FROM journal
        WHERE seq = NEW.event_seq AND type = 'sale.completed' AND entry ->> 'cause' = NEW.sale_id
    )
    SELECT 1 FROM event
    WHERE sale ->> 'sale_id' = NEW.sale_id
    AND sale ->> 'total_minor' = NEW.total_minor
    AND NEW.total_minor = (SELECT sum(value ->> 'total_minor') FROM jsonb_each(sale, '$.lines'))
        + (sale ->> 'tax_added_minor')
    AND NEW.total_minor = (SELECT coalesce(sum(value ->> 'amount_minor'), 0) FROM jsonb_each(sale, '$.tenders'))
)
BEGIN SELECT raise(ABORT, 'sale.does_not_add_up'); END;
