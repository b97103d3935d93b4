"""`hcc withdraw`: a patient who withdrew leaves the warehouse. Patients are named on standard input or in a file, never
as arguments: those would stay in the shell's history and show in the list of processes.
"""

import os
import pwd
import sys
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.builds import BuildStore
from orchestration.cli.options import OutOption, RawOption, shared_settings
from orchestration.cli.output import messages, say
from orchestration.errors import RefreshError
from orchestration.lock import RefreshLock
from orchestration.pseudonym_key import PseudonymKey, check_against_last, read_key_file, resolve_key
from orchestration.release.catalog import ReleaseCatalog, last_provenance
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
    if old_keys and is_undo:
        raise RefreshError("--old-key and --undo do not go together: kept releases stay as they are")
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
            _renew(settings, lines, fewer_too, unknown_too, old_keys or [])
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


def _withdraw(settings: Settings, lines: Iterable[str], unknown_too: bool, old_key_files: Collection[Path]) -> None:
    from orchestration.withdrawal.register import WithdrawalRegister

    contracts = _contracts()
    key = _key(settings, contracts, is_renewed=False)
    old_keys = _old_keys(settings, key, old_key_files)
    patients = _patients(settings, lines, contracts, key, unknown_too)
    register = WithdrawalRegister(settings)
    for pseudonyms in patients:
        register.add(pseudonyms, key.fingerprint)
    _take_out(settings, contracts, key, old_keys, len(patients), may_take_current=True)


def _renew(
    settings: Settings, lines: Iterable[str], fewer_too: bool, unknown_too: bool, old_key_files: Collection[Path]
) -> None:
    from orchestration.withdrawal.register import WithdrawalRegister

    contracts = _contracts()
    key = _key(settings, contracts, is_renewed=True)
    old_keys = _old_keys(settings, key, old_key_files)
    patients = _patients(settings, lines, contracts, key, unknown_too)
    register = WithdrawalRegister(settings)
    forgotten = register.renew(patients, key.fingerprint, fewer_too, may_be_more=bool(old_keys))
    say(f"forgotten, recorded under another key: {forgotten}")
    # The current release was made with the earlier key; it stays with readers until the refresh that follows.
    _take_out(settings, contracts, key, old_keys, len(patients), may_take_current=False)


def _undo(settings: Settings, lines: Iterable[str]) -> None:
    from orchestration.withdrawal.register import WithdrawalRegister

    contracts = _contracts()
    patients = _patients(settings, lines, contracts, _key(settings, contracts, is_renewed=False), unknown_too=True)
    register = WithdrawalRegister(settings)
    removed = sum(register.remove(pseudonyms) for pseudonyms in patients)
    say(f"no longer withdrawn: {removed}; the next refresh brings them back, kept releases stay without them")


def _take_out(
    settings: Settings,
    contracts: "dict[str, Contract]",
    key: PseudonymKey,
    old_keys: Iterable[PseudonymKey],
    patient_count: int,
    may_take_current: bool,
) -> None:
    """Builds go, kept releases are cleaned, and it is said what happened."""
    from orchestration.withdrawal.kept_releases import clean_releases
    from orchestration.withdrawal.other_keys import pseudonyms_under, remove_scratch
    from orchestration.withdrawal.register import WithdrawalRegister

    BuildStore(settings.builds).remove_all()
    remove_scratch(settings)
    register = WithdrawalRegister(settings)
    patients = [entry.pseudonyms for entry in register.all()]
    found = {old.fingerprint: pseudonyms_under(settings, contracts, key, old, patients) for old in old_keys}
    old_pseudonyms = {fingerprint: known for fingerprint, known in found.items() if known is not None}
    cleaned = clean_releases(settings, register.pseudonyms(), key.fingerprint, old_pseudonyms, may_take_current)
    kept = len(ReleaseCatalog(settings).all())
    say(f"withdrawn: {patient_count}; releases changed: {len(cleaned.changed)} of {kept}")
    folder = settings.set_aside
    if cleaned.of_other_keys:
        names = ", ".join(cleaned.of_other_keys)
        say(f"set aside, made with another key and not to be searched: {names} (now in {folder})")
    if len(old_pseudonyms) < len(found):
        say("An old key was of no use: not every withdrawn patient is in the drops of the raw folder.")
    if cleaned.unreadable:
        names = ", ".join(cleaned.unreadable)
        say(f"set aside, cannot be read and may hold the patients: {names} (now in {folder}; look at the disk)")
    refresh = "hcc refresh" if may_take_current else "hcc refresh --rotate-key"
    say(f"The restricted builds were removed. Run `{refresh}` for a release with new aggregates.")
    if cleaned.busy:
        raise RefreshError(
            f"these releases could not be searched, another process has them open or the disk failed for a moment: "
            f"{', '.join(cleaned.busy)}; run the command again, or refresh, which does it as well"
        )


def _contracts() -> "dict[str, Contract]":
    from orchestration.landing.contract import load_contracts

    return load_contracts(DBT_PROJECT / "models" / "staging")


def _patients(
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


def _old_keys(settings: Settings, key: PseudonymKey, files: Collection[Path]) -> list[PseudonymKey]:
    """The keys in these files. Raises RefreshError for one that made no kept release: it would search nothing."""
    from orchestration.withdrawal.other_keys import releases_of_other_keys

    if not files:
        return []
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
    """The key of the last release; another one would make other pseudonyms, which match nobody."""
    from orchestration.landing.drops import is_simulated_raw
    from orchestration.landing.errors import LandingError

    last = last_provenance(settings)
    is_simulated = last is not None and bool(last["is_simulated"])
    if last is None:
        with suppress(LandingError):
            is_simulated = is_simulated_raw(settings.raw, contracts)
    key = resolve_key(settings, is_simulated)
    check_against_last(key, None if last is None else str(last["key_fingerprint"]), is_renewed)
    return key
