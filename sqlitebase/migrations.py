"""Bring a database's tables up to date from numbered SQL files."""

import re
from collections.abc import Iterator
from importlib import resources
from sqlite3 import complete_statement

from sqlalchemy import Connection, Engine

from retail.errors import ContractError


def migrate(engine: Engine, package: str) -> int:
    """Run the numbered SQL files of a package that this database has not seen; returns its version.

    All of them are one transaction together with the new ``user_version``: neither a kill in the middle
    nor another process that reads meanwhile sees anything between before and after. Two processes may
    do it at once: whoever comes second finds it done. A database newer than the program is refused.
    """
    newest = newest_version(package)
    with engine.connect() as connection:
        version = version_of(connection)
    if version > newest:
        raise ContractError("store.newer_than_program", version=version, known=newest)
    if version < newest:
        with engine.begin() as connection:
            _run_missing(connection, package, newest)
    return newest


def newest_version(package: str) -> int:
    """The version that the SQL files of a package lead to."""
    return max(_files(package), default=0)


def version_of(connection: Connection) -> int:
    """The number of the last SQL file that a database has seen; 0 of a new one."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _run_missing(connection: Connection, package: str, newest: int) -> None:
    """Within the write lock, because another process may have been faster."""
    version = version_of(connection)
    for number, name in sorted(_files(package).items()):
        if number > version:
            for statement in _statements(resources.files(package).joinpath(name).read_text("utf-8")):
                connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA user_version = {max(version, newest)}")


def _files(package: str) -> dict[int, str]:
    """Names by number."""
    names = (entry.name for entry in resources.files(package).iterdir())
    return {int(name.split("_")[0]): name for name in names if re.fullmatch(r"\d{4}_\w+\.sql", name)}


def _statements(script: str) -> Iterator[str]:
    """One by one, because the driver's own way to run a script ends the transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
