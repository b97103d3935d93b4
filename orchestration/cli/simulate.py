"""`hcc simulate`: demonstration drops of both centers; the simulation itself stands in analytics."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.output import messages, say
from orchestration.cli.progress import shown_progress
from orchestration.progress import report
from orchestration.settings import settings_from_environment


def simulate(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where the drops go. \\[HCC_RAW, else data/raw]", show_default=False),
    ] = None,
    patients: Annotated[
        int | None, typer.Option("--patients", min=1, help="Patients of both centers together.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="The same seed gives the same bytes.")] = None,
    profile: Annotated[str, typer.Option("--profile", help="How dirty: clean, realistic or hostile.")] = "realistic",
    drops: Annotated[int, typer.Option("--drops", min=1, help="A full drop and the rest nightly ones.")] = 2,
    formats: Annotated[
        str, typer.Option("--format", "--formats", help="csv, csv.gz, parquet, xlsx, or mixed: every container.")
    ] = "mixed",
    truth: Annotated[
        Path | None,
        typer.Option(
            "--truth", metavar="DIR", help="Where the planted truth goes. \\[<out>-truth]", show_default=False
        ),
    ] = None,
) -> None:
    """Make simulated drops of both centers; what was planted lies beside the folder, not in it."""
    raw = settings_from_environment().with_folders(out, None, None).raw
    with shown_progress(messages):
        report("starting")
        from analytics.simulation import simulate as make_drops

        summary = make_drops(
            raw,
            patients=patients,
            seed=seed,
            profile=profile,
            drops=drops,
            formats=formats,
            truth_dir=truth,
            progress=lambda done, total: report("simulating patients", done, total),
        )
    say(f"drops     {summary.raw}: {', '.join(f'{count} {state}' for state, count in summary.drops.items())}")
    say(f"rows      {', '.join(f'{center} {count}' for center, count in summary.rows.items())}")
    say(f"patients  {summary.patients}, simulated; rows with planted defects: {summary.planted_rows}")
    say(f"truth     {summary.truth}")
