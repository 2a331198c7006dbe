"""The rules of selling: basket, tenders, sale, staff, payments. No I/O, no clock.

Time, ids and everything stored come in through the ports; `Checkout` in `checkout.py` is the
service that the till's screen and the replay both sell through.
"""
