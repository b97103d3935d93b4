"""Simulated raw drops of both centers from one disease process (`hcc simulate`)."""

from analytics.simulation.simulate import (
    DEFAULT_PATIENTS,
    DEFAULT_SEED,
    PROFILES,
    SimulationError,
    SimulationSummary,
    simulate,
)

__all__ = ["DEFAULT_PATIENTS", "DEFAULT_SEED", "PROFILES", "SimulationError", "SimulationSummary", "simulate"]
