"""Scans of one line of therapy and the responses that specification 2.2 makes of them, worked out by hand.

Every patient takes sorafenib from 2022-01-06 (day 0) on at center A. A scan is `day: lesions and
findings`, scans are separated by `;`. Lesions:

    1=50        liver lesion 1, longest diameter 50 mm        1=50/40   its viable diameter is 40 mm
    L1=50, N1=15   lung lesion, lymph node with short axis    1=abs, 1=small, 1=ne   absent, too small, not evaluable

Findings: `nt:` non-target status, `new` lesion, `rep:` reported response, `n:` number of tumours, `MRI`, `US`, `poor`
quality. CT, no findings and `nt:NA` where nothing is said. Expected per timepoint: day, overall response (* = as
reported) and sum in mm, `-` where a lesion is not evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from probe_drops import Drop, rows_of

INDEX = date(2022, 1, 6)

# patient | scans | timepoints under mRECIST | under RECIST-1.1, where that differs
COURSES = """
# Thresholds, exact
growth of 20%                        | 0: 1=50; 60: 1=60                          | 60 PD 60
growth of 19.8%                      | 0: 1=50; 60: 1=59.9                        | 60 SD 59.9
growth of 20% but 4 mm               | 0: 1=20; 60: 1=24                          | 60 SD 24
growth of 5 mm                       | 0: 1=20; 60: 1=25                          | 60 PD 25
growth of 4.9 mm                     | 0: 1=20; 60: 1=24.9                        | 60 SD 24.9
growth of 20.08% and 5 mm            | 0: 1=24.9; 60: 1=29.9                      | 60 PD 29.9
growth of 19.9% and 5 mm             | 0: 1=25.1; 60: 1=30.1                      | 60 SD 30.1
shrinkage of 30%                     | 0: 1=100; 60: 1=70                         | 60 PR 70
shrinkage of 29.9%                   | 0: 1=100; 60: 1=70.1                       | 60 SD 70.1
rounding half up to a response       | 0: 1=100; 60: 1=70.04; 90: 1=70.05         | 60 PR 70; 90 SD 70.1
growth from the nadir                | 0: 1=100; 60: 1=50; 120: 1=60              | 60 PR 50; 120 PD 60
the nadir of an unevaluated scan     | 0: 1=100 2=20; 60: 1=30 2=ne; 120: 1=70 2=20 | 60 NE -; 120 SD 90
all lesions gone                     | 0: 1=100; 60: 1=abs; 120: 1=4.9; 180: 1=5  | 60 CR 0; 120 PR 4.9; 180 PD 5
too small is 5 mm                    | 0: 1=20; 60: 1=small                       | 60 PR 5
a diameter of 0 is gone              | 0: 1=20; 60: 1=0                           | 60 CR 0
# Nodes
node below 10 mm is normal           | 0: 1=20 N2=15; 60: 1=abs N2=9.9            | 60 CR 9.9
node of 10 mm is not                 | 0: 1=20 N2=15; 60: 1=abs N2=10             | 60 PR 10
node below 15 mm is no target        | 0: 1=20 N2=14.9; 60: 1=20                  | 60 SD 20
a node alone, grown but normal       | 0: N1=15; 60: N1=3; 120: N1=9              | 60 CR 3; 120 CR 9
# Lesions that are not evaluated
the others alone progress            | 0: 1=50 2=20; 60: 1=90 2=ne                | 60 PD -
the others do not                    | 0: 1=50 2=20; 60: 1=80 2=ne                | 60 NE -
a lesion without a row               | 0: 1=50 2=20; 60: 1=10                     | 60 NE -
no lesion, reported                  | 0: 1=50; 60: 1=ne rep:PR                   | 60 PR* -
no lesion, reported not evaluable    | 0: 1=50; 60: 1=ne rep:NE                   | 60 NE* -
no lesion, nothing reported          | 0: 1=50; 60: 1=ne                          | 60 NE -
no lesion, new lesion                | 0: 1=50; 60: 1=ne rep:PR new               | 60 PD -
some lesion, reported                | 0: 1=50 2=20; 60: 1=50 2=ne rep:PD         | 60 NE -
a lesion that was not there before   | 0: 1=50; 60: 1=50 2=40                     | 60 SD 50
# Non-target lesions and new lesions
CR with lesions left                 | 0: 1=50 nt:CR; 60: 1=abs nt:NON-CR/NON-PD  | 60 PR 0
CR with non-target unknown, NA before | 0: 1=50; 60: 1=abs nt:                    | 60 CR 0
CR with non-target unknown, not NA before | 0: 1=50 nt:CR; 60: 1=abs nt:          | 60 PR 0
CR with unknown, unknown before      | 0: 1=50 nt:; 60: 1=abs nt:                 | 60 CR 0
non-target progression               | 0: 1=50; 60: 1=abs nt:PD                   | 60 PD 0
new lesion in a response             | 0: 1=50; 60: 1=10 new                      | 60 PD 10
# Without a baseline
by non-target                        | 60: nt:CR; 70: nt:NON-CR/NON-PD            | 60 CR -; 70 NON-CR/NON-PD -
by non-target not evaluable          | 60: nt:NE; 70: nt:; 80: nt:PD              | 60 NE -; 70 NE -; 80 PD -
reported before non-target           | 60: nt:CR rep:SD; 70: new rep:CR           | 60 SD* -; 70 PD -
too small for a target               | -5: 1=9.94; 60: 1=50 rep:PR                | 60 PR* -
# Choice of the baseline
42 days before                       | -42: 1=50; 60: 1=60                        | 60 PD 60
43 days before                       | -43: 1=50; 60: 1=60                        | 60 NE -
the latest before                    | -20: 1=50; 0: 1=40; 60: 1=50               | 60 PD 50
the latest with a target             | -20: 1=50; 0: 1=9; 60: 1=50                | 60 SD 50
7 days after                         | 7: 1=50; 60: 1=60                          | 60 PD 60
8 days after                         | 8: 1=50; 60: 1=60                          | 8 NE -; 60 NE -
before goes before after             | -42: 1=50; 1: 1=40; 60: 1=50               | 1 SD 40; 60 PD 50
the earliest after                   | 2: 1=50; 7: 1=40; 60: 1=50                 | 7 SD 40; 60 PD 50
9.95 mm is rounded to a target       | 0: 1=9.95; 60: 1=abs                       | 60 CR 0
# Assessments
ultrasound and poor scans do not count | 0: 1=50; 30: 1=90 US; 40: 1=90 poor; 60: 1=50 | 60 SD 50
MRI before CT on one day             | 0: 1=50; 60: 1=50; 60: 1=90 MRI            | 60 PD 90
measured before MRI                  | 0: 1=50; 60: 1=50; 60: 1=abs MRI           | 60 SD 50
the lowest study id as text          | 0: 1=50; 60: 1=50; 60: 1=90                | 60 SD 50
a count of tumours of any size       | 0: 1=50 n:1e15; 60: 1=50                   | 60 SD 50
# Diameters used
first five by number, not as text    | 0: 10=90 2=10 3=10 4=10 5=10 6=10; 60: 10=abs 2=10 3=10 4=10 5=10 6=10 | 60 SD 50
viable diameter of a liver lesion    | 0: 1=50/20; 60: 1=50/25                    | 60 PD 25  | 60 SD 50
viable not assessed later            | 0: 1=50/20; 60: 1=50                       | 60 NE -   | 60 SD 50
viable assessed only later           | 0: 1=50; 60: 1=50/5                        | 60 SD 50
viable 0 at baseline is no target    | 0: 1=50/0; 60: 1=60/0                      | 60 NE -   | 60 PD 60
viable below 10 mm is no target      | 0: 1=50/9.9 2=20; 60: 1=90/9 2=20          | 60 SD 20  | 60 PD 110
lung lesions by their longest        | 0: L1=50/20; 60: L1=50/40                  | 60 SD 50
viable gone                          | 0: 1=50/20; 60: 1=50/0                     | 60 CR 0   | 60 SD 50
"""


@dataclass(frozen=True)
class Scan:
    """One scan of the table: its day, lesions as (number, size) and findings."""

    day: int
    lesions: list[tuple[str, str]]
    findings: dict[str, str]


def _scan(text: str) -> Scan:
    day, _, rest = text.partition(":")
    lesions, findings = [], {"nt": "NA"}
    for word in rest.split():
        if "=" in word:
            number, _, size = word.partition("=")
            lesions.append((number, size))
        else:
            name, _, value = word.partition(":")
            findings[name] = value
    return Scan(int(day), lesions, findings)


def deliver(center_a: Drop) -> None:
    """Deliver each course as a patient of center A on sorafenib."""
    for patient, scans, *_ in rows_of(COURSES):
        center_a.add("patients", patient_id=patient)
        start = f"{INDEX}"
        center_a.add(
            "medication_orders", order_id=patient, patient_id=patient, start_date=start, stop_date="2023-01-01"
        )
        for position, scan in enumerate(map(_scan, scans.split(";"))):
            study = f"{patient} {position:02}"
            findings = scan.findings
            center_a.add(
                "imaging_studies",
                study_id=study,
                patient_id=patient,
                study_date=f"{INDEX + timedelta(days=scan.day)}",
                modality=next((name for name in ("MRI", "US") if name in findings), "CT"),
                quality="inadequate" if "poor" in findings else "adequate",
                non_target_status=findings["nt"],
                new_lesion="Y" if "new" in findings else "",
                reported_response=findings.get("rep", ""),
                tumor_count=findings.get("n", ""),
            )
            for number, size in scan.lesions:
                _lesion(center_a, study, number, size)


def _lesion(center_a: Drop, study: str, number: str, size: str) -> None:
    status = {"abs": "absent", "small": "too_small", "ne": "not_evaluable"}.get(size, "measured")
    longest, _, viable = size.partition("/") if status == "measured" else ("", "", "")
    center_a.add(
        "target_lesions",
        study_id=study,
        lesion_no=number.lstrip("LN"),
        organ="lung" if number.startswith("L") else "Liver S8",
        is_lymph_node="Y" if number.startswith("N") else "N",
        status=status,
        diameter_mm=longest,
        viable_diameter_mm=viable,
    )


def expected_responses() -> dict[tuple[str, str], list[str]]:
    """By patient and criteria: `day overall sum` of each timepoint."""
    expected = {}
    for patient, _, mrecist, *recist in rows_of(COURSES):
        expected[patient, "mRECIST"] = mrecist.split("; ")
        expected[patient, "RECIST-1.1"] = (recist[0] if recist else mrecist).split("; ")
    return expected
