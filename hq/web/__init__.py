"""HQ's pages and JSON addresses. Shows and changes; every rule stands elsewhere in `hq`."""
