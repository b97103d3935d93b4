"""The studies of a warehouse, and which tables each of them has.

A study is a protocol file (specification 3); a table is a function of `analytics` and the frames it takes. A further
table of all studies is one more entry of STUDY_TABLES.
"""

import csv
import hashlib
import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.errors import RefreshError
from orchestration.settings import DBT_PROJECT, Settings

if TYPE_CHECKING:
    import pandas as pd

    from analytics.protocol import Protocol


@dataclass(frozen=True)
class StudyTable:
    """One table of every study.

    Attributes:
        name: Of the table.
        function: `module:function` in analytics; imported only when it runs. It takes the frames in `arguments`,
            then `protocol`.
        arguments: Argument name -> where the frame comes from: a mart, or another study table.
        description: What one row is.
    """

    name: str
    function: str
    arguments: Mapping[str, str]
    description: str

    def load(self) -> Callable[..., "pd.DataFrame"]:
        """Import the function."""
        module, name = self.function.split(":")
        function: Callable[..., pd.DataFrame] = getattr(importlib.import_module(module), name)
        return function

    @property
    def marts(self) -> list[str]:
        """The marts that it reads."""
        return [source for source in self.arguments.values() if source.startswith("analysis_")]

    @property
    def study_tables(self) -> list[str]:
        """The other tables of the study that it reads."""
        return [source for source in self.arguments.values() if not source.startswith("analysis_")]


COHORT = {"cohort": "analysis_cohort"}
LINES = {"lines": "analysis_lines"}
TIMEPOINTS = {"timepoints": "analysis_timepoints"}
PERSONS = {"persons": "analysis_persons"}
LABELS = {"labels": "resistance_labels"}

STUDY_TABLES = (
    StudyTable(
        "best_responses",
        "analytics.best_response:best_responses",
        TIMEPOINTS | LINES | COHORT,
        "One row per eligible person and line: best and confirmed best response (specification 2.2).",
    ),
    StudyTable(
        "resistance_labels",
        "analytics.resistance:resistance_labels",
        COHORT | LINES | TIMEPOINTS | PERSONS,
        "One row per eligible person: primary, secondary, progression_free or indeterminate (specification 2.5).",
    ),
    StudyTable(
        "survival_endpoints",
        "analytics.endpoints:survival_endpoints",
        COHORT | LINES | TIMEPOINTS | PERSONS | LABELS,
        "One row per eligible person and endpoint whose start exists (specification 2.6).",
    ),
    StudyTable(
        "landmark_survival",
        "analytics.landmark:landmark_survival",
        COHORT | PERSONS | LABELS,
        "One row per eligible person seen alive at the landmark: survival from there (specification 2.6).",
    ),
    StudyTable(
        "second_line_population",
        "analytics.second_line:second_line_population",
        COHORT | LINES | LABELS,
        "One row per person whose second line is compared (specification 2.6).",
    ),
)


def load_studies(settings: Settings) -> dict[str, "Protocol"]:
    """The validated protocols by study id: those of the project and those of HCC_PROTOCOLS.

    Raises RefreshError with file and key where a protocol is wrong.
    """
    from analytics.protocol import ProtocolError, study_protocols

    try:
        return study_protocols(settings.protocols, _systemic_agents())
    except ProtocolError as error:
        raise RefreshError("; ".join(str(error).splitlines())) from None


def _systemic_agents() -> list[str]:
    """The agents that a study may be about, from the vocabulary."""
    with (DBT_PROJECT / "seeds" / "agents.csv").open(encoding="utf-8", newline="") as file:
        return [row["agent"] for row in csv.DictReader(file) if row["systemic_anticancer"] == "true"]


def table_names(studies: Iterable[str]) -> list[str]:
    """Names of all study tables in a build, `<study>/<table>`."""
    return [f"{study}/{table.name}" for study in studies for table in STUDY_TABLES]


def protocol_hashes(protocols: Mapping[str, "Protocol"]) -> dict[str, str]:
    """SHA-256 of each study's parameters."""
    from analytics.protocol import protocol_hash

    return {study: protocol_hash(protocol) for study, protocol in protocols.items()}


def combined_hash(hashes: Mapping[str, str]) -> str:
    """One hash over all studies."""
    return hashlib.sha256("\n".join(f"{study} {hashes[study]}" for study in sorted(hashes)).encode()).hexdigest()


def landing_rows(protocols: Iterable["Protocol"]) -> list[dict[str, Any]]:
    """What landing writes of the protocols for dbt: one mapping a study, with its lists."""
    return [protocol.model_dump() for protocol in protocols]
