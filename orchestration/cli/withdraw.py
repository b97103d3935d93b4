"""`hcc withdraw`: a patient who withdrew leaves the warehouse. Patients are named on standard input or in a file, never
as arguments: those would stay in the shell's history and show in the list of processes.
"""

import os
import pwd
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from orchestration.builds import BuildStore
from orchestration.cli.options import OutOption, RawOption, shared_settings
from orchestration.cli.output import messages, say
from orchestration.errors import RefreshError
from orchestration.lock import RefreshLock
from orchestration.pseudonym_key import PseudonymKey, check_against_last, read_key_file, resolve_key
from orchestration.release.catalog import ReleaseCatalog, current_fingerprint, query
from orchestration.run import prepare_output
from orchestration.settings import DBT_PROJECT, Settings

if TYPE_CHECKING:
    from orchestration.landing.contract import Contract
    from orchestration.withdrawal.persons import LandedPatient, Named


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
    old_keys: Annotated[
        list[Path] | None,
        typer.Option(
            "--old-key",
            metavar="FILE",
            help="A key used before the present one: releases made with it are searched, not set aside.",
        ),
    ] = None,
) -> None:
    """Take patients out of the kept releases now and out of every later one.

    A line names a patient as `center_a <patient number>` (as delivered) or by person_id.
    """
    from orchestration.withdrawal.register import WithdrawalRegister

    settings = shared_settings(raw, out)
    _require_owner(settings.restricted)
    if renew and is_undo:
        raise RefreshError("--renew and --undo do not go together: renew first")
    if old_keys and (renew or is_undo):
        raise RefreshError("--old-key is for patients who withdraw now: leave out --renew and --undo")
    register = WithdrawalRegister(settings)
    if is_list:
        for entry in register.all():
            say(f"{entry.recorded_at}  key {entry.key_fingerprint}  {' '.join(entry.pseudonyms)}")
        say(f"withdrawn patients: {len(register.all())}")
        return
    lines = _lines(source)
    prepare_output(settings)
    with RefreshLock(settings.lock_file, "hcc withdraw"):
        if is_undo:
            _undo(settings, lines)
        elif renew:
            _renew(settings, lines, fewer_too, unknown_too)
        else:
            _withdraw(settings, lines, unknown_too, old_keys or [])


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


class _Patients(NamedTuple):
    """Named patients: as they were named, all pseudonyms of each, and what they were looked up in."""

    names: "list[Named]"
    pseudonyms: list[set[str]]
    landed: "list[LandedPatient]"


def _withdraw(settings: Settings, lines: Iterable[str], unknown_too: bool, old_key_files: Iterable[Path]) -> None:
    from orchestration.withdrawal.other_keys import take_out_of_other_keys
    from orchestration.withdrawal.register import WithdrawalRegister

    contracts = _contracts()
    key = _key(settings, contracts, is_renewed=False)
    old_keys = _old_keys(settings, key, old_key_files)
    patients = _patients(settings, lines, contracts, key, unknown_too)
    # Before anything is recorded: a command that was killed meanwhile is given again, and then does this again.
    others = take_out_of_other_keys(settings, patients.names, patients.landed, contracts, key, old_keys)
    register = WithdrawalRegister(settings)
    for pseudonyms in patients.pseudonyms:
        register.add(pseudonyms, key.fingerprint)
    _take_out(settings, len(patients.pseudonyms), others.changed)
    if others.set_aside:
        say(
            f"set aside, made with another key and not to be searched: {', '.join(others.set_aside)} "
            f"(now in {settings.restricted / 'set_aside'}; --old-key FILE would have searched them)"
        )


def _renew(settings: Settings, lines: Iterable[str], fewer_too: bool, unknown_too: bool) -> None:
    from orchestration.withdrawal.register import WithdrawalRegister

    contracts = _contracts()
    key = _key(settings, contracts, is_renewed=True)
    patients = _patients(settings, lines, contracts, key, unknown_too)
    forgotten = WithdrawalRegister(settings).renew(patients.pseudonyms, key.fingerprint, fewer_too)
    say(f"forgotten, recorded under another key: {forgotten}")
    _take_out(settings, len(patients.pseudonyms), [])
    if len(patients.pseudonyms) > forgotten:
        say(
            "More patients were named than had withdrawn before: releases made with the earlier key were not searched "
            "for them. After the next refresh name those once more without --renew."
        )


def _undo(settings: Settings, lines: Iterable[str]) -> None:
    from orchestration.withdrawal.register import WithdrawalRegister

    contracts = _contracts()
    patients = _patients(settings, lines, contracts, _key(settings, contracts, is_renewed=False), unknown_too=True)
    register = WithdrawalRegister(settings)
    removed = sum(register.remove(pseudonyms) for pseudonyms in patients.pseudonyms)
    say(f"no longer withdrawn: {removed}; the next refresh brings them back, kept releases stay without them")


def _take_out(settings: Settings, patient_count: int, changed_before: list[str]) -> None:
    """Builds go, kept releases are cleaned, and it is said what happened."""
    from orchestration.withdrawal.kept_releases import clean_releases
    from orchestration.withdrawal.register import WithdrawalRegister

    BuildStore(settings.builds).remove_all()
    kept = len(ReleaseCatalog(settings).all())
    cleaned = clean_releases(settings, WithdrawalRegister(settings).pseudonyms())
    say(f"withdrawn: {patient_count}; releases changed: {len({*changed_before, *cleaned.changed})} of {kept}")
    if cleaned.unreadable:
        say(
            f"set aside, cannot be read and may hold the patients: {', '.join(cleaned.unreadable)} "
            f"(now in {settings.restricted / 'set_aside'}; look at the disk)"
        )
    say("The restricted builds were removed. Run `hcc refresh` for a release with new aggregates.")


def _contracts() -> "dict[str, Contract]":
    from orchestration.landing.contract import load_contracts

    return load_contracts(DBT_PROJECT / "models" / "staging")


def _patients(
    settings: Settings, lines: Iterable[str], contracts: "dict[str, Contract]", key: PseudonymKey, unknown_too: bool
) -> _Patients:
    """Who is meant. Raises RefreshError, before anything is recorded, for a patient nobody knows."""
    from orchestration.withdrawal.persons import landed_patients, pseudonyms_of, read_names

    names = read_names(lines, contracts)
    if not names:
        raise RefreshError("no patient was named; nothing was recorded")
    landed = landed_patients(settings.landing, contracts)
    patients = _Patients(names, [], landed)
    for named in names:
        pseudonyms, is_landed = pseudonyms_of(named, landed, key.secret)
        if not is_landed and not unknown_too:
            raise RefreshError(
                f"line {named.line}: nobody of this number was ever landed; look for a mistake, or add --unknown-too "
                "to record it for later; nothing was recorded"
            )
        patients.pseudonyms.append(pseudonyms)
    return patients


def _old_keys(settings: Settings, key: PseudonymKey, files: Iterable[Path]) -> list[PseudonymKey]:
    """The keys in these files. Raises RefreshError for one that made no kept release: it would search nothing."""
    from orchestration.withdrawal.other_keys import releases_of_other_keys

    others = releases_of_other_keys(settings, key.fingerprint)
    keys = []
    for file in files:
        old = read_key_file(file)
        if old.fingerprint not in others:
            raise RefreshError(
                f"no kept release was made with the key in {file} (fingerprint {old.fingerprint}); releases of other "
                f"keys than the present one have: {', '.join(sorted(others)) or 'none'}; nothing was recorded"
            )
        keys.append(old)
    return keys


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
