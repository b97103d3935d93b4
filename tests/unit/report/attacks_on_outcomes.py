"""Small counts from survival tables, models, centers, the second line and the numbers at risk in figures."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

from report_files import Claims, Rows, all_but_one, blocks, group_sizes, number_in, risk_table, total_of

FURTHER = "Overall survival of further groups (naive)"
LABELS = 4


def from_readings(tables: dict[str, Rows]) -> Claims:
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


def from_survival(tables: dict[str, Rows]) -> Claims:
    """Persons less events; all persons less the labels; naive groups less those followed after progression."""
    for name in ("survival", "second_line_survival", "by_center"):
        for row in tables.get(name, [])[1:]:
            persons, events = number_in(row[1]), number_in(row[2])
            if persons is not None and events is not None:
                yield f"{name}: {row[0]}: persons less events", persons - events
    by_head = {head: {row[0]: row for row in rows} for head, rows in blocks(tables["survival"])}
    labels = [row for head in ("Overall survival (naive)", FURTHER) for row in by_head.get(head, {}).values()]
    whole = next(iter(by_head.get("Overall survival", {}).values()), None)
    if len(labels) == LABELS and whole:
        for column in (1, 2):
            yield from all_but_one(
                "survival: labels", [number_in(row[column]) for row in labels], number_in(whole[column])
            )
    naive, after = by_head.get("Overall survival (naive)", {}), by_head.get("Survival after progression", {})
    for group in set(naive) & set(after):
        for column in (1, 2):
            first, second = number_in(naive[group][column]), number_in(after[group][column])
            if first is not None and second is not None:
                yield f"survival: {group}: naive less after progression", first - second


def from_models(tables: dict[str, Rows]) -> Claims:
    """Missing values: all persons less those of a model, also among events and among the others."""
    totals = {
        "logistic_primary_resistance": (total_of(group_sizes(tables["baseline"])), group_sizes(tables["baseline"])[0]),
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
    return next((rows for name, rows in blocks(tables["survival"]) if name == head), [])


def _persons_and_events(tables: dict[str, Rows], head: str) -> tuple[int | None, int | None]:
    rows = _rows_of(tables, head)
    return (number_in(rows[0][1]), number_in(rows[0][2])) if len(rows) == 1 else (None, None)


def from_centers(tables: dict[str, Rows]) -> Claims:
    """Centers against groups, against the flow's end, against each other's tables."""
    ends = {}
    for column in range(1, len(tables["flow"][0]), 2):
        ends[tables["flow"][0][column].split(":")[0]] = number_in(tables["flow"][-1][column])
    sizes = group_sizes(tables["baseline"])
    for head, rows in blocks(tables["by_center"]):
        for column in (1, 2):
            numbers = [number_in(row[column]) for row in rows]
            groups = _rows_of(tables, "Survival after progression" if "after" in head else "Overall survival (naive)")
            total = total_of([number_in(row[column]) for row in groups[:2]]) if groups else None
            yield from all_but_one(f"by_center: {head}", numbers, total)
        for row in rows:
            end, n = ends.get(row[0].strip()), number_in(row[1])
            if end is not None and n is not None:
                yield f"by_center: {row[0]}: eligible less analysed", end - n
    baseline = {row[0].strip(): row for row in tables["baseline"]}
    overall = blocks(tables["by_center"])[0][1] if len(tables["by_center"]) > 1 else []
    for row in overall:
        cells = baseline.get(row[0].strip())
        numbers = [number_in(cell) for cell in cells[1:3]] if cells else []
        if numbers and number_in(row[1]) is not None:
            yield from all_but_one(f"by_center and baseline: {row[0]}", numbers, number_in(row[1]))
    if total_of(sizes) is not None:
        yield from _second_line_centers(tables, total_of(sizes))


def _second_line_centers(tables: dict[str, Rows], analysed: int | None) -> Claims:
    rows = tables.get("second_line_by_center")
    if rows is None or analysed is None:
        return
    arms = group_sizes(tables["second_line_baseline"])
    total = total_of(arms)
    if total is not None:
        yield "second line: analysed less compared", analysed - total
    for head, block in blocks(rows):
        pairs = [re.match(r"(\d+) / (\d+)", row[1]) for row in block]
        for place, arm in enumerate(arms, start=1):
            numbers = [int(pair.group(place)) if pair else None for pair in pairs]
            yield from all_but_one(f"second line: {head}: arm {place}", numbers, arm)
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


def from_effects(tables: dict[str, Rows]) -> Claims:
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


def from_risk_numbers(folder: Path) -> Claims:
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
