"""The MQTT agent: carries the journal to HQ and HQ's documents, answers and news to the till.

Owns the reference database, the upload cursor and `sync.sock`. Reads trade.db, never writes it.
"""
