"""SQLite as every program of ours opens it: a safe version, WAL, foreign keys, numbered migrations,
and key files.

Owns no table. Imports only `retail`; used by the appliance's store and by HQ.
"""

from sqlitebase.engine import is_vulnerable, open_database, require_safe_sqlite
from sqlitebase.key_file import create_key, read_key
from sqlitebase.migrations import migrate, newest_version, version_of

__all__ = [
    "create_key",
    "is_vulnerable",
    "migrate",
    "newest_version",
    "open_database",
    "read_key",
    "require_safe_sqlite",
    "version_of",
]
