"""Where everything lies: the one place for paths and environment variables.

Command line, daemon and UI share these variables, so that they work on the same folders:

HCC_RAW                 the hospitals' drops              (default <repository>/data/raw)
HCC_OUT                 releases and the restricted store (default <repository>/data/warehouse)
HCC_PROTOCOLS           a folder with further studies     (default: none)
HCC_PSEUDONYM_KEY       the secret behind person_id, or
HCC_PSEUDONYM_KEY_FILE  a file that holds it              (default <out>/restricted/pseudonym.key)
HCC_DAGSTER_STORAGE     runs and events of Dagster        (default <out>/restricted/dagster)
HCC_DAGSTER_POSTGRES_URL  a PostgreSQL database that keeps them instead (read in dagster_storage.py alone)
HCC_REPORTS             `off` makes releases without the studies' reports (default: with them)
DAGSTER_HOME            set by `hcc` to the repository, where dagster.yaml stands
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
DBT_PROJECT = REPOSITORY / "dbt_project"
PROTOCOLS = REPOSITORY / "analytics" / "protocols"
NO_REPORTS = "off"


@dataclass(frozen=True)
class Settings:
    """The folders and files of one warehouse; all paths are absolute."""

    raw: Path
    out: Path
    protocols: Path | None
    key_file: Path
    dagster_storage: Path
    makes_reports: bool = True

    @property
    def restricted(self) -> Path:
        """Everything that may identify a person: mode 0700, files 0600 (specification 4)."""
        return self.out / "restricted"

    @property
    def landing(self) -> Path:
        """Landed drops as Parquet."""
        return self.restricted / "landing"

    @property
    def builds(self) -> Path:
        """One folder a build."""
        return self.restricted / "builds"

    @property
    def set_aside(self) -> Path:
        """Releases that could not be searched for a withdrawn patient."""
        return self.restricted / "set_aside"

    @property
    def lock_file(self) -> Path:
        """Held for the life of a run."""
        return self.restricted / "refresh.lock"

    @property
    def releases(self) -> Path:
        """One folder a release."""
        return self.out / "releases"

    @property
    def current_release(self) -> Path:
        """The link that analysts open."""
        return self.out / "cohort.duckdb"

    def with_folders(self, raw: Path | None, out: Path | None, protocols: Path | None) -> "Settings":
        """The same settings with folders given on the command line in place of those of the environment."""
        settings = self
        if raw is not None:
            settings = replace(settings, raw=_absolute(raw))
        if out is not None:
            settings = _move_out(settings, _absolute(out))
        if protocols is not None:
            settings = replace(settings, protocols=_absolute(protocols))
        return settings

    def to_environment(self) -> dict[str, str]:
        """The variables that make any process work on these folders. Never holds the key itself."""
        environment = {
            "HCC_RAW": str(self.raw),
            "HCC_OUT": str(self.out),
            "HCC_DAGSTER_STORAGE": str(self.dagster_storage),
            "DAGSTER_HOME": str(REPOSITORY),
        }
        if self.key_file != _default_key_file(self.out):
            environment["HCC_PSEUDONYM_KEY_FILE"] = str(self.key_file)
        if not self.makes_reports:
            environment["HCC_REPORTS"] = NO_REPORTS
        if self.protocols is not None:
            environment["HCC_PROTOCOLS"] = str(self.protocols)
        return environment


def settings_from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment; an empty variable counts as not set."""
    variables = os.environ if environment is None else environment

    def folder(name: str, default: Path) -> Path:
        value = variables.get(name)
        return _absolute(Path(value)) if value else default

    out = folder("HCC_OUT", REPOSITORY / "data" / "warehouse")
    return Settings(
        raw=folder("HCC_RAW", REPOSITORY / "data" / "raw"),
        out=out,
        protocols=_absolute(Path(variables["HCC_PROTOCOLS"])) if variables.get("HCC_PROTOCOLS") else None,
        key_file=folder("HCC_PSEUDONYM_KEY_FILE", _default_key_file(out)),
        dagster_storage=folder("HCC_DAGSTER_STORAGE", _default_dagster_storage(out)),
        makes_reports=variables.get("HCC_REPORTS") != NO_REPORTS,
    )


def _move_out(settings: Settings, out: Path) -> Settings:
    """Another output folder takes along what lies inside it by default, not what was placed elsewhere."""
    key_file, dagster_storage = settings.key_file, settings.dagster_storage
    if key_file == _default_key_file(settings.out):
        key_file = _default_key_file(out)
    if dagster_storage == _default_dagster_storage(settings.out):
        dagster_storage = _default_dagster_storage(out)
    return replace(settings, out=out, key_file=key_file, dagster_storage=dagster_storage)


def _default_key_file(out: Path) -> Path:
    return out / "restricted" / "pseudonym.key"


def _default_dagster_storage(out: Path) -> Path:
    return out / "restricted" / "dagster"


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - links stay as the user named them
