"""Puts the commands of `hcc` together."""

import typer

from orchestration.cli import check, refresh, releases, simulate, status, ui, withdraw
from orchestration.cli.output import in_one_line

app = typer.Typer(
    name="hcc",
    help="Open clinical warehouse for drug resistance in hepatocellular carcinoma.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("refresh")(in_one_line(refresh.refresh))
app.command("simulate")(in_one_line(simulate.simulate))
app.command("check")(in_one_line(check.check))
app.command("status")(in_one_line(status.status))
app.command("rollback")(in_one_line(releases.rollback))
app.command("withdraw")(in_one_line(withdraw.withdraw))
app.command("ui")(in_one_line(ui.ui))
app.add_typer(releases.app, name="releases")
