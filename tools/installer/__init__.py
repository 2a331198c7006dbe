"""Sets the working folder up: Debian packages, `.venv/`, locked packages, assets. Standard library only.

It must run before anything is installed, twice at once, after being killed half-way, and again at no cost.
"""
