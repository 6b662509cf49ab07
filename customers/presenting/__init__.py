"""Pages of the archive, built from what selectors read."""
