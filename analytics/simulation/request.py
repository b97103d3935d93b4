"""What is asked of the simulator, checked before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analytics.simulation.drops import FORMATS
from analytics.simulation.parameters import CENTERS, Parameters, load_parameters

PROFILES = ("clean", "realistic", "hostile")


class SimulationError(Exception):
    """The request cannot be met; the message says why."""


@dataclass(frozen=True)
class Request:
    """The checked arguments of `simulate`; `out` is the folder in which the drops are written."""

    out: Path
    truth: Path
    patients: int
    seed: int
    profile: str
    drops: int
    formats: str
    parameters: Parameters

    @property
    def settings(self) -> Parameters:
        """The profile's parameters."""
        return dict(self.parameters["profile"][self.profile])


def checked(
    out: Path, patients: int, seed: int, profile: str, drops: int, formats: str, truth_dir: Path | None
) -> Request:
    """The request; raises SimulationError for arguments that make no sense or a folder that holds drops."""
    truth = Path(truth_dir) if truth_dir is not None else out.parent / f"{out.name}-truth"
    if patients < 1 or drops < 1 or seed < 0:
        raise SimulationError("patients and drops must be at least 1, the seed at least 0")
    if profile not in PROFILES:
        raise SimulationError(f"unknown profile {profile!r}: choose one of {', '.join(PROFILES)}")
    if formats not in FORMATS:
        raise SimulationError(f"unknown format {formats!r}: choose one of {', '.join(FORMATS)}")
    if truth.resolve().is_relative_to(out.resolve()):
        raise SimulationError(f"the truth folder {truth} lies inside the raw folder {out}")
    refuse_existing(out)
    return Request(out, truth, patients, seed, profile, drops, formats, load_parameters())


def refuse_existing(out: Path) -> None:
    """Raise SimulationError where the folder holds drops already."""
    for center in CENTERS:
        if (out / center).exists():
            raise SimulationError(f"{out / center} exists already: choose another folder or remove it")
