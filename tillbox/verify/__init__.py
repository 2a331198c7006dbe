"""Proves that what a home has on record is whole: chain, sales, ledger, files, and what HQ holds of it.

Reads only, in one snapshot, so the till may go on selling. Finds and names; repairs nothing.
"""

from tillbox.verify.findings import Finding, Findings
from tillbox.verify.walk import Verdict, verify

__all__ = ["Finding", "Findings", "Verdict", "verify"]
