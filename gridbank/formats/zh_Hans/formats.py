"""How numbers are written in Chinese: a bank groups by three, as its own reports do; Django groups by four."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
