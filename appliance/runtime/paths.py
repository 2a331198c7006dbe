"""Where everything lives: one folder, named by `TILLBOX_HOME`.

Two homes run side by side. Nothing is written outside of it.
"""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """The folder that holds all state; its parts by name."""

    root: Path

    @property
    def config_dir(self) -> Path:
        """Layers of TOML, read in the order of their names."""
        return self.root / "conf.d"

    @property
    def keys_dir(self) -> Path:
        """Keys and certificates, mode 700; each file 600."""
        return self.root / "keys"

    @property
    def run_dir(self) -> Path:
        """Sockets, locks, emulated device nodes: worthless after a restart."""
        return self.root / "run"

    @property
    def log_dir(self) -> Path:
        """One log a process."""
        return self.root / "log"

    @property
    def trade_db(self) -> Path:
        """Ours to lose: sales, tenders, ledger, journal. Encrypted."""
        return self.root / "data" / "trade.db"

    @property
    def reference_db(self) -> Path:
        """HQ's copy, can be fetched again. Encrypted."""
        return self.root / "data" / "reference.db"

    @property
    def hq_dir(self) -> Path:
        """HQ's own data, where HQ runs on the same machine."""
        return self.root / "hq"

    @property
    def database_key(self) -> Path:
        """64 hex digits, the raw SQLCipher key of both databases."""
        return self.keys_dir / "database.key"

    @property
    def lookup_key(self) -> Path:
        """64 hex digits, the key of the hashes of cards and phones; shared with HQ."""
        return self.keys_dir / "lookup.key"

    def socket(self, name: str) -> Path:
        """The Unix socket of a process: ``daemon``, ``sync`` or ``screen``."""
        return self.run_dir / f"{name}.sock"


def home_from_environment() -> Home:
    """`TILLBOX_HOME`, else ``home/`` in the current folder."""
    return Home(Path(os.environ.get("TILLBOX_HOME", "home")).resolve())
