"""A random key of 32 bytes in a file of its own, as 64 hex digits; made once, read by its owner only."""

import os
import re
import secrets
from pathlib import Path

from retail.errors import ContractError

KEY_HEX_DIGITS = 64


def read_key(path: Path) -> str:
    """The raw key, 64 hex digits, from a file that only its owner may read."""
    try:
        mode = path.stat().st_mode & 0o777
        key = path.read_text().strip()
    except OSError as error:
        raise ContractError("store.no_key", path=str(path), why=error.strerror or "") from error
    if mode & 0o077:
        raise ContractError("store.key_readable_by_others", path=str(path), mode=f"{mode:o}")
    if not re.fullmatch(rf"[0-9a-fA-F]{{{KEY_HEX_DIGITS}}}", key):
        raise ContractError("store.key_malformed", path=str(path))
    return key


def create_key(path: Path) -> None:
    """Make a random key file, once; an existing one is left alone. Torn creation is impossible."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(KEY_HEX_DIGITS // 2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
