-- Promotions that somebody is still writing. What is on stands in the stream ``promotions``, what was stopped too
-- (`gone`); neither is kept here.
CREATE TABLE promotion_draft (
    promotion_id TEXT PRIMARY KEY,
    json TEXT NOT NULL,
    changed_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- What the stream said in each of its versions: a sale names the version it was priced with.
CREATE TABLE promotion_history (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    json TEXT NOT NULL,
    gone INTEGER NOT NULL,
    PRIMARY KEY (kind, id, version)
) WITHOUT ROWID;
CREATE TRIGGER promotion_begins AFTER INSERT ON document WHEN NEW.stream = 'promotions'
BEGIN
    INSERT OR REPLACE INTO promotion_history VALUES (NEW.kind, NEW.id, NEW.version, NEW.json, NEW.gone);
END;
CREATE TRIGGER promotion_changes AFTER UPDATE ON document WHEN NEW.stream = 'promotions'
BEGIN
    INSERT OR REPLACE INTO promotion_history VALUES (NEW.kind, NEW.id, NEW.version, NEW.json, NEW.gone);
END;
INSERT INTO promotion_history SELECT kind, id, version, json, gone FROM document WHERE stream = 'promotions';

-- Derived from sales; `hq.promotions.use.rebuild` makes them again. Costs are above zero: what came off.
-- `dirty`: the tills do not know it yet.
CREATE TABLE promotion_total (
    promotion_id TEXT PRIMARY KEY,
    times INTEGER NOT NULL DEFAULT 0,
    cost_minor INTEGER NOT NULL DEFAULT 0,
    dirty INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE INDEX promotion_total_dirty ON promotion_total (dirty) WHERE dirty = 1;

-- `goods_*` are the lines that the promotion touched, `turnover_minor` the whole sales it was used in.
CREATE TABLE promotion_day (
    promotion_id TEXT NOT NULL,
    business_day TEXT NOT NULL,
    times INTEGER NOT NULL,
    cost_minor INTEGER NOT NULL,
    sales INTEGER NOT NULL,
    goods_milli INTEGER NOT NULL,
    goods_minor INTEGER NOT NULL,
    turnover_minor INTEGER NOT NULL,
    PRIMARY KEY (promotion_id, business_day)
) WITHOUT ROWID;

CREATE TABLE promotion_member (
    member_id TEXT NOT NULL,
    promotion_id TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (member_id, promotion_id)
) WITHOUT ROWID;
