"""The reasons for a visit, a module each, found by the registry."""
