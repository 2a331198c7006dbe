"""SQLite as every program of ours opens it: a safe version, WAL, foreign keys, numbered migrations.

Owns no table and no key. Imports only `retail`; used by the appliance's store and by HQ.
"""

from sqlitebase.engine import is_vulnerable, open_database, require_safe_sqlite
from sqlitebase.migrations import migrate

__all__ = ["is_vulnerable", "migrate", "open_database", "require_safe_sqlite"]
