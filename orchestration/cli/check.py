"""`hcc check`: what is wrong with a drop before it is delivered, or with a protocol before it is used."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.output import say
from orchestration.errors import EXIT_FAILED, RefreshError
from orchestration.settings import DBT_PROJECT, PROTOCOLS
from orchestration.studies import systemic_agents
from orchestration.words import counted

if TYPE_CHECKING:
    from analytics.protocol import Protocol

MANIFEST = "manifest.json"
PROTOCOL_ENDINGS = (".yml", ".yaml")


def check(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="DROP|PROTOCOL",
            help="A drop: the folder that holds manifest.json and the tables. Or a protocol file, or a folder of them.",
        ),
    ],
) -> None:
    """Check a drop against the source contract, or a protocol. Ends with 0 when it would be loaded."""
    if is_protocol(path):
        is_good = check_protocols(path)
    elif path.is_dir():
        is_good = check_drop(path)
    else:
        found = "is no folder of a drop and no protocol file (.yml)" if path.exists() else "is not there"
        raise RefreshError(f"{path} {found}")
    if not is_good:
        raise typer.Exit(EXIT_FAILED)


def is_protocol(path: Path) -> bool:
    """Whether a path means protocols: a file with their ending, or a folder that holds such files and no manifest."""
    if not path.is_dir():
        return path.suffix.lower() in PROTOCOL_ENDINGS and path.is_file()
    return not (path / MANIFEST).exists() and any(one.suffix.lower() in PROTOCOL_ENDINGS for one in path.iterdir())


def check_drop(path: Path) -> bool:
    """Print everything that is wrong with a drop; returns whether it would be loaded."""
    from orchestration.landing.check_drop import check_drop as examine
    from orchestration.landing.contract import load_contracts

    report = examine(path, load_contracts(DBT_PROJECT / "models" / "staging"))
    for line in report.lines():
        say(line)
    return report.is_loadable


def check_protocols(path: Path) -> bool:
    """Print every mistake of a protocol file, or of a folder of them; returns whether there is none."""
    from analytics.protocol import ProtocolError, load_protocol, load_protocols

    agents = systemic_agents()
    try:
        if path.is_dir():
            studies = load_protocols(path, agents)
        else:
            protocol = load_protocol(path, agents)
            studies = {protocol.study_id: protocol}
    except ProtocolError as error:
        mistakes = str(error).splitlines()
        for line in mistakes:
            say(f"error: {line}")
        say(f"\n{path}: would be refused ({counted(len(mistakes), 'error')}); no refresh starts with it")
        return False
    own = load_protocols(PROTOCOLS)
    is_own = PROTOCOLS in (path.resolve(), path.resolve().parent)
    for study in studies.values():
        say(_in_words(study, own, is_own))
    return True


def _in_words(study: "Protocol", own: "Mapping[str, Protocol]", is_own: bool) -> str:
    """What a good protocol does in a refresh."""
    replaces = any(one.identifier == study.identifier for one in own.values())
    does = "replaces the project's own study of that name" if replaces else "is one more study"
    where = "a study of the project itself" if is_own else f"with --protocols or HCC_PROTOCOLS it {does}"
    return f"{study.study_id}: can be used ({study.index_agent}, {study.enrol_from} to {study.enrol_to}); {where}"
