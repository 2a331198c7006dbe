-- What a receipt says besides the sale's event: masked names, balances as HQ said, what promises bring. The journal
-- holds members' ids only, so a copy of the receipt is printed from here.
CREATE TABLE slip (
    number INTEGER PRIMARY KEY REFERENCES sale,
    body TEXT NOT NULL
) STRICT;
