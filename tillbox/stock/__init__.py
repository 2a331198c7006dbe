"""`tillbox stock`: counts from a file, and what the command says in two languages."""
