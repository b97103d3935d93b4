"""Names, numbers, free text and exact dates of patients stay in the restricted store (specification 1.7, 4)."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from faults.publishing import publish_again
from planted import NAMES, SITES, Column, Search, date_columns, dates_in, planted_columns, telling
from refreshed_warehouse import HCC, WITHOUT_REPORTS, Warehouse, run_hcc

from orchestration.pseudonym_key import DEMONSTRATION_KEY

REPOSITORY = Path(__file__).parents[3]
SECRET = "a secret of this test alone, 0123456789"


@pytest.fixture(scope="module")
def columns(refreshed_once: Warehouse) -> dict[Column, set[str]]:
    """Every identifier, name and free text of the drops; neither center delivers phone numbers or addresses."""
    return planted_columns(refreshed_once.out / "restricted" / "landing")


@pytest.fixture(scope="module")
def planted(refreshed_once: Warehouse, columns: dict[Column, set[str]]) -> set[str]:
    """Every identifier, free text and exact date of the drops that does not stand in the project's own sources.

    Those are words of the vocabulary, the dates of the protocols, and the date that stands for none (1900-01-01).
    """
    texts = {text for (_, _, column), values in columns.items() for text in telling(column, values)}
    written = date_columns(refreshed_once.out / "restricted" / "landing").values()
    everything = texts | dates_in("\n".join(text for values in written for text in values).encode())
    sources = [*(REPOSITORY / "dbt_project").glob("[ms]*/**/*.*"), *(REPOSITORY / "analytics" / "protocols").glob("*")]
    own = b"\n".join(path.read_bytes() for path in sources if path.is_file())
    return everything - Search(everything).in_content(own)


def holders(files: Iterable[Path], planted: set[str], bare_serials: bool = True) -> list[str]:
    """The files that hold anything planted; what it is stays unsaid."""
    files = [path for path in files if path.is_file()]
    assert files
    search = Search(planted)
    return [str(path) for path in files if search.in_file(path.read_bytes(), bare_serials)]


def test_0_every_column_of_identifiers_names_and_free_text_gives_something_to_search_for(columns, planted):
    """All names; nearly all identifiers; what the words of the vocabulary leave of free text."""
    # Numbers of one to three digits.
    silent = {"lesion_no", "dose", "单次剂量"}
    assert {center for center, _, _ in columns} == {"center_a", "center_b"}
    for (center, table, column), values in columns.items():
        searched = values & planted
        if column in NAMES:
            assert len(values) >= 10
            assert searched == values, (center, table, column)
        elif column.endswith(("_id", "号", "主索引")):
            assert len(searched) > max(50, 0.95 * len(values)), (center, table, column)
        elif column not in silent and not SITES.fullmatch(column):
            assert searched, (center, table, column)
    sites = {text for (_, _, column), values in columns.items() if SITES.fullmatch(column) for text in values}
    assert sites & planted


def test_0_every_date_of_the_drops_is_searched_for(refreshed_once, planted):
    """But those that stand in the project's own sources, and the few texts that are planted as no dates."""
    for column, texts in date_columns(refreshed_once.out / "restricted" / "landing").items():
        dates = {text: dates_in(text.encode()) for text in texts}
        assert len([text for text in texts if not dates[text]]) <= 2, column
        assert len([text for text in texts if dates[text] & planted]) > 0.7 * len(texts), column


def test_1_no_text_of_a_release_holds_anything_planted(refreshed_once, planted):
    """Not as a cell and not within one."""
    search = Search(planted)
    columns = refreshed_once.rows(
        "select table_name, column_name from duckdb_columns() where not internal and data_type like '%VARCHAR%'"
    )
    assert len(columns) > 50
    for table, column in columns:
        texts = refreshed_once.rows(f'select distinct "{column}"::varchar from {table} where "{column}" is not null')
        content = "\n".join(text for (text,) in texts).encode()
        assert not search.in_content(content), (table, column)


def test_2_no_short_number_of_a_patient_is_a_cell_of_a_release(refreshed_once, columns):
    """Numbers too short to be searched for in a text: whole cells only, and no names of agents."""
    numbers = {text for (_, _, column), texts in columns.items() if not SITES.fullmatch(column) for text in texts}
    cells = refreshed_once.rows(
        "select table_name, column_name from duckdb_columns() "
        "where not internal and data_type = 'VARCHAR' and table_name not in ('data_dictionary', 'release')"
    )
    vocabulary = {name for (name,) in refreshed_once.rows("select distinct agent from exposures")}
    for table, column in cells:
        if (table, column) == ("target_lesions", "lesion_no"):
            continue
        texts = {text for (text,) in refreshed_once.rows(f'select distinct "{column}" from {table}')}
        long_enough = {text for text in texts & numbers if text and len(text) >= 3}
        assert not long_enough - vocabulary, (table, column)


def test_3_neither_output_nor_storage_nor_logs_nor_compiled_sql_hold_anything_planted(refreshed_once, planted):
    """The output alone names the folders of drops that somebody must look at; a patient's date may look like one."""
    restricted = refreshed_once.out / "restricted"
    folders = {path.name for path in refreshed_once.raw.glob("*/*")}
    but_folders = planted - Search(planted).in_content("\n".join(folders).encode())
    assert len(but_folders) >= len(planted) - len(folders)
    said = (refreshed_once.refreshed.stdout + refreshed_once.refreshed.stderr).encode()
    # Both also say counts of rows and numbers of processes, which a date as Excel's bare serial cannot be told from.
    assert not Search(but_folders).in_content(said, bare_serials=False)
    assert not list((restricted / "dagster").rglob("*-wal")), "a database is searched without its log"
    assert holders((restricted / "dagster").rglob("*"), planted | folders, bare_serials=False) == []
    assert holders(restricted.glob("builds/*/*.json"), planted) == []
    assert holders(restricted.glob("builds/*/evidence/**/*"), planted) == []
    assert holders((REPOSITORY / "dbt_project" / "target" / "prepared").rglob("*"), planted) == []


@pytest.mark.slow
def test_4_no_report_holds_anything_planted(warehouse, planted):
    """Neither the page nor its tables and figures, nor what the makers of reports log."""
    refreshed = warehouse.refresh(HCC_REPORTS="on")
    assert refreshed.returncode == 0, refreshed.stderr
    pages = list(warehouse.out.glob("releases/*/reports/*/index.html"))
    assert len(pages) == 2
    assert holders(warehouse.out.glob("releases/*/reports/**/*"), planted) == []
    assert holders(warehouse.out.glob("restricted/builds/*/evidence/**/*"), planted) == []


def test_5_no_folder_name_of_a_drop_is_published(refreshed_once):
    folders = {path.name for path in refreshed_once.raw.glob("*/*")}
    texts = refreshed_once.rows(
        "select kind || ' ' || state || ' ' || coalesce(reason, '') from drops where kind is not null "
        "union all select concat_ws(' ', center_id, subject, note) from checks"
    )
    assert texts
    assert not [name for name in folders if any(name in text for (text,) in texts)]


def test_6_a_release_holds_the_fingerprint_of_the_key_and_no_file_holds_the_key(refreshed_once):
    ((fingerprint,),) = refreshed_once.rows("select key_fingerprint from release")
    assert len(fingerprint) == 16
    assert holders(refreshed_once.out.rglob("*"), {DEMONSTRATION_KEY.decode()}) == []


def refresh_under(umask: int, raw: Path, out: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A refresh started by a shell with this umask, with a secret key from the environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HCC_", "DAGSTER_"))}
    return subprocess.run(
        [str(HCC), "refresh", "--raw", str(raw), "--out", str(out)],
        env=environment | WITHOUT_REPORTS | {"HCC_PSEUDONYM_KEY": SECRET} | variables,
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )


def assert_modes(out: Path) -> None:
    """Restricted is the owner's alone; a release can be read by everybody and written by nobody."""
    for path in [out / "restricted", *(out / "restricted").rglob("*")]:
        if not path.is_symlink():
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    for path in [out, out / "releases", *(out / "releases").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o444), path


def test_7_modes_hold_and_the_key_is_stored_nowhere_though_the_umask_is_open(refreshed_once, tmp_path):
    """Dagster's storage may lie elsewhere; it is then as private."""
    out, storage = tmp_path / "deep" / "out", tmp_path / "storage"
    refreshed = refresh_under(0o000, refreshed_once.raw, out, HCC_DAGSTER_STORAGE=str(storage))
    assert refreshed.returncode == 0, refreshed.stderr
    assert_modes(out)
    assert stat.S_IMODE(storage.stat().st_mode) == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in storage.rglob("*"))
    assert SECRET not in refreshed.stdout + refreshed.stderr
    assert holders([*out.rglob("*"), *storage.rglob("*")], {SECRET}) == []


PREPARE = """
import sys
from pathlib import Path
from orchestration.run import prepare_output
from orchestration.settings import settings_from_environment
prepare_output(settings_from_environment({"HCC_OUT": sys.argv[1]}))
"""


def test_8_a_closed_umask_does_not_keep_analysts_out(warehouse, tmp_path):
    out = tmp_path / "new" / "warehouse"
    subprocess.run([sys.executable, "-c", PREPARE, str(out)], umask=0o077, check=True)
    assert stat.S_IMODE(out.parent.stat().st_mode) == 0o755
    assert stat.S_IMODE(out.stat().st_mode) == 0o755
    assert stat.S_IMODE((out / "restricted").stat().st_mode) == 0o700

    previous = os.umask(0o077)
    try:
        publish_again(warehouse.raw, warehouse.out)
    finally:
        os.umask(previous)
    assert_modes(warehouse.out)


@pytest.mark.slow
def test_9_modes_hold_after_a_refresh_under_a_closed_umask(refreshed_once, tmp_path):
    assert refresh_under(0o077, refreshed_once.raw, tmp_path / "out").returncode == 0
    assert_modes(tmp_path / "out")


def test_10_another_key_is_refused_by_its_fingerprint_and_shown_nowhere(refreshed_once):
    refused = run_hcc("refresh", "--raw", refreshed_once.raw, "--out", refreshed_once.out, HCC_PSEUDONYM_KEY=SECRET)
    assert refused.returncode == 1
    assert "--rotate-key" in refused.stderr
    assert SECRET not in refused.stdout + refused.stderr
