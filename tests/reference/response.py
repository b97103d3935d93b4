"""Section 2.2: baseline and timepoints of one line under one criteria; all lengths in tenths of a millimetre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .parameters import WAREHOUSE, WarehouseParameters

MIN_TARGET, MIN_NODE, NODE_NORMAL, TOO_SMALL = 100, 150, 100, 50


@dataclass(frozen=True)
class Lesion:
    """A target lesion as read at one imaging study."""

    number: str
    organ: str = "liver"
    is_node: bool = False
    status: str = "measured"
    longest: int | None = None
    viable: int | None = None

    @property
    def is_liver(self) -> bool:
        """Organ contains `liver` (any case) or 肝, nodes excluded."""
        return not self.is_node and ("liver" in self.organ.lower() or "肝" in self.organ)


@dataclass(frozen=True)
class Assessment:
    """Imaging with modality CT or MRI (contrast-enhanced in center B) and adequate quality."""

    study_id: str
    day: date
    center: str = "center_a"
    modality: str = "CT"
    lesions: tuple[Lesion, ...] = ()
    non_target_status: str | None = None
    new_lesion: str | None = None
    reported_response: str | None = None
    portal_vein_invasion: str | None = None
    has_extrahepatic_spread: bool = False
    tumor_count: int | None = None


@dataclass(frozen=True)
class Target:
    """A baseline lesion with what was settled for it."""

    number: str
    is_node: bool
    uses_viable: bool
    size: int


@dataclass(frozen=True)
class Baseline:
    """The baseline assessment of a line, its target lesions and their sum."""

    assessment: Assessment
    targets: tuple[Target, ...]

    @property
    def sum(self) -> int:
        """B of section 2.2."""
        return sum(target.size for target in self.targets)


@dataclass(frozen=True)
class Timepoint:
    """One assessment after the start of a line, judged. `is_within`: up to and including the next line's start."""

    day: date
    overall: str
    target: str = "NA"
    non_target: str = "NA"
    new_lesion: str = "N"
    source: str = "derived"
    reported: str | None = None
    sum: int | None = None
    baseline_sum: int | None = None
    nadir: int | None = None
    is_within: bool = True
    study_id: str = ""


def one_a_day(assessments: list[Assessment]) -> list[Assessment]:
    """With a measured target lesion first, MRI before CT, the lowest study id as text, then the center."""

    def rank(item: Assessment) -> tuple[bool, bool, str, str]:
        measured = any(lesion.status == "measured" for lesion in item.lesions)
        return (not measured, item.modality != "MRI", item.study_id, item.center)

    best: dict[date, Assessment] = {}
    for item in sorted(assessments, key=rank):
        best.setdefault(item.day, item)
    return [best[day] for day in sorted(best)]


def _number_order(number: str) -> tuple[int, int, str]:
    return (0, int(number), number) if number.isascii() and number.isdigit() else (1, 0, number)


def eligible_targets(assessment: Assessment, criteria: str) -> tuple[Target, ...]:
    """At most the first five eligible lesions by number, each with its diameter settled."""
    targets = []
    for lesion in sorted(assessment.lesions, key=lambda lesion: _number_order(lesion.number)):
        uses_viable = criteria == "mRECIST" and lesion.is_liver and lesion.viable is not None
        size = lesion.viable if uses_viable else lesion.longest
        if lesion.status != "measured" or size is None:
            continue
        if size >= (MIN_NODE if lesion.is_node else MIN_TARGET):
            targets.append(Target(lesion.number, lesion.is_node, uses_viable, size))
    return tuple(targets[:5])


def find_baseline(
    assessments: list[Assessment], start: date, criteria: str, parameters: WarehouseParameters = WAREHOUSE
) -> Baseline | None:
    """The latest eligible one in [start - 42, start], else the earliest in (start, start + 7]."""
    earliest = start - timedelta(days=parameters.baseline_imaging_days_before)
    latest = start + timedelta(days=parameters.baseline_imaging_days_after)
    usable = [
        Baseline(item, targets)
        for item in one_a_day(assessments)
        if earliest <= item.day <= latest and (targets := eligible_targets(item, criteria))
    ]
    before = [item for item in usable if item.assessment.day <= start]
    if before:
        return before[-1]
    return usable[0] if usable else None


def timepoints_of_line(
    assessments: list[Assessment],
    start: date,
    next_start: date | None,
    criteria: str,
    parameters: WarehouseParameters = WAREHOUSE,
) -> tuple[Baseline | None, list[Timepoint]]:
    """Baseline and every judged timepoint, those after the next line's start included (is_within false)."""
    baseline = find_baseline(assessments, start, criteria, parameters)
    after = max(start, baseline.assessment.day) if baseline else start
    nadir = baseline.sum if baseline else None
    timepoints = []
    for item in one_a_day(assessments):
        if item.day <= after:
            continue
        point = _judge(item, baseline, nadir, parameters, next_start is None or item.day <= next_start)
        timepoints.append(point)
        if nadir is not None and point.sum is not None:
            nadir = min(nadir, point.sum)
    return baseline, timepoints


def lesion_value(target: Target, assessment: Assessment) -> int | None:
    """The value of a baseline lesion at a later assessment of its center; None = not evaluated."""
    for lesion in assessment.lesions:
        if lesion.number == target.number:
            if lesion.status == "measured":
                return lesion.viable if target.uses_viable else lesion.longest
            return {"absent": 0, "too_small": TOO_SMALL}.get(lesion.status)
    return None


def _judge(
    item: Assessment, baseline: Baseline | None, nadir: int | None, parameters: WarehouseParameters, is_within: bool
) -> Timepoint:
    values: list[int | None] = []
    if baseline is not None:
        same_center = item.center == baseline.assessment.center
        values = [lesion_value(target, item) if same_center else None for target in baseline.targets]
    evaluated = [value for value in values if value is not None]
    target = _target_response(baseline, values, nadir, parameters)
    non_target = _non_target_response(item, baseline)
    new_lesion = item.new_lesion or "N"
    overall, source = _overall(item, target, non_target, new_lesion, nothing_evaluated=not evaluated)
    return Timepoint(
        day=item.day,
        overall=overall,
        target=target,
        non_target=non_target,
        new_lesion=new_lesion,
        source=source,
        reported=item.reported_response,
        sum=sum(evaluated) if baseline and len(evaluated) == len(values) else None,
        baseline_sum=baseline.sum if baseline else None,
        nadir=nadir,
        is_within=is_within,
        study_id=item.study_id,
    )


def _target_response(
    baseline: Baseline | None, values: list[int | None], nadir: int | None, parameters: WarehouseParameters
) -> str:
    """The table of target responses, in its order."""
    if baseline is None or nadir is None:
        return "NA"
    evaluated = [value for value in values if value is not None]
    complete = len(evaluated) == len(values)
    if complete and all(
        value < NODE_NORMAL if target.is_node else value == 0
        for target, value in zip(baseline.targets, evaluated, strict=True)
    ):
        return "CR"
    total = sum(evaluated)
    increase = 10 * parameters.min_absolute_increase_mm
    if evaluated and 5 * total >= 6 * nadir and total - nadir >= increase:
        return "PD"
    if not complete:
        return "NE"
    return "PR" if 10 * total <= 7 * baseline.sum else "SD"


def _non_target_response(item: Assessment, baseline: Baseline | None) -> str:
    """As reported; unknown is NA when it was NA or unknown at baseline (or there is none), else NE."""
    if item.non_target_status is not None:
        return item.non_target_status
    if baseline is None or baseline.assessment.non_target_status in (None, "NA"):
        return "NA"
    return "NE"


def _overall(
    item: Assessment, target: str, non_target: str, new_lesion: str, nothing_evaluated: bool
) -> tuple[str, str]:
    """The table of overall responses, in its order: (response, source)."""
    if "PD" in (target, non_target) or new_lesion == "Y":
        return "PD", "derived"
    if nothing_evaluated and item.reported_response is not None:
        return item.reported_response, "reported"
    if target == "NE":
        return "NE", "derived"
    if target == "NA":
        return (non_target if non_target in ("CR", "NON-CR/NON-PD") else "NE"), "derived"
    if target == "CR":
        return ("CR" if non_target in ("CR", "NA") else "PR"), "derived"
    return target, "derived"
