"""One batch of persons from the disease process to clean clinical facts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.dates import DAYS_PER_MONTH
from analytics.simulation.facts import AGENTS, NO_AGENT, NO_DAY, ClinicalFacts, ClinicalTruth
from analytics.simulation.national_id import national_ids
from analytics.simulation.parameters import Parameters, day_number
from analytics.simulation.process import observations, regimens
from analytics.simulation.process.course import run_course
from analytics.simulation.process.population import Population, draw_population
from analytics.simulation.process.state import MAX_LINES, State

LONGEST_LINE_DAYS = 2500


def simulate_batch(
    seed: list[int], parameters: Parameters, first_person: int, size: int
) -> tuple[ClinicalFacts, ClinicalTruth]:
    """Facts and truth of `size` persons numbered from `first_person`; the same seed gives the same persons."""
    rng = np.random.default_rng(seed)
    cut_off = day_number(parameters["calendar"]["data_cut_off"])
    population = draw_population(rng, parameters, first_person, size)
    state, scans = run_course(rng, parameters, population)
    lines = regimens.choose_agents(rng, parameters, population, state)
    last_day = regimens.last_days(rng, state, cut_off)
    exposures = pd.concat(
        [
            regimens.courses(rng, parameters, lines, last_day, cut_off),
            regimens.antiviral_courses(rng, parameters, population, last_day, cut_off),
        ],
        ignore_index=True,
    ).sort_values(["row", "start_day"], kind="stable", ignore_index=True)
    dates = observations.clinic_dates(rng, population, state, scans)
    specimens, results = observations.laboratory(rng, parameters, population, dates)
    records, second_day = _records(rng, parameters, population, state)
    in_record = _Registration(second_day)
    facts = ClinicalFacts(
        records=records,
        exposures=in_record(exposures, "start_day"),
        procedures=in_record(regimens.local_procedures(rng, parameters, population, last_day, cut_off), "day"),
        specimens=in_record(specimens, "day"),
        results=results,
        visits=in_record(observations.visits(rng, parameters, dates), "day"),
        scans=in_record(observations.scan_reports(rng, parameters, population, scans), "day"),
        organs=population.organs[scans["row"]],
        is_node=population.is_node[scans["row"]],
        lesion_status=scans["status"],
        longest=scans["longest"],
        viable=scans["viable"],
        contacts=in_record(observations.contacts(rng, parameters, population, state, cut_off), "day"),
    )
    return facts, _truth(population, state, lines, records)


class _Registration:
    """Puts the local registration of the day on each event: the person's first, or the second from its day on."""

    def __init__(self, second_day: np.ndarray) -> None:
        self.second_day = second_day

    def __call__(self, events: pd.DataFrame, day: str) -> pd.DataFrame:
        row = events["row"].to_numpy()
        record = 2 * row + (events[day].to_numpy() >= self.second_day[row])
        return events.drop(columns="row").assign(record=record)


def _records(
    rng: np.random.Generator, parameters: Parameters, population: Population, state: State
) -> tuple[pd.DataFrame, np.ndarray]:
    """Local registrations, and the day from which a person's second one counts (far away where there is none)."""
    persons, settings, size = population.persons, parameters["population"], len(population)
    chance = rng.random(size)
    to_other_center = chance < settings["share_seen_at_both_centers"]
    twice_here = (chance >= settings["share_seen_at_both_centers"]) & (
        chance < settings["share_seen_at_both_centers"] + settings["share_registered_twice"]
    )
    index_day, center = persons["index_day"].to_numpy(), persons["center"].to_numpy()
    second_day = np.where(
        state.line_start[:, 1] != NO_DAY, state.line_start[:, 1], index_day + rng.integers(80, 400, size)
    )
    second_day = np.where(to_other_center | twice_here, second_day, 10**8)
    has_id = (rng.random(size) >= settings["share_without_valid_id"]) | to_other_center | twice_here
    ids = np.array(
        national_ids(persons["person"].to_numpy(), persons["birth_day"].to_numpy(), persons["is_male"].to_numpy()),
        dtype=object,
    )
    first = pd.DataFrame(
        {
            "record": 2 * np.arange(size),
            "person": persons["person"],
            "center": center,
            "from_day": index_day - 720,
            "national_id": np.where(has_id, ids, ""),
            "is_male": persons["is_male"],
            "birth_day": persons["birth_day"],
            "diagnosis_code": np.where(persons["is_other_diagnosis"], "C22.1", "C22.0"),
            "diagnosis_day": index_day - rng.integers(5, 500, size),
            "etiology": persons["etiology"],
        }
    )
    second = first[second_day < 10**8].copy()
    second["record"] += 1
    second["center"] = np.where(to_other_center[second.index], 1 - second["center"], second["center"])
    second["from_day"] = second_day[second.index]
    return pd.concat([first, second]).sort_values("record", ignore_index=True), second_day


def _truth(population: Population, state: State, lines: pd.DataFrame, records: pd.DataFrame) -> ClinicalTruth:
    persons = population.persons
    first_records = records[records["record"] % 2 == 0]
    people = persons[["person", "center", "index_day", "first_line"]].assign(
        national_id=first_records["national_id"].to_numpy(),
        death_day=state.death_day,
        lost_day=state.lost_day,
        resistant_fraction=state.resistant_fraction.round(4),
        growth_rate_per_month=state.untreated_growth.round(4),
    )
    row, line = lines["row"].to_numpy(), lines["line_number"].to_numpy() - 1
    codes, index = np.unique(lines[list(regimens.AGENT_COLUMNS)].to_numpy(), axis=0, return_inverse=True)
    named = np.array([_regimen_name(row) for row in codes], dtype=object)[index]
    return ClinicalTruth(
        persons=people,
        lines=pd.DataFrame(
            {
                "person": persons["person"].to_numpy()[row],
                "line_number": line + 1,
                "regimen": named,
                "start_day": lines["start_day"],
                "stop_day": lines["stop_day"],
                "latent_progression_day": latent_progression(state)[row, line],
                "seen_progression_day": state.seen_progression[row, line],
            }
        ),
    )


def _regimen_name(codes: np.ndarray) -> str:
    return "+".join(sorted(AGENTS[code] for code in codes if code != NO_AGENT))


def latent_progression(state: State) -> np.ndarray:
    """Per person and line the day the true load is 20 % above its smallest or a new lesion exists, else NO_DAY."""
    result = np.full((len(state.mode), MAX_LINES), NO_DAY)
    for line in range(MAX_LINES):
        rows = np.flatnonzero(state.line_start[:, line] != NO_DAY)
        sensitive, resistant, kill, growth = (state.line_load[rows, line, part] for part in range(4))
        with np.errstate(divide="ignore"):
            turn = np.log(np.maximum(sensitive * kill, 1e-12) / np.maximum(resistant * growth, 1e-12)) / (kill + growth)
        low = np.maximum(turn, 0.0)

        def load(
            months: np.ndarray, parts: tuple[np.ndarray, ...] = (sensitive, resistant, kill, growth)
        ) -> np.ndarray:
            return np.asarray(parts[0] * np.exp(-parts[2] * months) + parts[1] * np.exp(parts[3] * months))

        target, high = 1.2 * load(low), low + 120.0
        for _ in range(40):
            middle = (low + high) / 2
            reached = load(middle) >= target
            low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        day = state.line_start[rows, line] + np.ceil(high * DAYS_PER_MONTH).astype(int)
        event = state.latent_event[rows, line]
        day = np.where(event != NO_DAY, np.minimum(day, event), day)
        stop = np.where(state.line_stop[rows, line] != NO_DAY, state.line_stop[rows, line], state.day[rows])
        result[rows, line] = np.where(day <= stop, day, NO_DAY)
    return result
