"""Words that several layers say to people."""

_SHOWN = 60


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun: `1 record`, `2 records`; the plural where it does not end in `s` alone."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def shown_text(text: str) -> str:
    """Delivered text as it can stand in a line for a person: short, and nothing in it that moves a cursor."""
    plain = "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text[:_SHOWN])
    return plain + ("..." if len(text) > _SHOWN else "")


def shown_drop(center: str, folder_name: str | None, number: int) -> str:
    """A drop as people look for it; by its number alone where the folder's name is not known."""
    return f"{center} drop {number}" if folder_name is None else f"{center}/{shown_text(folder_name)} (drop {number})"
