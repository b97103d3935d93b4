"""Simulated raw drops of both centers from one disease process (`hcc simulate`)."""

from analytics.simulation.drops import FORMATS
from analytics.simulation.request import PROFILES, SimulationError
from analytics.simulation.simulator import DEFAULT_PATIENTS, DEFAULT_SEED, SimulationSummary, simulate

__all__ = [
    "DEFAULT_PATIENTS",
    "DEFAULT_SEED",
    "FORMATS",
    "PROFILES",
    "SimulationError",
    "SimulationSummary",
    "simulate",
]
