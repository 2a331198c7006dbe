-- Why a spend was declined: the rule's code and its parameters as JSON.
ALTER TABLE payment_news ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE payment_news ADD COLUMN params TEXT NOT NULL DEFAULT '{}';
