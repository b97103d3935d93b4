"""Options that several commands share. What is not given comes from the environment (orchestration/settings.py)."""

import contextlib
import os
from pathlib import Path
from typing import Annotated

import typer

from orchestration.errors import RefreshError
from orchestration.settings import Settings, settings_from_environment

RawOption = Annotated[
    Path | None,
    typer.Option("--raw", metavar="DIR", help="The hospitals' drops. \\[HCC_RAW, else data/raw]", show_default=False),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Releases and the restricted store. \\[HCC_OUT, else data/warehouse]",
        show_default=False,
    ),
]
ProtocolsOption = Annotated[
    Path | None,
    typer.Option(
        "--protocols",
        metavar="DIR",
        help="A folder with further studies; a file with a known study id replaces that study. \\[HCC_PROTOCOLS]",
        show_default=False,
    ),
]


def shared_settings(raw: Path | None = None, out: Path | None = None, protocols: Path | None = None) -> Settings:
    """The settings of the environment with the folders given; the environment of this process follows them."""
    settings = settings_from_environment().with_folders(raw, out, protocols)
    os.environ.update(settings.to_environment())
    return settings


def require_raw(settings: Settings) -> None:
    """Raise RefreshError, with what to do, where the raw folder is not there or holds nothing."""
    way_out = (
        "correct --raw or HCC_RAW, mount it, or put the drops there as <center>/<drop>/ "
        "(demonstration data: `hcc simulate --out DIR`)"
    )
    if not settings.raw.is_dir():
        raise RefreshError(f"the raw folder {settings.raw} is not there: {way_out}")
    with contextlib.suppress(OSError):  # one that cannot be read is told by landing
        if next(settings.raw.iterdir(), None) is None:
            raise RefreshError(f"the raw folder {settings.raw} is empty: {way_out}")
