"""Fictitious 18-character resident ids with a right check character (specification 1.7).

They start with 99, a region that was never assigned, so none can belong to a living person.
"""

from __future__ import annotations

import numpy as np

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_CHARACTERS = np.array(list("10X98765432"))
FIRST_REGION = 990_000
PERSONS_PER_REGION = 500
REGIONS = 10_000


def check_character(seventeen_digits: str) -> str:
    """ISO 7064 MOD 11-2 check character of seventeen digits."""
    total = sum(int(digit) * int(weight) for digit, weight in zip(seventeen_digits, WEIGHTS, strict=True))
    return str(CHECK_CHARACTERS[total % 11])


def is_valid(text: str) -> bool:
    """True for 17 ASCII digits followed by the right check character."""
    head = text[:17]
    return len(text) == 18 and head.isascii() and head.isdigit() and text[17] == check_character(head)


def national_ids(person: np.ndarray, birth_day: np.ndarray, is_male: np.ndarray) -> list[str]:
    """One id a person: region, birth date, sequence number (odd for men), check character.

    `person` counts from 0 and makes the id unique for five million persons; `birth_day` is days since 1970-01-01.
    """
    region = FIRST_REGION + person // PERSONS_PER_REGION % REGIONS
    sequence = person % PERSONS_PER_REGION * 2 + is_male.astype(int)
    births = birth_day.astype("datetime64[D]")
    year = births.astype("datetime64[Y]").astype(int) + 1970
    month = births.astype("datetime64[M]").astype(int) % 12 + 1
    day = (births - births.astype("datetime64[M]")).astype(int) + 1
    number = (region * 10**8 + year * 10**4 + month * 100 + day) * 1000 + sequence
    digits = number[:, None] // 10 ** np.arange(16, -1, -1) % 10
    checks = CHECK_CHARACTERS[(digits * WEIGHTS).sum(axis=1) % 11]
    return [f"{whole}{check}" for whole, check in zip(number, checks, strict=True)]
