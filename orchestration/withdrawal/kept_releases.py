"""Kept releases without the rows of withdrawn patients (docs/operations.md).

A release keeps its name and is replaced file by file in one step: who has it open reads on. Rows about the patient go.
Aggregates of the studies in which the patient stood go too: beside the tables without the patient their difference
would be that patient; they cannot be computed again, since code and inputs of that day are gone. The attrition starts
from all persons of a center, and reports show it: those go for every study.
"""

import logging
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from orchestration.checks.declared import WITHDRAWN_PATIENTS
from orchestration.checks.model import Status
from orchestration.errors import RefreshError
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
    """Identifiers of the releases that held withdrawn patients, and of those that could not be read."""

    changed: list[str]
    unreadable: list[str]


def clean_releases(settings: Settings, pseudonyms: Collection[str]) -> Cleaned:
    """Take withdrawn patients out of every kept release; to be called under the lock.

    One that cannot be read may hold them and is set aside, after all others were cleaned. Raises RefreshError for one
    that can be read but not replaced, such as on a full disk.
    """
    cleaned = Cleaned([], [])
    if not pseudonyms:
        return cleaned
    catalog = ReleaseCatalog(settings)
    catalog.remove_unfinished()
    searched = SearchedReleases(settings, pseudonyms)
    for release in catalog.all():
        if searched.is_done(release):
            continue
        found = _clean_or_tell_why_not(release, pseudonyms)
        if found is None:
            cleaned.unreadable.append(release.release_id)
            continue
        if found:
            cleaned.changed.append(release.release_id)
        searched.add(release)
    searched.save()
    if cleaned.unreadable:
        LOG.warning("releases that cannot be read were set aside: %s", ", ".join(cleaned.unreadable))
        set_aside(settings, cleaned.unreadable)
    return cleaned


def _clean_or_tell_why_not(release: Release, pseudonyms: Collection[str]) -> bool | None:
    """Whether anything of the patients was in a release; None where it cannot be read."""
    import duckdb

    try:
        return clean_release(release, pseudonyms)
    except duckdb.Error as fault:
        if not _is_readable(release):
            return None
        raise RefreshError(
            f"release {release.release_id} holds withdrawn patients and cannot be replaced ({type(fault).__name__}): "
            "look at the disk and run the command again"
        ) from None


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
    return True


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
