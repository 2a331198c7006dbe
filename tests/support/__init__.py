"""What several parts' tests stand on; the end-to-end run uses it too."""
