"""What a check names, by its number."""


def found(check) -> list[str]:
    return [message.id.removeprefix("gridbank.") for message in check()]
