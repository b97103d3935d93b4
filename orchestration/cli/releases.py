"""`hcc releases` and `hcc rollback`: which releases there are, which stay, which one is current."""

import time
from contextlib import suppress
from typing import Annotated

import typer

from orchestration.cli.options import OutOption, shared_settings
from orchestration.cli.output import in_one_line, say, warn
from orchestration.errors import LockHeldError, RefreshError
from orchestration.lock import RefreshLock
from orchestration.release.catalog import ReleaseCatalog
from orchestration.settings import Settings

SECONDS_BEFORE_SECOND_LOOK = 1.0

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
    say(f"{_set_pin(shared_settings(out=out), release, True)} is pinned")


def unpin(release: ReleaseArgument, out: OutOption = None) -> None:
    """Let a release be removed when it is old."""
    say(f"{_set_pin(shared_settings(out=out), release, False)} is no longer pinned")


def _set_pin(settings: Settings, release: str, is_pinned: bool) -> str:
    """Pin or unpin a release, also while a refresh runs for long; returns its name.

    Who holds the lock may remove the release at that moment, or put another copy in its place: so without the lock
    a second look tells whether the pin stood.
    """
    catalog = ReleaseCatalog(settings)
    name = catalog.get(release).release_id
    try:
        with RefreshLock(settings.lock_file, "hcc releases"):
            return catalog.pin(name, is_pinned).release_id
    except LockHeldError as held:
        with suppress(FileNotFoundError, RefreshError):
            catalog.pin(name, is_pinned)
            time.sleep(SECONDS_BEFORE_SECOND_LOOK)
        if (name, is_pinned) not in [(one.release_id, one.is_pinned) for one in catalog.all()]:
            raise RefreshError(f"{held.who} and has removed or replaced {name}: see `hcc releases`") from None
        warn(f"{held.who}: when it has ended, see in `hcc releases` that nothing else happened to {name}")
        return name


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
