"""Background work: its table, its workers, its clock, and the page that says how far it is."""
