"""`hcc check DROP`: what is wrong with a drop, before it is delivered."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.output import say
from orchestration.errors import EXIT_FAILED, RefreshError
from orchestration.settings import DBT_PROJECT


def check(
    drop: Annotated[Path, typer.Argument(metavar="DROP", help="The folder that holds manifest.json and the tables.")],
) -> None:
    """Check a drop against the source contract. Ends with 0 when it would be loaded."""
    from orchestration.landing.check_drop import check_drop
    from orchestration.landing.contract import load_contracts

    if not drop.is_dir():
        raise RefreshError(f"the drop {drop} is not there")
    report = check_drop(drop, load_contracts(DBT_PROJECT / "models" / "staging"))
    for line in report.lines():
        say(line)
    if not report.is_loadable:
        raise typer.Exit(EXIT_FAILED)
