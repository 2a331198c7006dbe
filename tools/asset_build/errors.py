"""The one error of the asset build: a sentence for the person at the keyboard."""


class BuildError(Exception):
    """A source is missing or wrong; the text says which, where and what to do."""
