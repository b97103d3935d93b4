"""Draws that both centers share: mostly usual cells, sometimes dirty ones, and keys that collide."""

from random import Random

NATIONAL_IDS = [
    "110101196606139619",
    "50010319820329327X",
    "50010319820329327x",
    "110101196606139618",
    "",
    "440106196807180931",
]


def pick(random: Random, usual: list[str], dirty: list[str], dirt: float = 0.05) -> str:
    return random.choice(dirty if random.random() < dirt else usual)


def identifier(random: Random, count: int, dirt: float = 0.04) -> str:
    number = str(random.randint(1, count))
    return pick(random, [number, number, number + ".0"], ["", "X" + number, number + ".00", "999999"], dirt)
