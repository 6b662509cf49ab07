"""Formats of the languages where the bank writes otherwise than Django."""
