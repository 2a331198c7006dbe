"""`make bench`: how fast and how large the till is, on this machine, against a baseline of the same run."""
