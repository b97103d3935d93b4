"""An attacker who has every file of a report and subtracts; what he finds are counts from 1 to min_cell - 1.

He knows how the tables are made (methods are printed in them), not what the report's own disclosure control did.
"""

from __future__ import annotations

from pathlib import Path

from attacks_on_outcomes import (
    from_centers,
    from_effects,
    from_models,
    from_readings,
    from_risk_numbers,
    from_survival,
)
from attacks_on_persons import from_flow, from_groups, from_percentages, from_response, read
from report_files import tables_of


def findings(folder: Path, min_cell: int) -> list[str]:
    """Every small count that can be read or worked out, with how."""
    tables = tables_of(folder)
    claims = [
        *read(tables),
        *from_flow(tables["flow"]),
        *from_groups(tables),
        *from_percentages(tables, min_cell),
        *from_response(tables),
        *from_survival(tables),
        *from_readings(tables),
        *from_models(tables),
        *from_centers(tables),
        *from_effects(tables),
        *from_risk_numbers(folder),
    ]
    return [how for how, count in claims if 0 < count < min_cell]
