"""`hcc withdraw`: a patient who withdrew leaves the warehouse. Patients are named on standard input or in a file, never
as arguments: those would stay in the shell's history and show in the list of processes.
"""

import os
import pwd
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.builds import BuildStore
from orchestration.cli.options import OutOption, RawOption, shared_settings
from orchestration.cli.output import messages, say
from orchestration.errors import RefreshError
from orchestration.lock import RefreshLock
from orchestration.pseudonym_key import PseudonymKey, check_against_last, resolve_key
from orchestration.release.catalog import ReleaseCatalog, current_fingerprint, query
from orchestration.run import prepare_output
from orchestration.settings import DBT_PROJECT, Settings

if TYPE_CHECKING:
    from orchestration.landing.contract import Contract


def withdraw(
    raw: RawOption = None,
    out: OutOption = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Patients, one a line; without it they are asked for."),
    ] = None,
    is_list: Annotated[bool, typer.Option("--list", help="Show who withdrew, by pseudonym.")] = False,
    is_undo: Annotated[
        bool, typer.Option("--undo", help="Let these patients come back with the next refresh.")
    ] = False,
    renew: Annotated[
        bool, typer.Option("--renew", help="After a change of key: forget what was recorded under other keys.")
    ] = False,
    fewer_too: Annotated[
        bool, typer.Option("--fewer-too", help="With --renew: name fewer patients than are forgotten.")
    ] = False,
    unknown_too: Annotated[
        bool, typer.Option("--unknown-too", help="Record patient numbers that were never landed as well.")
    ] = False,
) -> None:
    """Take patients out of the kept releases now and out of every later one.

    A line names a patient as `center_a <patient number>` (as delivered) or by person_id.
    """
    from orchestration.withdrawal.register import WithdrawalRegister

    settings = shared_settings(raw, out)
    _require_owner(settings.restricted)
    if renew and is_undo:
        raise RefreshError("--renew and --undo do not go together: renew first")
    register = WithdrawalRegister(settings)
    if is_list:
        for entry in register.all():
            say(f"{entry.recorded_at}  key {entry.key_fingerprint}  {' '.join(entry.pseudonyms)}")
        say(f"withdrawn patients: {len(register.all())}")
        return
    lines = _lines(source)
    prepare_output(settings)
    with RefreshLock(settings.lock_file, "hcc withdraw"):
        _apply(settings, lines, is_undo, renew, fewer_too, unknown_too)


def _require_owner(restricted: Path) -> None:
    """Raises RefreshError for anybody but the owner of the restricted store, who could not read what another writes."""
    if not restricted.exists() or restricted.stat().st_uid == os.geteuid():
        return
    try:
        owner = pwd.getpwuid(restricted.stat().st_uid).pw_name
    except KeyError:
        owner = f"#{restricted.stat().st_uid}"
    raise RefreshError(f"{restricted} belongs to {owner}: run the command as that user (sudo -u {owner} …)")


def _lines(source: Path | None) -> list[str]:
    if source is not None:
        try:
            return source.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as fault:
            raise RefreshError(f"{source} cannot be read ({type(fault).__name__})") from None
    if sys.stdin.isatty():
        messages.print("One patient a line, `center_a <patient number>` or a person_id; an empty line ends.")
        lines: list[str] = []
        with suppress(EOFError):
            lines.extend(iter(input, ""))
        return lines
    return sys.stdin.read().splitlines()


def _apply(
    settings: Settings, lines: Iterable[str], is_undo: bool, renew: bool, fewer_too: bool, unknown_too: bool
) -> None:
    from orchestration.landing.contract import load_contracts
    from orchestration.withdrawal.kept_releases import clean_releases, releases_of_other_keys
    from orchestration.withdrawal.register import WithdrawalRegister

    register = WithdrawalRegister(settings)
    contracts = load_contracts(DBT_PROJECT / "models" / "staging")
    key = _key(settings, contracts, renew)
    patients = _pseudonyms(settings, lines, contracts, key, unknown_too or is_undo)
    if is_undo:
        removed = sum(register.remove(pseudonyms) for pseudonyms in patients)
        say(f"no longer withdrawn: {removed}; the next refresh brings them back, kept releases stay without them")
        return
    if renew:
        forgotten = register.renew(patients, key.fingerprint, fewer_too)
        say(f"forgotten, recorded under another key: {forgotten}")
    else:
        for pseudonyms in patients:
            register.add(pseudonyms, key.fingerprint)
    BuildStore(settings.builds).remove_all()
    cleaned = clean_releases(settings, register.pseudonyms())
    say(
        f"withdrawn: {len(patients)}; releases changed: {len(cleaned.changed)} of {len(ReleaseCatalog(settings).all())}"
    )
    others = releases_of_other_keys(settings, key.fingerprint)
    if others:
        say(f"made with another key and not searched, remove by hand: {', '.join(others)}")
    say("The restricted builds were removed. Run `hcc refresh` for a release with new aggregates.")
    if cleaned.unreadable:
        raise RefreshError(
            f"these releases cannot be read and may still hold the patients: {', '.join(cleaned.unreadable)}; look at "
            "the disk and run the command again, or remove them by hand"
        )


def _pseudonyms(
    settings: Settings, lines: Iterable[str], contracts: "dict[str, Contract]", key: PseudonymKey, unknown_too: bool
) -> list[set[str]]:
    """All pseudonyms of each named patient. Raises RefreshError, before anything is recorded, for one nobody knows."""
    from orchestration.withdrawal.persons import landed_patients, pseudonyms_of, read_names

    names = read_names(lines, contracts)
    if not names:
        raise RefreshError("no patient was named; nothing was recorded")
    landed = landed_patients(settings.landing, contracts)
    patients = []
    for named in names:
        pseudonyms, is_landed = pseudonyms_of(named, landed, key.secret)
        if not is_landed and not unknown_too:
            raise RefreshError(
                f"line {named.line}: nobody of this number was ever landed; look for a mistake, or add --unknown-too "
                "to record it for later; nothing was recorded"
            )
        patients.append(pseudonyms)
    return patients


def _key(settings: Settings, contracts: "dict[str, Contract]", is_renewed: bool) -> PseudonymKey:
    """The key of the current release; another one would make other pseudonyms, which match nobody."""
    from orchestration.landing.drops import is_simulated_raw
    from orchestration.landing.errors import LandingError

    current = ReleaseCatalog(settings).current()
    is_simulated = False
    if current is not None:
        is_simulated = bool(query(current.database, "select is_simulated from release")[0]["is_simulated"])
    else:
        with suppress(LandingError):
            is_simulated = is_simulated_raw(settings.raw, contracts)
    key = resolve_key(settings, is_simulated)
    check_against_last(key, current_fingerprint(settings), is_renewed)
    return key
