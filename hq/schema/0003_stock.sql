-- The book of stock, by double entry. A movement is a fact: never updated, never deleted.
CREATE TABLE stock_movement (
    movement_id TEXT PRIMARY KEY,
    store TEXT NOT NULL,
    product_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL CHECK (target <> source),
    quantity_milli INTEGER NOT NULL CHECK (quantity_milli > 0),
    at INTEGER NOT NULL,                -- hybrid clock: Unix milliseconds x 65,536 + counter
    reason TEXT NOT NULL,
    cause TEXT NOT NULL,
    note TEXT NOT NULL,
    who TEXT NOT NULL,
    batch TEXT NOT NULL,
    expires TEXT NOT NULL,
    serial TEXT NOT NULL,
    recorded_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX stock_movement_by_product ON stock_movement (store, product_id, at);
CREATE INDEX stock_movement_by_serial ON stock_movement (product_id, serial) WHERE serial <> '';
CREATE TRIGGER stock_movement_is_a_fact BEFORE UPDATE ON stock_movement
BEGIN SELECT RAISE(ABORT, 'a movement is a fact'); END;
CREATE TRIGGER stock_movement_stays BEFORE DELETE ON stock_movement
BEGIN SELECT RAISE(ABORT, 'a movement is a fact'); END;

CREATE TABLE stock_count (
    count_id TEXT PRIMARY KEY,
    store TEXT NOT NULL,
    product_id TEXT NOT NULL,
    counted_milli INTEGER NOT NULL CHECK (counted_milli >= 0),
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    recorded_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX stock_count_by_product ON stock_count (store, product_id, at, count_id);
CREATE TRIGGER stock_count_is_a_fact BEFORE UPDATE ON stock_count
BEGIN SELECT RAISE(ABORT, 'a count is a fact'); END;
CREATE TRIGGER stock_count_stays BEFORE DELETE ON stock_count
BEGIN SELECT RAISE(ABORT, 'a count is a fact'); END;

-- The goods a book is kept of, since the first time somebody moved or counted them: what was sold before
-- is not in it. `level_milli` is the sum of the movements; `dirty`: the tills do not know it yet.
CREATE TABLE stock_item (
    store TEXT NOT NULL,
    product_id TEXT NOT NULL,
    since INTEGER NOT NULL,
    level_milli INTEGER NOT NULL,
    reorder_milli INTEGER,
    low INTEGER NOT NULL DEFAULT 0,
    dirty INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (store, product_id)
) WITHOUT ROWID;
CREATE INDEX stock_item_dirty ON stock_item (dirty) WHERE dirty = 1;

-- Pieces with a serial number, derived from the movements.
CREATE TABLE stock_serial (
    store TEXT NOT NULL,
    product_id TEXT NOT NULL,
    serial TEXT NOT NULL,
    state TEXT NOT NULL,
    dirty INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (store, product_id, serial)
) WITHOUT ROWID;
CREATE INDEX stock_serial_dirty ON stock_serial (dirty) WHERE dirty = 1;

-- Backfilling a book that begins before it was known of.
CREATE INDEX sale_line_by_product ON sale_line (product_id);
