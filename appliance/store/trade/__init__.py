"""trade.db: baskets, sales, ledger, journal, effects. One writer: the till's worker thread."""

from appliance.store.trade.opening import Identity, open_trade, read_trade
from appliance.store.trade.trade import TradeStore

__all__ = ["Identity", "TradeStore", "open_trade", "read_trade"]
