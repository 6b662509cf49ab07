"""Forms of the archive: they read types and choices; the rules live in the services."""
