"""One line a record, to a rotating file and to stderr.

Must never see a card number, phone, name or payment code: whoever logs leaves them out.
"""

import logging
import sys
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_BYTES_MAX = 2 << 20
FILES_KEPT = 3


class LineFormatter(logging.Formatter):
    """`2026-03-01T12:00:00.123Z WARNING appliance.daemon receipt: lost`; line breaks become ` ⏎ `."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{stamp}.{int(record.msecs):03d}Z"

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace("\n", " ⏎ ")


def set_up(log_dir: Path, process: str, *, level: int = logging.INFO) -> None:
    """Send all logging of this process to `log_dir/<process>.log` and stderr."""
    log_dir.mkdir(parents=True, exist_ok=True)
    formatter = LineFormatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    file = RotatingFileHandler(
        log_dir / f"{process}.log", maxBytes=FILE_BYTES_MAX, backupCount=FILES_KEPT, encoding="utf-8"
    )
    handlers: list[logging.Handler] = [file, logging.StreamHandler(sys.stderr)]
    root = logging.getLogger()
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    for handler in handlers:
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(level)
