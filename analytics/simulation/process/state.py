"""Where each person stands between two clinic dates, and the log of what was seen."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from analytics.dates import DAYS_PER_MONTH
from analytics.simulation.facts import MAX_LESIONS, NO_DAY
from analytics.simulation.parameters import Parameters
from analytics.simulation.process.population import Population

TREATED, WAITING, SUPPORTIVE, DONE = range(4)
# what a line consists of
NO_REGIMEN, TKI, TKI_ANTIBODY, ANTIBODY, ANTIBODY_BEVACIZUMAB = range(5)
REGIMEN_OF_FIRST_LINE = {
    "none": NO_REGIMEN,
    "lenvatinib": TKI,
    "sorafenib": TKI,
    "donafenib": TKI,
    "lenvatinib+PD-1": TKI_ANTIBODY,
    "sorafenib+PD-1": TKI_ANTIBODY,
    "PD-1+anti-VEGF": ANTIBODY_BEVACIZUMAB,
}
MAX_LINES = 3
LARGEST_LOAD = 12.0


@dataclass
class State:
    """One entry a person. Loads are relative to the sum of diameters at the start; rates are per month."""

    day: np.ndarray
    mode: np.ndarray
    line: np.ndarray
    origin_day: np.ndarray
    sensitive: np.ndarray
    resistant: np.ndarray
    kill_rate: np.ndarray
    growth_rate: np.ndarray
    untreated_growth: np.ndarray
    had_sorafenib: np.ndarray
    liver: np.ndarray
    ecog: np.ndarray
    resistant_fraction: np.ndarray
    waiting_days: np.ndarray
    next_regimen: np.ndarray
    last_scan_day: np.ndarray
    last_used: np.ndarray
    has_hidden_new_lesion: np.ndarray
    has_hidden_non_target: np.ndarray
    baseline_sum: np.ndarray
    nadir: np.ndarray
    eligible: np.ndarray
    viable_share: np.ndarray
    uses_viable: np.ndarray
    death_day: np.ndarray
    lost_day: np.ndarray
    line_start: np.ndarray
    line_stop: np.ndarray
    line_regimen: np.ndarray
    seen_progression: np.ndarray
    latent_event: np.ndarray
    line_load: np.ndarray

    def load(self, rows: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Relative tumour load of the persons `rows` on `day`, by the two clones' exponential courses."""
        months = (day - self.origin_day[rows]) / DAYS_PER_MONTH
        total = self.sensitive[rows] * np.exp(-self.kill_rate[rows] * months)
        total += self.resistant[rows] * np.exp(self.growth_rate[rows] * months)
        return np.clip(total, 1e-4, LARGEST_LOAD)

    def settle(self, rows: np.ndarray, day: np.ndarray) -> None:
        """Move the origin of the two clones' courses to `day`."""
        months = (day - self.origin_day[rows]) / DAYS_PER_MONTH
        self.sensitive[rows] = np.clip(self.sensitive[rows] * np.exp(-self.kill_rate[rows] * months), 0, LARGEST_LOAD)
        self.resistant[rows] = np.clip(
            self.resistant[rows] * np.exp(self.growth_rate[rows] * months), 1e-6, LARGEST_LOAD
        )
        self.origin_day[rows] = day


@dataclass
class ScanLog:
    """Scans in the order they were made, one array a step; `columns` after `finish`."""

    parts: list[dict[str, np.ndarray]] = field(default_factory=list)

    def add(self, **columns: np.ndarray) -> None:
        """Note the scans of one step."""
        self.parts.append(columns)

    def finish(self) -> dict[str, np.ndarray]:
        """All scans, by person, then day."""
        columns = {name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]}
        order = np.lexsort((columns["day"], columns["row"]))
        return {name: values[order] for name, values in columns.items()}


@dataclass(frozen=True)
class Run:
    """Everything a step of the course works with."""

    rng: np.random.Generator
    parameters: Parameters
    population: Population
    state: State
    log: ScanLog

    def person(self, column: str, rows: np.ndarray) -> np.ndarray:
        """A baseline characteristic of some persons."""
        return np.asarray(self.population.persons[column].to_numpy()[rows])


def logistic(value: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-value))."""
    return 1.0 / (1.0 + np.exp(-value))


def start_state(rng: np.random.Generator, parameters: Parameters, population: Population) -> State:
    """Everybody on the day of the first systemic treatment (or of the first visit without one)."""
    persons, size, biology = population.persons, len(population), parameters["biology"]
    aggressive = persons["aggressiveness"].to_numpy()
    growth = biology["growth_rate_per_month"] * np.exp(
        rng.normal(0, biology["growth_sd_log"], size) + biology["growth_from_aggressiveness"] * aggressive
    )
    fraction, kill = first_line_effect(rng, parameters, population)
    untreated = (persons["first_line"] == "none").to_numpy()
    index_day = persons["index_day"].to_numpy()
    days, flags = np.full((size, MAX_LINES), NO_DAY), np.zeros(size, dtype=bool)
    viable = np.array([parameters["imaging"]["viable_reported"][c] for c in ("center_a", "center_b")])
    state = State(
        day=index_day.copy(),
        mode=np.where(untreated, SUPPORTIVE, TREATED),
        line=np.where(untreated, 0, 1),
        origin_day=index_day.copy(),
        sensitive=1 - fraction,
        resistant=fraction.copy(),
        kill_rate=np.where(untreated, -growth, kill),
        growth_rate=growth.copy(),
        untreated_growth=growth,
        had_sorafenib=persons["first_line"].isin(["sorafenib", "sorafenib+PD-1"]).to_numpy(),
        liver=persons["liver"].to_numpy().copy(),
        ecog=persons["ecog"].to_numpy().copy(),
        resistant_fraction=fraction,
        waiting_days=np.zeros(size, dtype=int),
        next_regimen=np.full(size, NO_REGIMEN),
        last_scan_day=np.full(size, NO_DAY),
        last_used=np.full((size, MAX_LESIONS), np.nan),
        has_hidden_new_lesion=flags.copy(),
        has_hidden_non_target=flags.copy(),
        baseline_sum=np.full(size, np.nan),
        nadir=np.full(size, np.nan),
        eligible=np.zeros((size, MAX_LESIONS), dtype=bool),
        viable_share=rng.uniform(0.80, 1.0, (size, MAX_LESIONS)),
        uses_viable=rng.random(size) < viable[persons["center"].to_numpy()],
        death_day=np.full(size, NO_DAY),
        lost_day=np.full(size, NO_DAY),
        line_start=days.copy(),
        line_stop=days.copy(),
        line_regimen=np.full((size, MAX_LINES), NO_REGIMEN),
        seen_progression=days.copy(),
        latent_event=days.copy(),
        line_load=np.ones((size, MAX_LINES, 4)),
    )
    state.line_start[~untreated, 0] = index_day[~untreated]
    state.line_regimen[:, 0] = persons["first_line"].map(REGIMEN_OF_FIRST_LINE)
    state.line_load[:, 0] = np.column_stack([state.sensitive, state.resistant, state.kill_rate, state.growth_rate])
    return state


def first_line_effect(
    rng: np.random.Generator, parameters: Parameters, population: Population
) -> tuple[np.ndarray, np.ndarray]:
    """Resistant fraction and kill rate of the first regimen, from the person's phenotypes."""
    persons, effects = population.persons, parameters["first_line"]
    names = list(effects)
    kind = persons["first_line"].map(lambda name: names.index(name if name in effects else "other")).to_numpy()

    def setting(name: str) -> np.ndarray:
        return np.array([effects[effect][name] for effect in names])[kind]

    score = setting("resistant_logit") + setting("resistant_sd") * rng.normal(0, 1, len(persons))
    for phenotype in ("afp_phenotype", "alt_phenotype", "aggressiveness"):
        score += setting(f"per_{phenotype}") * persons[phenotype].to_numpy()
    return logistic(score), setting("kill_rate_per_month")
