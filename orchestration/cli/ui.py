"""`hcc ui`: the Dagster UI and its daemon, on the folders and the storage that `hcc refresh` uses."""

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.options import OutOption, ProtocolsOption, RawOption, shared_settings
from orchestration.cli.output import messages
from orchestration.landing.storage import make_private_folder
from orchestration.run import prepare_output
from orchestration.studies import load_studies

DEFINITIONS_MODULE = "orchestration.definitions"


def ui(
    raw: RawOption = None,
    out: OutOption = None,
    protocols: ProtocolsOption = None,
    port: Annotated[int, typer.Option("--port", help="Port of the web page.")] = 3000,
    host: Annotated[str, typer.Option("--host", help="Address to listen on; the page has no login.")] = "127.0.0.1",
) -> None:
    """Open the Dagster UI with its daemon, which runs the nightly refresh. Ends with Ctrl-C."""
    settings = shared_settings(raw, out, protocols)
    load_studies(settings)  # the page would only say that it could not be loaded
    prepare_output(settings)
    make_private_folder(settings.dagster_storage)
    os.umask(0o077)
    # Started in the background of a script it would inherit that interrupts are ignored, and Dagster then ignores
    # requests to end as well.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    messages.print(f"Dagster: http://{host}:{port}", highlight=False)
    dagster = Path(sys.executable).with_name("dagster")
    os.execv(dagster, [str(dagster), "dev", "-m", DEFINITIONS_MODULE, "-h", host, "-p", str(port)])
