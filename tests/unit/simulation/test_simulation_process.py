"""What holds for any facts that the disease process hands to the centers."""

import datetime as dt
import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from analytics.simulation.facts import ANALYTES, DEAD, MEASURED, NO_DAY, NO_DIAMETER, ClinicalFacts, ClinicalTruth
from analytics.simulation.parameters import PARAMETERS_FILE, day_number, load_parameters
from analytics.simulation.process import simulate_batch

CUT_OFF = day_number(dt.date(2024, 6, 30))


@pytest.fixture(scope="module")
def batch() -> tuple[ClinicalFacts, ClinicalTruth]:
    return simulate_batch([5, 0, 0], load_parameters(), first_person=300, size=1500)


@pytest.fixture(scope="module")
def facts(batch: tuple[ClinicalFacts, ClinicalTruth]) -> ClinicalFacts:
    return batch[0]


def events(facts: ClinicalFacts) -> pd.DataFrame:
    """Every dated event of a record: record, day."""
    dated = (
        (facts.exposures, "start_day"),
        (facts.procedures, "day"),
        (facts.specimens, "day"),
        (facts.visits, "day"),
        (facts.scans, "day"),
    )
    return pd.concat([frame[["record", day]].set_axis(["record", "day"], axis=1) for frame, day in dated])


def test_nothing_happens_after_the_data_cut_off_or_before_birth(facts: ClinicalFacts) -> None:
    everything = events(facts).merge(facts.records[["record", "birth_day"]], on="record")
    assert everything["day"].max() <= CUT_OFF
    assert (everything["day"] > everything["birth_day"]).all()
    assert facts.contacts["day"].max() <= CUT_OFF


def test_nothing_happens_after_death(facts: ClinicalFacts) -> None:
    person = facts.records.set_index("record")["person"]
    deaths = facts.contacts[facts.contacts["vital_status"] == DEAD]
    death_day = deaths.assign(person=deaths["record"].map(person)).set_index("person")["death_day"]
    everything = events(facts)
    known = everything["record"].map(person).map(death_day)
    assert (known.notna()).any()
    assert (everything["day"][known.notna()] <= known[known.notna()]).all()


def test_each_event_belongs_to_a_registration(facts: ClinicalFacts) -> None:
    assert set(events(facts)["record"]) <= set(facts.records["record"])
    assert facts.records["record"].is_unique


def test_some_persons_are_registered_twice_at_one_center_or_at_both(facts: ClinicalFacts) -> None:
    centers = facts.records.groupby("person")["center"].agg(["size", "nunique"])
    assert set(map(tuple, centers.to_numpy())) == {(1, 1), (2, 1), (2, 2)}
    twice = centers.index[centers["size"] == 2]
    assert (facts.records.loc[facts.records["person"].isin(twice), "national_id"] != "").all()


def test_lesions_have_diameters_only_where_they_were_measured(facts: ClinicalFacts) -> None:
    measured = facts.lesion_status == MEASURED
    assert (facts.longest[measured] >= 50).all()
    assert (facts.longest[~measured] == NO_DIAMETER).all()
    assert (facts.viable[facts.is_node] == NO_DIAMETER).all()
    assert (facts.viable <= facts.longest).all()


def test_afp_follows_the_tumour(facts: ClinicalFacts) -> None:
    # within a person: AFP on the day of the largest sum of diameters against the smallest
    afp = pd.Series(facts.results[:, ANALYTES.index("afp")]).groupby(facts.specimens["record"].to_numpy())
    total = np.where(facts.longest > 0, facts.longest, 0).sum(axis=1)
    spread = (
        pd.Series(total).groupby(facts.scans["record"].to_numpy()).agg(lambda sums: sums.max() / max(sums.min(), 1))
    )
    grown = spread.index[spread > 2]
    ratio = (afp.max() / afp.min()).reindex(grown).dropna()
    assert len(ratio) > 100
    assert ratio.median() > 2


def test_second_lines_start_after_the_first(batch: tuple[ClinicalFacts, ClinicalTruth]) -> None:
    lines = batch[1].lines.pivot(index="person", columns="line_number", values="start_day")
    both = lines.dropna(subset=[1, 2])
    assert len(both) > 300
    assert (both[2] > both[1] + 28).all()


def test_combinations_come_with_the_years(batch: tuple[ClinicalFacts, ClinicalTruth]) -> None:
    truth = batch[1]
    second = truth.lines[truth.lines["line_number"] == 2]
    combined = second["regimen"].str.contains("+", regex=False)
    year = pd.to_datetime(second["start_day"], unit="D").dt.year
    assert year[combined].mean() > year[~combined].mean()


def test_the_latent_progression_is_inside_its_line(batch: tuple[ClinicalFacts, ClinicalTruth]) -> None:
    lines = batch[1].lines
    known = lines[lines["latent_progression_day"] != NO_DAY]
    assert (known["latent_progression_day"] > known["start_day"]).all()
    assert (known["stop_day"].eq(NO_DAY) | (known["latent_progression_day"] <= known["stop_day"])).all()


def test_a_batch_depends_on_its_own_seed_only() -> None:
    parameters = load_parameters()
    one, again = (simulate_batch([9, 40, 0], parameters, 40, 60)[0] for _ in range(2))
    pd.testing.assert_frame_equal(one.scans, again.scans)
    np.testing.assert_array_equal(one.results, again.results)


def test_each_number_of_the_parameter_file_has_its_source_or_reason() -> None:
    lines = PARAMETERS_FILE.read_text(encoding="utf-8").splitlines()
    without = [
        line
        for above, line in pairwise(lines)
        if re.match(r"[a-z_0-9]+ *=", line) and "#" not in line and not above.startswith("#")
    ]
    assert without == []


def test_each_parameter_is_used() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in PARAMETERS_FILE.parent.rglob("*.py"))
    names = re.findall(r"^([a-z_0-9]+) *=", PARAMETERS_FILE.read_text(encoding="utf-8"), re.MULTILINE)
    # coefficients of phenotypes are named after them
    assert [
        name for name in names if f'"{name.removeprefix("per_")}"' not in sources and f'"{name}"' not in sources
    ] == []
