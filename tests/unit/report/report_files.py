"""What an attacker reads in the files of a report: the cells of its tables, the texts of its figures."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

Rows = list[list[str]]
Claims = Iterator[tuple[str, int]]


def tables_of(folder: Path) -> dict[str, Rows]:
    """Every table, from the CSV files."""
    tables = {}
    for path in sorted((folder / "tables").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            tables[path.stem] = list(csv.reader(file))
    return tables


def number_in(cell: str) -> int | None:
    """The count that a cell begins with; None where it shows none."""
    found = re.match(r"([\d,]+)(?=$| \(| ?/ ?\d|/)", cell)
    return int(found.group(1).replace(",", "")) if found else None


def group_sizes(rows: Rows) -> list[int | None]:
    return [number_in(cell) for cell in rows[1][1:3]]


def blocks(rows: Rows) -> list[tuple[str, Rows]]:
    blocks: list[tuple[str, Rows]] = []
    for row in rows[1:]:
        if row[1] == "":
            blocks.append((row[0], []))
        elif blocks:
            blocks[-1][1].append(row)
    return blocks


def total_of(numbers: list[int | None]) -> int | None:
    return None if None in numbers else sum(number for number in numbers if number is not None)


def all_but_one(how: str, parts: list[int | None], total: int | None) -> Claims:
    """The one hidden part of a shown total, or what remains where all parts are shown."""
    known = [part for part in parts if part is not None]
    if total is not None and len(known) >= len(parts) - 1:
        yield f"{how}: total less the others", total - sum(known)


def risk_table(path: Path) -> dict[str, list[tuple[float, int]]]:
    """Group -> (month, number at risk) in the order of time, from the text of an SVG (hidden ones are left out)."""
    texts = _texts(path.read_text(encoding="utf-8"))
    start = next((order for order, (words, _, _) in enumerate(texts) if words == "Number at risk"), len(texts))
    months = _axis(texts)
    curves: dict[str, list[tuple[float, int]]] = defaultdict(list)
    group = ""
    for words, x, _ in texts[:start] + texts[start + 1 :]:
        if not re.fullmatch(r"\d+|·", words):
            group = words
        elif words != "·" and (month := _month_at(months, x)) is not None and group:
            curves[group].append((month, int(words)))
    return {name: sorted(numbers) for name, numbers in curves.items() if _is_group(name)}


def _is_group(words: str) -> bool:
    return not re.search(r"Months|, %|Number at risk|SIMULATED", words)


Text = tuple[str, float, float]


def _texts(svg: str) -> list[Text]:
    """Words and place of every text, in the order of the file."""
    found = []
    for attributes, words in re.findall(r"<text ([^>]*)>([^<]*)</text>", svg):
        place = re.search(r'x="([-\d.]+)" y="([-\d.]+)"', attributes) or re.search(
            r"translate\(([-\d.]+) ([-\d.]+)\)", attributes
        )
        if place:
            found.append((words.strip(), float(place.group(1)), float(place.group(2))))
    return found


def _axis(texts: list[Text]) -> list[tuple[float, float]]:
    """Places and months of the ticks: the numbers that stand on the line just above `Months from`."""
    label = next((y for words, _, y in texts if words.startswith("Months from")), None)
    if label is None:
        return []
    numbers = [(words, x, y) for words, x, y in texts if re.fullmatch(r"\d+", words) and y < label]
    lowest = max((y for _, _, y in numbers), default=0.0)
    return [(x, float(words)) for words, x, y in numbers if abs(y - lowest) < 1.0]


def _month_at(months: list[tuple[float, float]], x: float) -> float | None:
    if not months:
        return None
    place, month = min(months, key=lambda tick: abs(tick[0] - x))
    return month if abs(place - x) < 3.0 else None
