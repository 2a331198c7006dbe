-- What appliances said, as they said it. Facts: never updated, never deleted.
CREATE TABLE event (
    tenant TEXT NOT NULL,
    appliance TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    hash TEXT NOT NULL,
    prev TEXT NOT NULL,
    type TEXT NOT NULL,
    business_day TEXT NOT NULL,
    envelope TEXT NOT NULL,             -- the whole JSON as it came
    understood INTEGER NOT NULL CHECK (understood IN (0, 1)),
    stored_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, appliance, incarnation, seq)
) WITHOUT ROWID;
CREATE TRIGGER event_is_a_fact BEFORE UPDATE OF hash, prev, envelope, seq ON event
BEGIN SELECT RAISE(ABORT, 'an event is a fact'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event is a fact'); END;

-- How far the journal of each life of an appliance is held.
CREATE TABLE incarnation (
    tenant TEXT NOT NULL,
    appliance TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0,
    head_hash TEXT NOT NULL,
    reported_seq INTEGER NOT NULL DEFAULT 0,
    first_seen_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, appliance, incarnation)
) WITHOUT ROWID;

-- Events that came before their predecessors; bounded, emptied as the gap closes.
CREATE TABLE held_event (
    tenant TEXT NOT NULL,
    appliance TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    seq INTEGER NOT NULL,
    envelope TEXT NOT NULL,
    PRIMARY KEY (tenant, appliance, incarnation, seq)
) WITHOUT ROWID;

-- Events that contradict what is held: a cloned or rolled-back box.
CREATE TABLE quarantined_event (
    tenant TEXT NOT NULL,
    appliance TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    envelope TEXT NOT NULL,
    why TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, appliance, incarnation, seq, hash)
) WITHOUT ROWID;

CREATE TABLE appliance (
    tenant TEXT NOT NULL,
    appliance TEXT NOT NULL,
    online INTEGER NOT NULL DEFAULT 0,
    versions TEXT NOT NULL DEFAULT '{}',
    app_version TEXT NOT NULL DEFAULT '',
    current_incarnation TEXT NOT NULL DEFAULT '',
    first_seen_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, appliance)
) WITHOUT ROWID;

-- The same alarm again counts up instead of filling the page.
CREATE TABLE alarm (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    appliance TEXT NOT NULL,
    code TEXT NOT NULL,
    params TEXT NOT NULL,
    count INTEGER NOT NULL DEFAULT 1,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    UNIQUE (tenant, appliance, code, params)
);

-- Derived from events; `hq.sales.rebuild` makes them again.
CREATE TABLE sale (
    tenant TEXT NOT NULL,
    sale_id TEXT NOT NULL,
    appliance TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    seq INTEGER NOT NULL,
    receipt_number TEXT NOT NULL,
    order_number TEXT NOT NULL,
    completed_at TEXT NOT NULL,
    business_day TEXT NOT NULL,
    shift TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    base_minor INTEGER NOT NULL,
    tax_added_minor INTEGER NOT NULL,
    total_minor INTEGER NOT NULL,
    taxes TEXT NOT NULL,
    versions TEXT NOT NULL,
    PRIMARY KEY (tenant, sale_id)
) WITHOUT ROWID;
CREATE INDEX sale_by_day ON sale (business_day, completed_at);

CREATE TABLE sale_line (
    tenant TEXT NOT NULL,
    sale_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    product_id TEXT NOT NULL,
    code TEXT NOT NULL,
    names TEXT NOT NULL,
    options TEXT NOT NULL,
    option_names TEXT NOT NULL,
    quantity_milli INTEGER NOT NULL,
    unit TEXT NOT NULL,
    unit_price_minor INTEGER NOT NULL,
    base_minor INTEGER NOT NULL,
    adjustments TEXT NOT NULL,
    total_minor INTEGER NOT NULL,
    tax_class TEXT NOT NULL,
    price_source TEXT NOT NULL,
    PRIMARY KEY (tenant, sale_id, position),
    FOREIGN KEY (tenant, sale_id) REFERENCES sale ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE sale_tender (
    tenant TEXT NOT NULL,
    sale_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    type TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    tendered_minor INTEGER NOT NULL,
    change_minor INTEGER NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (tenant, sale_id, position),
    FOREIGN KEY (tenant, sale_id) REFERENCES sale ON DELETE CASCADE
) WITHOUT ROWID;

-- What HQ pushes. A stream's `floor` is the lowest version from which a difference can be told.
CREATE TABLE stream (
    stream TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    floor INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE document (
    stream TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    json TEXT NOT NULL,
    version INTEGER NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (stream, kind, id)
) WITHOUT ROWID;
CREATE INDEX document_by_version ON document (stream, version);

-- Payments that customers were asked for. `announced` is the last revision the till was sent.
CREATE TABLE payment (
    attempt_id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    appliance TEXT NOT NULL,
    sale_id TEXT NOT NULL,
    method TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'paid', 'declined', 'cancelled', 'expired')),
    revision INTEGER NOT NULL,
    announced INTEGER NOT NULL,
    silent INTEGER NOT NULL DEFAULT 0,
    qr TEXT NOT NULL,
    provider_reference TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX payment_by_time ON payment (created_ms);
CREATE TRIGGER payment_end_sticks BEFORE UPDATE OF state ON payment
WHEN OLD.state <> 'pending' AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'a payment ends once'); END;
