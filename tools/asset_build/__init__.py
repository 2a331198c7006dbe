"""What `make setup` makes from sources that people edit: icons, drawings, logo, translations.

Each module builds one kind into a folder and says what it made. None of them decides whether
it is needed; `stamp` does. A mistake in a source is a `BuildError` that says what to do.
"""
