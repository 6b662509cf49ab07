"""Forms of the visits app: they read types and choices; the rules live in the services."""
