"""A business day's figures, derived from the journal; nothing is kept that could disagree with it."""
