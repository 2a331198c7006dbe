"""The store's book of stock: kept from tills' events and HQ's own hands, told to the tills.

This HQ keeps the book of one store, `STORE`; the rules stand in `retail.stock`.
"""

STORE = "main"
