"""Raw drops of both centers whose cells are changed at random: characters put in, taken out, replaced, repeated."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from random import Random

from adversarial_drops import TABLES
from fuzzing import STRANGE_CELLS

Row = dict[str, str]

ALPHABET = (
    "0123456789.,<>=≤≥+-eE×*^ /:;年月日()（）"
    "０１９．，＜≦－Ｅ²³⁹½Ⅷ①٣৩"  # digits and signs that NFKC turns into others, and digits that stay foreign
    "aAzZµμΩﬁ中淋巴结消失阴性无"
    "\n\r\t\x00\x0b\x1f\x7f\x85\u00a0\u00ad\u200b\u200f\u202e\u2028\u3000\ufeff\ufffd\u0301\u0316'\"\\%_$[]{}|😀\U0010ffff"
)
LONG_CELLS = (
    "9" * 500,
    "1" + "0" * 400 + ".0",
    "0." + "0" * 300 + "1",
    "1e" + "9" * 300,
    "1," * 300,
    "<" * 300,
    "年" * 999,
)
VERY_LONG_CELLS = 2  # a table, of a million characters each
CHANGED_ROWS = 0.6


def write_fuzzed_drops(raw: Path, seed: int, size: int) -> None:
    """Write one full drop a center with `size` records a table; keys and references mostly stay as they are."""
    random = Random(seed)
    for center, tables in TABLES.items():
        folder = raw / center / "1"
        folder.mkdir(parents=True)
        files = {}
        for table, make_row in tables.items():
            rows = _rows(random, make_row, size)
            content = _csv(rows).encode("utf-8-sig")
            (folder / f"{table}.csv").write_bytes(content)
            files[f"{table}.csv"] = {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}
        manifest = {"center": center, "extracted_at": "2024-02-01T01:00:00+08:00", "kind": "full", "files": files}
        (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def _rows(random: Random, make_row: Callable[[Random, int], Row], size: int) -> list[Row]:
    rows = [make_row(random, size) for _ in range(size)]
    for row in rows:
        if random.random() < CHANGED_ROWS:
            names = list(row)
            # The first two columns are the key and the reference: changed ones end the judgement of a row early.
            name = random.choice(names if random.random() < 0.15 else names[2:] or names)
            row[name] = _changed(random, row[name])
    for row in random.sample(rows, VERY_LONG_CELLS):
        row[random.choice(list(row))] = random.choice("9x年. <") * 1_000_000
    return rows


def _changed(random: Random, text: str) -> str:
    fate = random.random()
    if fate < 0.08:
        return random.choice(STRANGE_CELLS)
    if fate < 0.14:
        return random.choice(LONG_CELLS)
    if fate < 0.24:
        return "".join(random.choices(ALPHABET, k=random.randint(1, 12)))
    characters = list(text)
    for _ in range(random.randint(1, 3)):
        place = random.randint(0, len(characters))
        characters[place : place + random.choice((0, 0, 1, 2))] = random.choice((random.choice(ALPHABET), ""))
    return "".join(characters)


def _csv(rows: list[Row]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(rows[0].keys())
    writer.writerows(row.values() for row in rows)
    return buffer.getvalue()
