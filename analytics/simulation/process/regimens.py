"""From regimens to agents and courses of drugs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.simulation.facts import AGENTS, NO_AGENT, NO_DAY
from analytics.simulation.parameters import Parameters
from analytics.simulation.process.population import Population, choose
from analytics.simulation.process.state import (
    ANTIBODY_BEVACIZUMAB,
    MAX_LINES,
    TKI,
    TKI_ANTIBODY,
    State,
)

LATEST = 10**8
CODES = {agent: code for code, agent in enumerate(AGENTS)}
AGENT_COLUMNS = ("tki", "antibody", "second_antibody")


def choose_agents(
    rng: np.random.Generator, parameters: Parameters, population: Population, state: State
) -> pd.DataFrame:
    """One row a line: row (of the person), line_number, codes of tki, antibody, second_antibody (NO_AGENT = none),
    continues (the TKI goes on from the line before), start_day, stop_day.
    """
    drugs, size = parameters["drugs"], len(population)
    tki_before, antibody_before = np.full(size, NO_AGENT), np.full(size, NO_AGENT)
    frames = []
    for line in range(MAX_LINES):
        rows = np.flatnonzero(state.line_start[:, line] != NO_DAY)
        regimen = state.line_regimen[rows, line]
        tki = _another(rng, drugs["tki_weights"], tki_before[rows])
        antibody = _another(rng, drugs["pd1_weights"], antibody_before[rows])
        continues = np.zeros(rows.size, dtype=bool)
        if line == 0:
            tki = _agent_of_study(population, rows)
            with_atezolizumab = (regimen == ANTIBODY_BEVACIZUMAB) & (rng.random(rows.size) < drugs["atezolizumab"])
            antibody = np.where(with_atezolizumab, CODES["atezolizumab"], antibody)
        else:
            could = (regimen == TKI_ANTIBODY) & (tki_before[rows] != NO_AGENT) & (antibody_before[rows] == NO_AGENT)
            share = parameters["later_lines"]["combination_continues_first_agent"]
            continues = could & (rng.random(rows.size) < share)
            tki = np.where(continues, tki_before[rows], tki)
        tki = np.where((regimen == TKI) | (regimen == TKI_ANTIBODY), tki, NO_AGENT)
        antibody = np.where(regimen == TKI, NO_AGENT, antibody)
        second = np.where(regimen == ANTIBODY_BEVACIZUMAB, CODES["bevacizumab"], NO_AGENT)
        tki_before[rows], antibody_before[rows] = tki, antibody
        days = {"start_day": state.line_start[rows, line], "stop_day": state.line_stop[rows, line]}
        agents = {"tki": tki, "antibody": antibody, "second_antibody": second, "continues": continues}
        frames.append(pd.DataFrame({"row": rows, "line_number": line + 1} | agents | days))
    return pd.concat(frames, ignore_index=True)


def _agent_of_study(population: Population, rows: np.ndarray) -> np.ndarray:
    """The TKI that the first line names, NO_AGENT for first lines without one."""
    names = population.persons["first_line"].str.split("+").str[0]
    return names.map(CODES).fillna(NO_AGENT).astype(int).to_numpy()[rows]


def _another(rng: np.random.Generator, weights: dict[str, float], before: np.ndarray) -> np.ndarray:
    """An agent by preference, never the one of the line before."""
    codes = np.array([CODES[agent] for agent in weights])
    score = np.log(np.array(list(weights.values()))) + rng.gumbel(size=(before.size, codes.size))
    score[before[:, None] == codes] = -np.inf
    return codes[score.argmax(axis=1)]


def last_days(rng: np.random.Generator, state: State, cut_off: int) -> np.ndarray:
    """The last day a person can take a drug: some days before death, the day of loss, else beyond the cut-off."""
    died, lost = state.death_day != NO_DAY, state.lost_day != NO_DAY
    before_death = state.death_day - rng.integers(0, 20, state.death_day.size)
    return np.where(died, before_death, np.where(lost, state.lost_day, cut_off + 1))


def courses(
    rng: np.random.Generator, parameters: Parameters, lines: pd.DataFrame, last_day: np.ndarray, cut_off: int
) -> pd.DataFrame:
    """One row a course of an anticancer drug, as in `ClinicalFacts.exposures`; NO_DAY = it runs beyond the cut-off."""
    stop = np.where(lines["stop_day"] == NO_DAY, LATEST, lines["stop_day"])
    stop = np.minimum(stop, last_day[lines["row"]])
    stop = np.maximum(stop, lines["start_day"])
    frames = []
    for column in AGENT_COLUMNS:
        given = (lines[column] != NO_AGENT).to_numpy()
        start = lines["start_day"].to_numpy()[given]
        if column == "tki":
            before = lines.groupby("row")["stop_day"].shift(1, fill_value=NO_DAY).to_numpy()[given]
            start = np.where(
                lines["continues"].to_numpy()[given] & (before != NO_DAY), np.minimum(before + 1, start), start
            )
        frame = lines.loc[given, ["row", "line_number"]].assign(
            agent=lines.loc[given, column], start_day=start, stop_day=stop[given]
        )
        frame["interval_days"] = 0 if column == "tki" else parameters["drugs"]["infusion_interval_days"]
        frames.append(_interrupted(rng, parameters, frame) if column == "tki" else frame)
    result = pd.concat(frames, ignore_index=True)
    result = result[(result["start_day"] <= cut_off) & (result["start_day"] <= result["stop_day"])]
    result["stop_day"] = np.where(result["stop_day"] > cut_off, NO_DAY, result["stop_day"])
    return result


def _interrupted(rng: np.random.Generator, parameters: Parameters, frame: pd.DataFrame) -> pd.DataFrame:
    """Split some long courses in two, with a pause between."""
    drugs = parameters["drugs"]
    length = (frame["stop_day"] - frame["start_day"]).to_numpy()
    chance = rng.random(len(frame))
    is_long = chance < drugs["long_interruption"]
    splits = (length > 100) & (chance < drugs["long_interruption"] + drugs["interruption"])
    shortest, longest = (
        np.where(is_long, drugs["long_interruption_days"][end], drugs["interruption_days"][end]) for end in (0, 1)
    )
    pause = rng.integers(shortest, longest)
    last_before = frame["start_day"].to_numpy() + rng.integers(31, 60, len(frame))
    first, second = frame.copy(), frame[splits].copy()
    first.loc[splits, "stop_day"] = last_before[splits]
    second["start_day"] = last_before[splits] + pause[splits] + 1
    return pd.concat([first, second[second["start_day"] <= second["stop_day"]]], ignore_index=True)


def antiviral_courses(
    rng: np.random.Generator, parameters: Parameters, population: Population, last_day: np.ndarray, cut_off: int
) -> pd.DataFrame:
    """Long courses of one antiviral drug for most carriers of hepatitis B."""
    persons = population.persons
    carriers = persons["etiology"].isin(["HBV", "HBV+HCV"]).to_numpy()
    rows = np.flatnonzero(carriers & (rng.random(len(persons)) < parameters["population"]["share_antiviral"]))
    weights = {
        "entecavir": 0.62,
        "tenofovir disoproxil": 0.18,
        "tenofovir alafenamide": 0.14,
        "tenofovir amibufenamide": 0.06,
    }
    start = persons["index_day"].to_numpy()[rows] - rng.integers(5, 300, rows.size)
    stop = np.where(last_day[rows] > cut_off, NO_DAY, np.maximum(last_day[rows], start))
    return pd.DataFrame(
        {
            "row": rows,
            "agent": pd.Series(choose(rng, weights, rows.size)).map(CODES),
            "start_day": start,
            "stop_day": stop,
            "line_number": 0,
            "interval_days": 0,
        }
    )


def local_procedures(
    rng: np.random.Generator, parameters: Parameters, population: Population, last_day: np.ndarray, cut_off: int
) -> pd.DataFrame:
    """Procedures before the first line, and TACE during it for some: row, procedure_type, day."""
    persons, size = population.persons, len(population)
    index_day, frames = persons["index_day"].to_numpy(), []
    for procedure, share in parameters["population"]["prior_procedures"].items():
        times = np.where(rng.random(size) < share, 1, 0)
        if procedure in ("TACE", "HAIC"):
            times *= rng.integers(1, 4, size)
        rows = np.repeat(np.arange(size), times)
        day = index_day[rows] - rng.integers(12, 700, rows.size)
        frames.append(pd.DataFrame({"row": rows, "procedure_type": procedure, "day": day}))
    rows = np.flatnonzero(rng.random(size) < parameters["drugs"]["local_therapy_during_first_line"])
    day = index_day[rows] + rng.integers(10, 120, rows.size)
    during = pd.DataFrame({"row": rows, "procedure_type": "TACE", "day": day})
    frames.append(during[day <= np.minimum(last_day[rows], cut_off)])
    return pd.concat(frames, ignore_index=True)
