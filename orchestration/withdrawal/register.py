"""The register of withdrawn patients: pseudonyms alone, in the restricted store (docs/operations.md).

    <out>/restricted/withdrawn.json

An entry holds every pseudonym under which a patient has come or may come: the person_id made from the national id, and
the one made from each center's own number, so that a corrected national id does not bring the patient back.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from orchestration.errors import RefreshError
from orchestration.files import read_json, write_json
from orchestration.settings import Settings
from orchestration.withdrawal.searched import SearchedReleases
from orchestration.words import counted

FILE = "withdrawn.json"


@dataclass(frozen=True)
class Withdrawal:
    """One patient who withdrew.

    Attributes:
        recorded_at: When, in universal time.
        key_fingerprint: Of the key that made the pseudonyms.
        pseudonyms: Sorted.
    """

    recorded_at: str
    key_fingerprint: str
    pseudonyms: tuple[str, ...]


class WithdrawalRegister:
    """Reads and writes the register of an output folder; writing is to be done under the lock."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.path: Path = settings.restricted / FILE

    def all(self) -> list[Withdrawal]:
        """Every withdrawal, oldest first. Raises RefreshError where the register is damaged: nobody may come back."""
        if not self.path.exists():
            return []
        try:
            return [Withdrawal(**{**entry, "pseudonyms": tuple(entry["pseudonyms"])}) for entry in read_json(self.path)]
        except (OSError, ValueError, TypeError, KeyError) as fault:
            raise RefreshError(
                f"the register of withdrawn patients {self.path} cannot be read ({type(fault).__name__}): "
                "restore it from the backup before the next refresh"
            ) from None

    def pseudonyms(self) -> frozenset[str]:
        """Every withdrawn pseudonym."""
        return frozenset(pseudonym for entry in self.all() for pseudonym in entry.pseudonyms)

    def add(self, pseudonyms: Collection[str], key_fingerprint: str) -> None:
        """Record one patient; entries that share a pseudonym with them are the same patient and become one."""
        self._write(_with_patient(self.all(), pseudonyms, key_fingerprint))

    def learn(self, persons: Iterable[Collection[str]]) -> None:
        """Add further pseudonyms of patients who are recorded already, as a refresh found them."""
        entries = self.all()
        for person in persons:
            entries = [
                replace(entry, pseudonyms=tuple(sorted({*entry.pseudonyms, *person})))
                if not set(entry.pseudonyms).isdisjoint(person)
                else entry
                for entry in entries
            ]
        if entries != self.all():
            # In releases of earlier keys they were found by every number that had come until then.
            self._carry_searches_over(entries, but_key=entries[0].key_fingerprint)
            self._write(entries)

    def remove(self, pseudonyms: Collection[str]) -> int:
        """Forget the patients who have any of these pseudonyms; returns how many."""
        entries = self.all()
        left = [entry for entry in entries if set(entry.pseudonyms).isdisjoint(pseudonyms)]
        if len(left) < len(entries):
            self._write(left)
        return len(entries) - len(left)

    def renew(
        self,
        patients: Iterable[Collection[str]],
        key_fingerprint: str,
        may_be_fewer: bool = False,
        may_be_more: bool = False,
    ) -> int:
        """Record patients in place of what was recorded under other keys, in one write; returns how many went.

        Raises RefreshError, before anything changes, where fewer are named than would be forgotten, or more: earlier
        releases were searched for those alone who withdrew before.
        """
        entries = self.all()
        named: list[Withdrawal] = []
        kept = [entry for entry in entries if entry.key_fingerprint == key_fingerprint]
        forgotten = len(entries) - len(kept)
        for pseudonyms in patients:
            named = _with_patient(named, pseudonyms, key_fingerprint)
            kept = _with_patient(kept, pseudonyms, key_fingerprint)
        if len(named) < forgotten and not may_be_fewer:
            raise RefreshError(
                f"{counted(len(named), 'patient')} named, {forgotten} withdrawn under another key: the others would "
                "come back; name them all, or add --fewer-too if that is meant; nothing was recorded"
            )
        if len(named) > forgotten > 0 and not may_be_more:
            raise RefreshError(
                f"{counted(len(named), 'patient')} named, {forgotten} withdrawn under another key: who withdraws only "
                "now is named after the next refresh, without --renew; or give the earlier key with --old-key FILE; "
                "nothing was recorded"
            )
        if len(named) <= forgotten:
            self._carry_searches_over(kept)
        self._write(kept)
        return forgotten

    def require_key(self, key_fingerprint: str) -> None:
        """Raise RefreshError where a pseudonym was made with another key: it would match nobody any more."""
        other = sum(entry.key_fingerprint != key_fingerprint for entry in self.all())
        if other:
            raise RefreshError(
                f"{counted(other, 'patient')} withdrew under another pseudonym key, and would come back under this "
                "one: name them again with `hcc withdraw --renew --from FILE`, then refresh"
            )

    def _carry_searches_over(self, entries: list[Withdrawal], but_key: str | None = None) -> None:
        """To be called before the entries are written: what is broken off in between can then be done again."""
        after = {pseudonym for entry in entries for pseudonym in entry.pseudonyms}
        SearchedReleases(self._settings, after).carry_over(self.pseudonyms(), but_key)

    def _write(self, entries: list[Withdrawal]) -> None:
        write_json(self.path, [asdict(entry) for entry in entries])


def _with_patient(entries: list[Withdrawal], pseudonyms: Collection[str], key_fingerprint: str) -> list[Withdrawal]:
    """The entries with one more patient, merged with those that share a pseudonym."""
    same = [entry for entry in entries if not set(entry.pseudonyms).isdisjoint(pseudonyms)]
    others = [entry for entry in entries if entry not in same]
    everything = sorted({*pseudonyms, *(one for entry in same for one in entry.pseudonyms)})
    recorded_at = same[0].recorded_at if same else datetime.now(UTC).isoformat(timespec="seconds")
    return [*others, Withdrawal(recorded_at, key_fingerprint, tuple(everything))]
