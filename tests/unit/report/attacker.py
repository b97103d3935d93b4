"""An attacker who has every file of a report and subtracts; what he finds are counts from 1 to min_cell - 1.

He knows how the tables are made (methods are printed in them), not what the report's own disclosure control did.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

Rows = list[list[str]]
RESPONSES = 6


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


def findings(folder: Path, min_cell: int) -> list[str]:
    """Every small count that can be read or worked out, with how."""
    tables = tables_of(folder)
    claims = [
        *_read(tables),
        *_from_flow(tables["flow"]),
        *_from_groups(tables),
        *_from_response(tables),
        *_from_survival(tables),
        *_from_readings(tables),
        *_from_models(tables),
        *_from_centers(tables),
        *_from_effects(tables),
        *_from_risk_numbers(folder),
    ]
    return [how for how, count in claims if 0 < count < min_cell]


Claims = Iterator[tuple[str, int]]


def _read(tables: dict[str, Rows]) -> Claims:
    """Counts as they stand."""
    columns = {
        "flow": slice(1, None),
        "baseline": slice(1, 3),
        "second_line_baseline": slice(1, 3),
        "survival": slice(1, 3),
    }
    columns |= {
        "second_line_survival": slice(1, 3),
        "by_center": slice(1, 3),
        "response": slice(1, 3),
        "ledger": slice(1, 6),
    }
    columns |= {"logistic_primary_resistance": slice(1, 3), "cox_os": slice(1, 3), "cox_pfs": slice(1, 3)}
    for name, chosen in columns.items():
        for row in tables.get(name, [])[1:]:
            for cell in row[chosen]:
                number = number_in(cell)
                if number is not None and "[" not in cell:
                    yield f"{name}: {row[0]}: stands there", number


def _from_flow(rows: Rows) -> Claims:
    """Neighbouring steps; all centers less the others."""
    scopes = range(1, len(rows[0]), 2)
    for column in scopes:
        shown = [(row[0], number_in(row[column])) for row in rows[1:]]
        known = [(name, number) for name, number in shown if number is not None]
        for (name, before), (_, after) in pairwise(known):
            yield f"flow: {name}: entering less entering next", before - after
    for row in rows[1:]:
        for first in (1, 2):
            numbers = [number_in(cell) for cell in row[first::2]]
            yield from _all_but_one(f"flow: {row[0]}", numbers[:-1], numbers[-1])


def _all_but_one(how: str, parts: list[int | None], total: int | None) -> Claims:
    """The one hidden part of a shown total, or what remains where all parts are shown."""
    known = [part for part in parts if part is not None]
    if total is not None and len(known) >= len(parts) - 1:
        yield f"{how}: total less the others", total - sum(known)


def _sizes(rows: Rows) -> list[int | None]:
    return [number_in(cell) for cell in rows[1][1:3]]


def _from_groups(tables: dict[str, Rows]) -> Claims:
    """Levels of each factor of the baseline tables: what remains of the group."""
    for name in ("baseline", "second_line_baseline"):
        rows = tables.get(name)
        if rows is None:
            continue
        for place, size in enumerate(_sizes(rows), start=1):
            for label, cells in _factors(rows):
                numbers = [number_in(row[place]) for row in cells]
                is_yes_no = len(cells) <= 2 and not cells[0][0].startswith("  ")
                if is_yes_no:  # the third part, "no", has no row
                    if size is not None and None not in numbers:
                        yield (
                            f"{name}: {label}: group less yes and missing",
                            size - sum(n for n in numbers if n is not None),
                        )
                else:
                    yield from _all_but_one(f"{name}: {label}", numbers, size)


def _factors(rows: Rows) -> Iterator[tuple[str, Rows]]:
    """Label and rows of each factor (continuous ones left out)."""
    blocks: list[Rows] = []
    for row in rows[2:]:
        if row[0].startswith("  ") and blocks:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    for block in blocks:
        head, *inner = block
        if "[" in head[1] + head[2]:
            continue
        if head[1] == head[2] == "" and inner:
            yield head[0], inner
        elif head[1] or head[2]:
            yield head[0], block


def _from_response(tables: dict[str, Rows]) -> Claims:
    rows = tables["response"][1:]
    for place, size in enumerate(_sizes(tables["baseline"]), start=1):
        for start, row in enumerate(rows):
            if row[1] == row[2] == "":
                block = [number_in(one[place]) for one in rows[start + 1 : start + 1 + RESPONSES]]
                yield from _all_but_one(f"response: {row[0]}", block, size)
        for row in rows:
            rate = re.match(r"(\d+)/(\d+) = ", row[place])
            if rate:
                yield f"response: {row[0]}: with", int(rate.group(1))
                yield f"response: {row[0]}: without", int(rate.group(2)) - int(rate.group(1))


def _from_readings(tables: dict[str, Rows]) -> Claims:
    """Persons times survival at fixed times: exact where nobody was censored early, else never below the count."""
    for name in ("survival", "second_line_survival"):
        for row in tables.get(name, [])[1:]:
            persons = number_in(row[1]) if len(row) > 6 else None
            last = 100.0
            for cell in row[4:7]:
                found = re.match(r"[\d.]+", cell)
                if persons is None or found is None:
                    continue
                survival = float(found.group())
                yield f"{name}: {row[0]}: persons times the fall of survival", round(persons * (last - survival) / 100)
                yield f"{name}: {row[0]}: persons times survival", round(persons * survival / 100)
                last = survival


def _from_survival(tables: dict[str, Rows]) -> Claims:
    """Persons less events; all persons less the labels; naive groups less those followed after progression."""
    for name in ("survival", "second_line_survival", "by_center"):
        for row in tables.get(name, [])[1:]:
            persons, events = number_in(row[1]), number_in(row[2])
            if persons is not None and events is not None:
                yield f"{name}: {row[0]}: persons less events", persons - events
    blocks = _blocks(tables["survival"])
    labels = next((rows for _, rows in blocks if len(rows) == 4), [])
    whole = next((rows[0] for head, rows in blocks if head.startswith("Overall") and len(rows) == 1), None)
    if labels and whole:
        for column in (1, 2):
            yield from _all_but_one(
                "survival: labels", [number_in(row[column]) for row in labels], number_in(whole[column])
            )
    by_head: dict[str, dict[str, list[str]]] = {head: {row[0]: row for row in rows} for head, rows in blocks}
    naive, after = by_head.get("Overall survival (naive)", {}), by_head.get("Survival after progression", {})
    for group in set(naive) & set(after):
        for column in (1, 2):
            first, second = number_in(naive[group][column]), number_in(after[group][column])
            if first is not None and second is not None:
                yield f"survival: {group}: naive less after progression", first - second


def _blocks(rows: Rows) -> list[tuple[str, Rows]]:
    blocks: list[tuple[str, Rows]] = []
    for row in rows[1:]:
        if row[1] == "":
            blocks.append((row[0], []))
        elif blocks:
            blocks[-1][1].append(row)
    return blocks


def _from_models(tables: dict[str, Rows]) -> Claims:
    """Missing values: all persons less those of a model, also among events and among the others."""
    totals = {
        "logistic_primary_resistance": (_sum(_sizes(tables["baseline"])), _sizes(tables["baseline"])[0]),
        "cox_os": _persons_and_events(tables, "Overall survival"),
        "cox_pfs": (_persons_and_events(tables, "Overall survival")[0], None),
    }
    for name, (persons, events) in totals.items():
        shown = [(row[0], number_in(row[1]), number_in(row[2])) for row in tables[name][1:]]
        most = max((number for _, _, number in shown if number is not None), default=None)
        for label, n, e in shown:
            if n is not None and e is not None:
                yield f"{name}: {label}: persons less events", n - e
            if persons is not None and n is not None:
                yield f"{name}: {label}: all less complete", persons - n
            for all_events in {events, most} - {None}:
                if e is not None:
                    yield f"{name}: {label}: events left out", all_events - e
                    if n is not None and persons is not None:
                        yield f"{name}: {label}: others left out", (persons - n) - (all_events - e)
        if name == "cox_pfs" and most is not None:
            groups = [number_in(row[2]) for row in _rows_of(tables, "Progression-free survival (naive)")]
            if groups and None not in groups:
                yield "cox_pfs: events of nobody with resistance", most - sum(n for n in groups if n is not None)


def _rows_of(tables: dict[str, Rows], head: str) -> Rows:
    return next((rows for name, rows in _blocks(tables["survival"]) if name == head), [])


def _persons_and_events(tables: dict[str, Rows], head: str) -> tuple[int | None, int | None]:
    rows = _rows_of(tables, head)
    return (number_in(rows[0][1]), number_in(rows[0][2])) if len(rows) == 1 else (None, None)


def _sum(numbers: list[int | None]) -> int | None:
    return None if None in numbers else sum(number for number in numbers if number is not None)


def _from_centers(tables: dict[str, Rows]) -> Claims:
    """Centers against groups, against the flow's end, against each other's tables."""
    ends = {}
    for column in range(1, len(tables["flow"][0]), 2):
        ends[tables["flow"][0][column].split(":")[0]] = number_in(tables["flow"][-1][column])
    sizes = _sizes(tables["baseline"])
    for head, rows in _blocks(tables["by_center"]):
        for column in (1, 2):
            numbers = [number_in(row[column]) for row in rows]
            groups = _rows_of(tables, "Survival after progression" if "after" in head else "Overall survival (naive)")
            total = _sum([number_in(row[column]) for row in groups[:2]]) if groups else None
            yield from _all_but_one(f"by_center: {head}", numbers, total)
        for row in rows:
            end, n = ends.get(row[0].strip()), number_in(row[1])
            if end is not None and n is not None:
                yield f"by_center: {row[0]}: eligible less analysed", end - n
    baseline = {row[0].strip(): row for row in tables["baseline"]}
    overall = _blocks(tables["by_center"])[0][1] if len(tables["by_center"]) > 1 else []
    for row in overall:
        cells = baseline.get(row[0].strip())
        numbers = [number_in(cell) for cell in cells[1:3]] if cells else []
        if numbers and number_in(row[1]) is not None:
            yield from _all_but_one(f"by_center and baseline: {row[0]}", numbers, number_in(row[1]))
    if _sum(sizes) is not None:
        yield from _second_line_centers(tables, _sum(sizes))


def _second_line_centers(tables: dict[str, Rows], analysed: int | None) -> Claims:
    rows = tables.get("second_line_by_center")
    if rows is None or analysed is None:
        return
    arms = _sizes(tables["second_line_baseline"])
    total = _sum(arms)
    if total is not None:
        yield "second line: analysed less compared", analysed - total
    for head, block in _blocks(rows):
        pairs = [re.match(r"(\d+) / (\d+)", row[1]) for row in block]
        for place, arm in enumerate(arms, start=1):
            numbers = [int(pair.group(place)) if pair else None for pair in pairs]
            yield from _all_but_one(f"second line: {head}: arm {place}", numbers, arm)
            for number in numbers:
                if number is not None:
                    yield f"second line: {head}: stands there", number
        for row, pair in zip(block, pairs, strict=True):
            events = number_in(row[2])
            if pair and events is not None:
                yield (
                    f"second line: {head}: {row[0]}: persons less events",
                    int(pair.group(1)) + int(pair.group(2)) - events,
                )


def _from_effects(tables: dict[str, Rows]) -> Claims:
    """Persons of an arm that matching left out."""
    rows = tables.get("second_line_effects", [])
    sizes = [re.match(r"([\d,]+) / ([\d,]+)$", row[1]) for row in rows[1:]]
    shown = [tuple(int(part.replace(",", "")) for part in size.groups()) for size in sizes if size]
    for first, second in combinations(sorted(set(shown)), 2):
        for place in (0, 1):
            yield "second line: matched against all", abs(first[place] - second[place])
    for size in shown:
        for number in size:
            yield "second line: effects: stands there", number


def _from_risk_numbers(folder: Path) -> Claims:
    """Numbers at risk in the figures' text: along a curve, between endpoints, all persons less the groups."""
    figures = {path.stem: risk_table(path) for path in sorted((folder / "figures").glob("km_*.svg"))}
    for name, curves in figures.items():
        for group, numbers in curves.items():
            for _, number in numbers:
                yield f"{name}: {group}: stands there", number
            for (_, before), (_, after) in pairwise(numbers):
                yield f"{name}: {group}: between two times", before - after
    for first, second in (("km_os_resistance", "km_pfs_resistance"), ("km_second_line_os", "km_second_line_pfs")):
        for group in set(figures.get(first, {})) & set(figures.get(second, {})):
            others = dict(figures[second][group])
            for month, number in figures[first][group]:
                if month in others:
                    yield f"{first} less {second}: {group} at {month}", number - others[month]
    everybody = next(iter(figures.get("km_os_all", {}).values()), [])
    for month, number in everybody:
        parts = [dict(numbers)[month] for numbers in figures["km_os_resistance"].values() if month in dict(numbers)]
        for size in range(1, len(parts) + 1):
            for chosen in combinations(parts, size):
                yield f"km_os_all less groups at {month}", number - sum(chosen)


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
