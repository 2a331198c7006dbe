"""SQLite: tables, migrations, units of work, repositories, the outbox.

Owns every statement that touches the two databases. Knows no screen, device or network.
"""
