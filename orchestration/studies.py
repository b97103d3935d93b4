"""The studies of a warehouse, and which tables each of them has.

A study is a protocol file (specification 3); a table is a function of `analytics` and the frames it takes. A further
table of all studies is one more entry of STUDY_TABLES.
"""

import contextlib
import csv
import hashlib
import importlib
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.errors import RefreshError
from orchestration.parameters import OPERATIONAL
from orchestration.settings import DBT_PROJECT, Settings

if TYPE_CHECKING:
    import pandas as pd

    from analytics.protocol import Protocol


@dataclass(frozen=True)
class StudyTable:
    """A table that every study has.

    Attributes:
        name: Of the table.
        description: What one row is.
    """

    name: str
    description: str


@dataclass(frozen=True)
class StudyStep:
    """A function of analytics that makes one or several tables of a study.

    Attributes:
        function: `module:function` in analytics; imported only when it runs. It takes the frames in `arguments`,
            then `protocol`, and returns a frame, or a tuple of frames where the step has several tables.
        arguments: Argument name -> where the frame comes from: a mart, or another study table.
        tables: What it makes, in the order in which the function returns it.
        previews: `module:function` that draws pictures of the tables (by name), the protocol and whether the data are
            simulated; shown on the page of the asset `shown_at`.
        shown_at: Name of that table.
    """

    function: str
    arguments: Mapping[str, str]
    tables: tuple[StudyTable, ...]
    previews: str | None = None
    shown_at: str | None = None

    def load(self) -> Callable[..., "pd.DataFrame | tuple[pd.DataFrame, ...]"]:
        """Import the function."""
        function: Callable[..., pd.DataFrame | tuple[pd.DataFrame, ...]] = _imported(self.function)
        return function

    def pictures(
        self, frames: Mapping[str, "pd.DataFrame"], protocol: "Protocol", is_simulated: bool
    ) -> list[tuple[str, bytes]]:
        """Title and PNG of each picture of the step's tables."""
        if self.previews is None:
            return []
        drawn: list[tuple[str, bytes]] = _imported(self.previews)(frames, protocol, is_simulated, OPERATIONAL.min_cell)
        return drawn

    @property
    def name(self) -> str:
        """Name of the step: that of its function."""
        return self.function.split(":")[1]

    @property
    def marts(self) -> list[str]:
        """The marts that it reads."""
        return [source for source in self.arguments.values() if source.startswith("analysis_")]

    @property
    def study_tables(self) -> list[str]:
        """The other tables of the study that it reads."""
        return [source for source in self.arguments.values() if not source.startswith("analysis_")]


def _imported(path: str) -> Callable[..., Any]:
    module, name = path.split(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


COHORT = {"cohort": "analysis_cohort"}
LINES = {"lines": "analysis_lines"}
TIMEPOINTS = {"timepoints": "analysis_timepoints"}
PERSONS = {"persons": "analysis_persons"}
LABELS = {"labels": "resistance_labels"}
ENDPOINTS = {"endpoints": "survival_endpoints"}
LANDMARK = {"landmark": "landmark_survival"}
SECOND_LINE = {"second_line": "second_line_population"}

STUDY_STEPS = (
    StudyStep(
        "analytics.best_response:best_responses",
        TIMEPOINTS | LINES | COHORT,
        (
            StudyTable(
                "best_responses",
                "One row per eligible person and line: best and confirmed best response (specification 2.2).",
            ),
        ),
    ),
    StudyStep(
        "analytics.resistance:resistance_labels",
        COHORT | LINES | TIMEPOINTS | PERSONS,
        (
            StudyTable(
                "resistance_labels",
                "One row per eligible person: primary, secondary, progression_free or indeterminate "
                "(specification 2.5).",
            ),
        ),
    ),
    StudyStep(
        "analytics.endpoints:survival_endpoints",
        COHORT | LINES | TIMEPOINTS | PERSONS | LABELS,
        (
            StudyTable(
                "survival_endpoints",
                "One row per eligible person and endpoint whose start exists (specification 2.6).",
            ),
        ),
    ),
    StudyStep(
        "analytics.landmark:landmark_survival",
        COHORT | PERSONS | LABELS,
        (
            StudyTable(
                "landmark_survival",
                "One row per eligible person seen alive at the landmark: survival from there (specification 2.6).",
            ),
        ),
    ),
    StudyStep(
        "analytics.second_line:second_line_population",
        COHORT | LINES | LABELS,
        (
            StudyTable(
                "second_line_population",
                "One row per person whose second line is compared (specification 2.6).",
            ),
        ),
    ),
    StudyStep(
        "analytics.estimates.study_estimates:study_survival",
        LABELS | ENDPOINTS | LANDMARK | SECOND_LINE,
        (
            StudyTable(
                "survival_estimates",
                "One row per endpoint, grouping and group: median and survival at 12, 24 and 36 months "
                "(specification 5.1.3).",
            ),
            StudyTable(
                "survival_curves",
                "One row per endpoint, grouping, group and observed time: Kaplan-Meier (specification 5.1.3).",
            ),
            StudyTable("group_tests", "One row per endpoint, grouping and test: log-rank tests (specification 5.1.3)."),
        ),
        previews="analytics.report.previews:survival_previews",
        shown_at="survival_curves",
    ),
    StudyStep(
        "analytics.estimates.study_estimates:study_regressions",
        COHORT | LABELS | ENDPOINTS,
        (
            StudyTable(
                "regression_results",
                "One row per model, analysis and term: logistic and Cox regression (specification 5.1.4, 5.1.5).",
            ),
            StudyTable(
                "model_diagnostics",
                "One row per model and diagnostic: value, threshold and verdict (specification 5.1.4, 5.1.5).",
            ),
        ),
        previews="analytics.report.previews:regression_previews",
        shown_at="regression_results",
    ),
)
# Rows of the table `checks` about the study; made with its report, which comes last.
REPORT_CHECKS_TABLE = "report_checks"
STUDY_TABLES = tuple(table for step in STUDY_STEPS for table in step.tables)


def load_meanwhile() -> None:
    """Import what the studies' tables need in the background, while the database works.

    The statistics libraries take seconds to import; a run of everything reaches them only after dbt. A module that
    cannot be imported is met again, and reported, by the step that needs it.
    """

    def load() -> None:
        for step in STUDY_STEPS:
            with contextlib.suppress(Exception):
                step.load()

    threading.Thread(target=load, name="imports", daemon=True).start()


def load_studies(settings: Settings) -> dict[str, "Protocol"]:
    """The validated protocols by study id: those of the project and those of HCC_PROTOCOLS.

    Raises RefreshError with file and key where a protocol is wrong.
    """
    from analytics.protocol import ProtocolError, study_protocols

    if settings.protocols is not None and not settings.protocols.is_dir():
        raise RefreshError(f"the protocol folder {settings.protocols} is not there (--protocols or HCC_PROTOCOLS)")
    try:
        return study_protocols(settings.protocols, systemic_agents())
    except ProtocolError as error:
        raise RefreshError("; ".join(str(error).splitlines())) from None


def systemic_agents() -> list[str]:
    """The agents that a study may be about, from the vocabulary."""
    with (DBT_PROJECT / "seeds" / "agents.csv").open(encoding="utf-8", newline="") as file:
        return [row["agent"] for row in csv.DictReader(file) if row["systemic_anticancer"] == "true"]


def table_names(studies: Iterable[str]) -> list[str]:
    """Names of all study tables in a build, `<study>/<table>`."""
    names = [*(table.name for table in STUDY_TABLES), REPORT_CHECKS_TABLE]
    return [f"{study}/{name}" for study in studies for name in names]


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
