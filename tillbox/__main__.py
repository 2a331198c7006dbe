"""`python -m tillbox` is the command `tillbox`."""

from tillbox.cli import main

main()
