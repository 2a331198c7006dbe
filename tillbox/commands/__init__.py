"""One module a command of `tillbox`; each has a Typer `app` and is imported only when it is called."""
