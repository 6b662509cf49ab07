"""A tiny demo bank, always of the same day."""

from datetime import date

from demo.seeding import demo_seed

TODAY = date(2026, 10, 20)
PASSWORD = "a-made-up-word-9"


def seed(number: int = 7) -> None:
    demo_seed(scale="tiny", seed=number, today=TODAY, password=PASSWORD, tell=lambda _line: None)
