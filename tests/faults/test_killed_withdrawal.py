"""`hcc withdraw` killed at any moment: no release is torn, and whoever stands in the register is in none of them."""

import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from faults.publishing import publish_again
from faults.undisturbed import TIMES, Undisturbed, content, kill_after, release_id, start_hcc
from refreshed_warehouse import run_hcc

from orchestration.landing.contract import load_contracts
from orchestration.pseudonym_key import DEMONSTRATION_KEY
from orchestration.settings import DBT_PROJECT, settings_from_environment
from orchestration.withdrawal.persons import landed_patients, local_pseudonym
from orchestration.withdrawal.register import WithdrawalRegister

pytestmark = pytest.mark.faults
RELEASES = 5
NEW_KEY = "another key, of more than sixteen bytes"
Content = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Withdrawing:
    """A warehouse with several releases, a file that names one patient, and what a withdrawal does undisturbed."""

    raw: Path
    out: Path
    names: Path
    person: str
    with_patient: Content
    without_patient: Content
    seconds: float

    def arguments(self, out: Path) -> list[str | Path]:
        return ["withdraw", "--raw", self.raw, "--out", out, "--from", self.names]


@pytest.fixture(scope="module")
def withdrawing(undisturbed: Undisturbed, tmp_path_factory: pytest.TempPathFactory) -> Withdrawing:
    folder = tmp_path_factory.mktemp("withdrawing")
    out = folder / "out"
    shutil.copytree(undisturbed.out, out, symlinks=True)
    while len(list(out.glob("releases/r*"))) < RELEASES:
        publish_again(undisturbed.raw, out)
    contracts = load_contracts(DBT_PROJECT / "models" / "staging")
    with duckdb.connect(str(out / "cohort.duckdb"), read_only=True) as connection:
        query = "select person_id from cohort where is_eligible and center_id = 'center_a' order by all limit 1"
        [(person,)] = connection.execute(query).fetchall()
    numbers = [one for one in landed_patients(out / "restricted" / "landing", contracts) if one.person_id == person]
    names = folder / "names.txt"
    names.write_text(f"{numbers[0].center} {numbers[0].local_id}\n", encoding="utf-8")

    copy = folder / "undisturbed"
    shutil.copytree(out, copy, symlinks=True)
    started = time.monotonic()
    withdrawn = run_hcc("withdraw", "--raw", undisturbed.raw, "--out", copy, "--from", names)
    seconds = time.monotonic() - started
    assert withdrawn.returncode == 0, withdrawn.stderr
    without = content(copy / "cohort.duckdb")
    assert without != undisturbed.content
    return Withdrawing(undisturbed.raw, out, names, person, undisturbed.content, without, seconds)


def register(out: Path) -> frozenset[str]:
    return WithdrawalRegister(settings_from_environment({"HCC_OUT": str(out)})).pseudonyms()


def holds(database: Path, person: str) -> bool:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute("select 1 from persons where person_id = ?", [person]).fetchone() is not None


def databases(out: Path) -> list[Path]:
    return sorted(out.glob("releases/r*/cohort.duckdb"))


def test_1_a_withdrawal_killed_at_random_moments(
    withdrawing: Withdrawing, tmp_path: Path, moments: random.Random
) -> None:
    """Each release is the one with or the one without the patient; given again, the command ends what was begun."""
    killed = 0
    for number in range(2 * TIMES):
        out = tmp_path / str(number)
        shutil.copytree(withdrawing.out, out, symlinks=True)
        process = start_hcc(*withdrawing.arguments(out))
        killed += kill_after(process, withdrawing.seconds * moments.uniform(0.3, 1.1))
        assert all(content(one) in (withdrawing.with_patient, withdrawing.without_patient) for one in databases(out))
        assert len(databases(out)) == RELEASES
        again = run_hcc(*withdrawing.arguments(out))
        assert again.returncode == 0, again.stderr
        assert all(content(one) == withdrawing.without_patient for one in databases(out))
        assert withdrawing.person in register(out)
        assert list(out.glob("releases/.*")) == []
        shutil.rmtree(out)
    assert killed > TIMES / 2


def test_2_the_night_after_a_killed_withdrawal(
    withdrawing: Withdrawing, tmp_path: Path, moments: random.Random
) -> None:
    """Nobody gives the command again: if the patient was recorded, the refresh takes them out everywhere."""
    for number in range(max(2, TIMES // 3)):
        out = tmp_path / str(number)
        shutil.copytree(withdrawing.out, out, symlinks=True)
        kill_after(start_hcc(*withdrawing.arguments(out)), withdrawing.seconds * moments.uniform(0.5, 1))
        is_recorded = withdrawing.person in register(out)
        before = release_id(out)
        refreshed = run_hcc("refresh", "--raw", withdrawing.raw, "--out", out)
        assert refreshed.returncode == 0, refreshed.stderr
        assert release_id(out) > before
        assert [holds(one, withdrawing.person) for one in databases(out)] == [not is_recorded] * (RELEASES + 1)
        shutil.rmtree(out)


def test_3_a_renewal_after_a_change_of_key_killed_at_random_moments(
    withdrawing: Withdrawing, tmp_path: Path, moments: random.Random
) -> None:
    """The register holds the patient under the old key or under the new one, and never nobody."""
    begun = tmp_path / "begun"
    shutil.copytree(withdrawing.out, begun, symlinks=True)
    assert run_hcc(*withdrawing.arguments(begun)).returncode == 0
    under_old_key = register(begun)
    number = withdrawing.names.read_text(encoding="utf-8").split()[1]
    under_new_key = local_pseudonym(NEW_KEY.encode(), "center_a", number)
    for attempt in range(TIMES):
        out = tmp_path / str(attempt)
        shutil.copytree(begun, out, symlinks=True)
        process = start_hcc(*withdrawing.arguments(out), "--renew", HCC_PSEUDONYM_KEY=NEW_KEY)
        kill_after(process, withdrawing.seconds * moments.uniform(0.3, 1.1))
        recorded = register(out)
        assert recorded == under_old_key or under_new_key in recorded
        renewed = run_hcc(*withdrawing.arguments(out), "--renew", HCC_PSEUDONYM_KEY=NEW_KEY)
        assert renewed.returncode == 0, renewed.stderr
        assert under_new_key in register(out)
        assert not any(holds(one, withdrawing.person) for one in databases(out))
        shutil.rmtree(out)


def test_4_a_withdrawal_from_releases_of_an_old_key_killed_at_random_moments(
    withdrawing: Withdrawing, tmp_path: Path, moments: random.Random
) -> None:
    """Given again, the command ends what was begun: nothing is set aside, and the patient is in no release."""
    rotated, new_key = tmp_path / "rotated", {"HCC_PSEUDONYM_KEY": NEW_KEY}
    shutil.copytree(withdrawing.out, rotated, symlinks=True)
    refreshed = run_hcc("refresh", "--raw", withdrawing.raw, "--out", rotated, "--rotate-key", **new_key)
    assert refreshed.returncode == 0, refreshed.stderr
    persons = withdrawing.with_patient["persons"][0]
    old_key = tmp_path / "old.key"
    old_key.write_bytes(DEMONSTRATION_KEY)
    old_key.chmod(0o600)
    for attempt in range(TIMES):
        out = tmp_path / str(attempt)
        shutil.copytree(rotated, out, symlinks=True)
        command = [*withdrawing.arguments(out), "--old-key", old_key]
        kill_after(start_hcc(*command, **new_key), 2 * withdrawing.seconds * moments.uniform(0.2, 1))
        again = run_hcc(*command, **new_key)
        assert again.returncode == 0, again.stderr
        assert {content(one)["persons"][0] for one in databases(out)} == {persons - 1}
        assert len(databases(out)) == RELEASES + 1
        assert not any(holds(one, withdrawing.person) for one in databases(out))
        assert not (out / "restricted" / "set_aside").exists()
        assert list(out.glob("releases/.*")) == list(out.glob("restricted/.landed*")) == []
        shutil.rmtree(out)
