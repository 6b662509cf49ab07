"""Each role's home: composes the others' selectors and owns no table."""
