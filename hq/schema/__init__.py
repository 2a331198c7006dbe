"""HQ's tables, one numbered SQL file a version."""
