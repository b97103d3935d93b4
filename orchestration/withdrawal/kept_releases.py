"""Kept releases without the rows of withdrawn patients (docs/operations.md).

A release keeps its name and is replaced file by file in one step: who has it open reads on. Rows about the patient go.
Aggregates of the studies in which the patient stood go too: beside the tables without the patient their difference
would be that patient; they cannot be computed again, since code and inputs of that day are gone. The attrition starts
from all persons of a center, and reports show it: those go for every study.
"""

import logging
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from orchestration.checks.declared import WITHDRAWN_PATIENTS
from orchestration.checks.model import Status
from orchestration.errors import RefreshError, passing_cause
from orchestration.files import PUBLIC_FILE_MODE
from orchestration.landing.storage import flush_to_disk
from orchestration.release.catalog import DATABASE, Release, ReleaseCatalog
from orchestration.release.database import CONFIGURATION
from orchestration.settings import Settings
from orchestration.withdrawal.persons import quoted, quoted_text
from orchestration.withdrawal.searched import SearchedReleases
from orchestration.withdrawal.set_aside import set_aside

if TYPE_CHECKING:
    import duckdb

LOG = logging.getLogger(__name__)
REPORTS = "reports"
CHECKS = "checks"
ATTRITION = "attrition"
NOTE = (
    "rows of withdrawn patients were taken out of this release, with the aggregates of the studies in which they "
    "stood, every attrition and every report; refresh for new ones"
)


class Cleaned(NamedTuple):
    """Identifiers of releases: those that held withdrawn patients; those that were set aside, since they cannot be read
    or were made with another key; and those that somebody else has open for writing, which were left for the next time.
    """

    changed: list[str]
    unreadable: list[str]
    of_other_keys: list[str]
    busy: list[str]


def clean_releases(
    settings: Settings,
    pseudonyms: Collection[str],
    key_fingerprint: str,
    old_pseudonyms: Mapping[str, Collection[str]] | None = None,
    may_take_current: bool = False,
) -> Cleaned:
    """Take withdrawn patients out of every kept release; to be called under the lock.

    One that may hold them and cannot be searched is set aside, after all others were cleaned.

    Args:
        settings: The warehouse.
        pseudonyms: Of everybody who withdrew, under the present key.
        key_fingerprint: Of the present key.
        old_pseudonyms: Of the same patients under earlier keys, by fingerprint, where those are at hand.
        may_take_current: Whether the current release too is set aside for its key; a refresh, which is about to replace
            it, leaves that to the next one.

    Raises:
        RefreshError: For a release that can be read but not replaced, such as on a full disk.
    """
    cleaned = Cleaned([], [], [], [])
    if not pseudonyms:
        return cleaned
    catalog = ReleaseCatalog(settings)
    catalog.remove_unfinished()
    by_key = {**(old_pseudonyms or {}), key_fingerprint: pseudonyms}
    searched = SearchedReleases(settings, pseudonyms)
    for release in catalog.all():
        if searched.is_done(release):
            continue
        key = _clean_or_tell_why_not(release, by_key, cleaned, may_take_current)
        if key is not None:
            searched.add(release, key)
    searched.save()
    if cleaned.busy:
        LOG.warning("releases that another process has open could not be searched: %s", ", ".join(cleaned.busy))
    if away := [*cleaned.unreadable, *cleaned.of_other_keys]:
        LOG.warning("releases that cannot be searched for withdrawn patients were set aside: %s", ", ".join(away))
        set_aside(settings, away)
    return cleaned


def _clean_or_tell_why_not(
    release: Release, by_key: Mapping[str, Collection[str]], cleaned: Cleaned, may_take_current: bool
) -> str | None:
    """The key of a release that is free of the patients now; else None, and why not is added to `cleaned`."""
    import duckdb

    try:
        key = _key_of(release)
        if key not in by_key:
            if release.is_current and not may_take_current:
                LOG.warning("the current release was made with another key and is searched once it is replaced")
            else:
                cleaned.of_other_keys.append(release.release_id)
            return None
        if clean_release(release, by_key[key]):
            cleaned.changed.append(release.release_id)
    except duckdb.Error as fault:
        if passing_cause(str(fault)) is not None:
            cleaned.busy.append(release.release_id)
            return None
        if _is_readable(release):
            raise RefreshError(
                f"release {release.release_id} holds withdrawn patients and cannot be replaced "
                f"({type(fault).__name__}): look at the disk and run the command again"
            ) from None
        cleaned.unreadable.append(release.release_id)
        return None
    return key


def _key_of(release: Release) -> str:
    """The fingerprint of the key behind a release. Raises duckdb.Error where it cannot be read."""
    import duckdb

    with duckdb.connect(str(release.database), read_only=True) as connection:
        rows = connection.execute("select key_fingerprint from release").fetchall()
    return str(rows[0][0]) if rows else ""


def _is_readable(release: Release) -> bool:
    """Whether every row of a release can be read."""
    import duckdb

    try:
        with duckdb.connect(str(release.database), read_only=True) as connection:
            names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
            for name in names:
                connection.execute(f"select sum(hash(t)) from {quoted(name)} t").fetchall()
    except duckdb.Error:
        return False
    return "release" in names


def clean_release(release: Release, pseudonyms: Collection[str]) -> bool:
    """Take withdrawn patients out of a release; returns whether there was anything of them in it.

    Reports go first, the database last: a clean-up that was interrupted is then done again by the next one.
    """
    import duckdb

    partial = release.folder.with_name(f".{release.release_id}.partial")
    partial.mkdir()
    try:
        with duckdb.connect(str(partial / DATABASE), config=CONFIGURATION) as connection:
            name = connection.execute("select current_database()").fetchone()
            assert name is not None
            connection.execute(f"attach {quoted_text(str(release.database))} as kept (read_only)")
            columns = _columns(connection)
            connection.execute("create temp table withdrawn (person_id varchar)")
            connection.executemany("insert into withdrawn values (?)", [[one] for one in sorted(pseudonyms)])
            if not _holds_any(connection, columns):
                return False
            studies = _studies(connection, columns)
            _copy(connection, name[0], columns, studies)
            connection.execute("detach kept")
            connection.execute("checkpoint")
        _remove_reports(release.folder / REPORTS)
        _replace(partial / DATABASE, release.database)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return True


def _columns(connection: "duckdb.DuckDBPyConnection") -> dict[str, dict[str, str | None]]:
    """Table -> column -> comment, of the kept release."""
    rows = connection.execute(
        "select table_name, column_name, comment from duckdb_columns() "
        "where database_name = 'kept' and schema_name = 'main' order by table_name, column_index"
    ).fetchall()
    columns: dict[str, dict[str, str | None]] = {}
    for table, column, comment in rows:
        columns.setdefault(table, {})[column] = comment
    return columns


def _holds_any(connection: "duckdb.DuckDBPyConnection", columns: dict[str, dict[str, str | None]]) -> bool:
    tables = [table for table, names in columns.items() if "person_id" in names]
    return any(
        connection.execute(
            f"select 1 from kept.main.{quoted(table)} where person_id in (select person_id from withdrawn) limit 1"
        ).fetchone()
        for table in tables
    )


def _studies(connection: "duckdb.DuckDBPyConnection", columns: dict[str, dict[str, str | None]]) -> list[str]:
    """The studies in any of whose tables a withdrawn patient stands."""
    tables = [table for table, names in columns.items() if {"person_id", "study_id"} <= names.keys()]
    if not tables:
        return []
    union = " union ".join(
        f"select study_id from kept.main.{quoted(table)} where person_id in (select person_id from withdrawn)"
        for table in tables
    )
    return sorted(study for (study,) in connection.execute(union).fetchall())


def _copy(
    connection: "duckdb.DuckDBPyConnection",
    database: str,
    columns: dict[str, dict[str, str | None]],
    studies: list[str],
) -> None:
    """Copy what stays, with types and comments, in the order of a release."""
    connection.execute(f"copy from database kept to {quoted(database)} (schema)")
    connection.execute("create temp table studies (study_id varchar)")
    connection.executemany("insert into studies values (?)", [[study] for study in studies] or [[None]])
    connection.begin()
    for table, comments in columns.items():
        connection.execute(
            f"insert into main.{quoted(table)} select * from kept.main.{quoted(table)} where {_stays(table, comments)} "
            "order by all nulls first"
        )
        for column, comment in comments.items():
            if comment is not None:
                connection.execute(f"comment on column main.{quoted(table)}.{quoted(column)} is {quoted_text(comment)}")
    if {"check_name", "status", "note"} <= columns.get(CHECKS, {}).keys():
        connection.execute(
            f"insert into main.{CHECKS} (check_name, status, note) values (?, ?, ?)",
            [WITHDRAWN_PATIENTS.name, Status.WARN.value, NOTE],
        )
    connection.commit()


def _stays(table: str, columns: Collection[str]) -> str:
    """Which rows of a table stay."""
    if "person_id" in columns:
        return "person_id is null or person_id not in (select person_id from withdrawn)"
    if table == ATTRITION:
        return "false"
    if "study_id" in columns:
        return "study_id not in (select study_id from studies where study_id is not null)"
    if table == CHECKS:
        return (
            "not exists (select 1 from studies where study_id = subject or starts_with(subject, study_id || ' ')) "
            f"and check_name <> '{WITHDRAWN_PATIENTS.name}'"
        )
    return "true"


def _remove_reports(folder: Path) -> None:
    """Raises RefreshError where anything of the reports is left."""
    try:
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)
    except OSError as fault:
        raise RefreshError(f"{folder} cannot be removed ({fault.strerror}): do so and run the command again") from None


def _replace(new: Path, database: Path) -> None:
    new.chmod(PUBLIC_FILE_MODE)
    flush_to_disk(new)
    new.replace(database)
    flush_to_disk(database.parent)
