"""Bring a database's tables up to date from numbered SQL files."""

import re
from importlib import resources

from sqlalchemy import Connection, Engine

from retail.errors import ContractError, InvariantBroken


def migrate(engine: Engine, package: str) -> int:
    """Run the numbered SQL files of a package that this database has not seen; returns its version.

    Each file is one transaction together with the new ``user_version``, so a kill in the middle
    leaves the version before. Two processes may do it at once: whoever comes second finds it done.
    A database newer than the program is refused.
    """
    scripts = sorted(
        (int(entry.name.split("_")[0]), entry.name)
        for entry in resources.files(package).iterdir()
        if re.fullmatch(r"\d{4}_\w+\.sql", entry.name)
    )
    newest = scripts[-1][0] if scripts else 0
    with engine.connect() as connection:
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if version > newest:
            raise ContractError("store.newer_than_program", version=version, known=newest)
        for number, name in scripts:
            if number > version:
                _run_script(connection, resources.files(package).joinpath(name).read_text("utf-8"), number)
        connection.rollback()
    return newest


def _run_script(connection: Connection, script: str, number: int) -> None:
    connection.rollback()
    raw = connection.connection.driver_connection
    if raw is None:
        raise InvariantBroken("store.no_connection")
    try:
        raw.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        if raw.execute("PRAGMA user_version").fetchone()[0] < number:
            raise
