"""What runs in the box on the counter. Dependencies point down only: see docs/architecture.md."""
