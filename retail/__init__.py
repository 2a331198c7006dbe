"""The trade's common language: values and rules shared by the appliance and HQ.

Owns money, quantities, barcodes, documents, pricing, the ledger and every message between
appliance and HQ. Does no I/O and reads no clock: time, ids and randomness are arguments.
Imports nothing of ours.
"""
