-- What a receipt says besides the sale's event: masked names, balances as HQ said, what promises bring. The journal
-- holds members' ids only, so a copy of the receipt is printed from here.
CREATE TABLE slip (
    number INTEGER PRIMARY KEY REFERENCES sale,
    body TEXT NOT NULL
) STRICT;

-- What was asked to be given up is looked for every second until HQ has heard it.
CREATE INDEX hq_request_by_kind ON hq_request (kind);
