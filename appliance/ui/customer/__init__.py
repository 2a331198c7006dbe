"""The customer's screen: a process of its own that shows what the till tells it."""
