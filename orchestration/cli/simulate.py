"""`hcc simulate`: demonstration drops of both centers; the simulation itself stands in analytics."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.output import messages, say
from orchestration.settings import settings_from_environment


def simulate(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where the drops go. \\[HCC_RAW, else data/raw]", show_default=False),
    ] = None,
    patients: Annotated[int | None, typer.Option("--patients", min=1, help="Number of patients.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the random numbers.")] = None,
) -> None:
    """Make simulated drops of both centers; the planted truth lies beside the folder, not in it."""
    from analytics.simulation import simulate as make_drops

    raw = settings_from_environment().with_folders(out, None, None).raw
    with messages.status("simulating"):
        make_drops(raw, patients=patients, seed=seed)
    say(f"simulated drops are in {raw}")
