"""Small counts from the tables that count persons: flow diagram, baseline, response, ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from report_files import Claims, Rows, all_but_one, group_sizes, number_in

RESPONSES = 6
# A percentage that bears it is of all persons of the group, as the table says.
OF_ALL = "†"
MISSING = "  missing"


def read(tables: dict[str, Rows]) -> Claims:
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


def from_flow(rows: Rows) -> Claims:
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
            yield from all_but_one(f"flow: {row[0]}", numbers[:-1], numbers[-1])


def from_groups(tables: dict[str, Rows]) -> Claims:
    """Levels of each factor of the baseline tables: what remains of the group."""
    for name in ("baseline", "second_line_baseline"):
        rows = tables.get(name)
        if rows is None:
            continue
        for place, size in enumerate(group_sizes(rows), start=1):
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
                    yield from all_but_one(f"{name}: {label}", numbers, size)


def from_percentages(tables: dict[str, Rows], min_cell: int) -> Claims:
    """Percentages of the persons with a value: how many have one, and so how many have none, where a row says that
    some are missing (where none is, the table has no such row).
    """
    for name in ("baseline", "second_line_baseline"):
        rows = tables.get(name, [])
        for place, size in enumerate(group_sizes(rows) if rows else [], start=1):
            for label, cells in _factors(rows):
                is_hidden = cells[-1][0].startswith(MISSING) and number_in(cells[-1][place]) is None
                if size is None or not is_hidden or any(OF_ALL in row[place] for row in cells):
                    continue
                possible = [missing for missing in range(1, size) if _fits(cells[:-1], place, size - missing)]
                # All that fits being small, it is known to be.
                if possible and max(possible) < min_cell:
                    yield f"{name}: {label}: percentages of those with a value", max(possible)


def _fits(rows: Rows, place: int, persons: int) -> bool:
    """Whether so many persons with a value have the percentages shown."""
    shares = [re.match(r"([\d,]+) \(([\d.]+)%\)", row[place]) for row in rows]
    shown = [(int(share.group(1).replace(",", "")), share.group(2)) for share in shares if share]
    return bool(shown) and all(f"{100 * count / persons:.1f}" == text for count, text in shown)


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


def from_response(tables: dict[str, Rows]) -> Claims:
    rows = tables["response"][1:]
    for place, size in enumerate(group_sizes(tables["baseline"]), start=1):
        for start, row in enumerate(rows):
            if row[1] == row[2] == "":
                block = [number_in(one[place]) for one in rows[start + 1 : start + 1 + RESPONSES]]
                yield from all_but_one(f"response: {row[0]}", block, size)
        for row in rows:
            rate = re.match(r"(\d+)/(\d+) = ", row[place])
            if rate:
                yield f"response: {row[0]}: with", int(rate.group(1))
                yield f"response: {row[0]}: without", int(rate.group(2)) - int(rate.group(1))
