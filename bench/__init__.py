"""How fast gridbank is at scale: `python -m bench` (docs/performance.md)."""
