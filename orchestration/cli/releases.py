"""`hcc releases` and `hcc rollback`: which releases there are, which stay, which one is current."""

from typing import Annotated

import typer

from orchestration.cli.options import OutOption, shared_settings
from orchestration.cli.output import in_one_line, say
from orchestration.lock import RefreshLock
from orchestration.release.catalog import ReleaseCatalog

ReleaseArgument = Annotated[str, typer.Argument(metavar="RELEASE", help="Name of a release, or its beginning.")]


def list_releases(out: OutOption = None) -> None:
    """List the releases, newest first."""
    settings = shared_settings(out=out)
    releases = ReleaseCatalog(settings).all()
    for release in reversed(releases):
        marks = [word for word, holds in (("current", release.is_current), ("pinned", release.is_pinned)) if holds]
        megabytes = release.database.stat().st_size / 1e6
        say(f"{release.release_id}  {megabytes:8.1f} MB  {', '.join(marks)}".rstrip())
    if not releases:
        say(f"there is no release in {settings.out} yet")


def pin(release: ReleaseArgument, out: OutOption = None) -> None:
    """Keep a release for ever."""
    say(f"{ReleaseCatalog(shared_settings(out=out)).pin(release, True).release_id} is pinned")


def unpin(release: ReleaseArgument, out: OutOption = None) -> None:
    """Let a release be removed when it is old."""
    say(f"{ReleaseCatalog(shared_settings(out=out)).pin(release, False).release_id} is no longer pinned")


def rollback(
    release: Annotated[
        str | None, typer.Argument(metavar="[RELEASE]", help="Name of a release; without it, the one before.")
    ] = None,
    out: OutOption = None,
) -> None:
    """Make an earlier release the current one. The next refresh makes a new release as ever."""
    settings = shared_settings(out=out)
    with RefreshLock(settings.lock_file, "hcc rollback"):
        now = ReleaseCatalog(settings).roll_back(release)
    say(f"{now.release_id} is current")


app = typer.Typer(help="List, pin and unpin releases.", no_args_is_help=False, invoke_without_command=True)


@app.callback()
def _list_by_default(context: typer.Context, out: OutOption = None) -> None:
    if context.invoked_subcommand is None:
        in_one_line(list_releases)(out)


app.command("list")(in_one_line(list_releases))
app.command("pin")(in_one_line(pin))
app.command("unpin")(in_one_line(unpin))
