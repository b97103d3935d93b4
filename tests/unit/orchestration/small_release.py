"""A release of a few rows, current, with the build it was made from; enough for what the command line prints."""

import json
from datetime import datetime

import duckdb

from orchestration.release.catalog import Release, ReleaseCatalog
from orchestration.settings import Settings

BUILD = "b000001-20240630T110000Z"
RELEASE = "r000001-20240630T120000Z"
STUDIES = {"lenvatinib": "1" * 64, "nobodys": "2" * 64}
# center, number, folder, state, reason
DROPS = (
    ("center_a", 1, "2024-04-01_full", "loaded", None),
    *(("center_a", number, f"2024-05-{number:02d}", "refused", "no table") for number in range(2, 12)),
    ("center_b", 1, "2024-04-01_full", "refused", "no time"),
    ("center_b", 2, "2024-04-02_full", "loaded", None),
)
NOTES = (("extra_columns", "center_a", 1, "visits.csv", "in words"),)


def make_release(settings: Settings, made: datetime, drops: tuple = DROPS) -> Release:
    """Make the release and its build; the checks are a failure a refused drop, a remark and a warning."""
    build = settings.builds / BUILD
    build.mkdir(parents=True)
    with duckdb.connect(str(build / "warehouse.duckdb")) as connection:
        connection.execute("create schema landing")
        connection.execute("create table landing.drops (center_id varchar, drop_number int, drop_name varchar)")
        connection.execute(
            "create table landing.notes (code varchar, center_id varchar, drop_number int, subject varchar, "
            "sentence varchar)"
        )
        connection.executemany("insert into landing.drops values (?, ?, ?)", [drop[:3] for drop in drops])
        connection.executemany("insert into landing.notes values (?, ?, ?, ?, ?)", NOTES)
    folder = settings.releases / RELEASE
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "cohort.duckdb")) as connection:
        connection.execute(
            f"create table release as select '{RELEASE}' as release_id, ?::timestamptz as created_at, "
            f"true as is_simulated, '0.1.0' as code_version, 'c0ffee0123456789' as git_commit, "
            f"'{'3' * 64}' as protocols_hash, ? as protocol_hashes, '{'4' * 64}' as parameters_hash, "
            f"'{'5' * 64}' as vocabulary_hash, '{'6' * 64}' as drops_hash, '{{}}' as package_versions, "
            f"'0123456789abcdef' as key_fingerprint, '{BUILD}' as build_id, '{{}}' as report_fingerprints",
            [made, json.dumps(STUDIES)],
        )
        connection.execute("create table persons as select 'p' as person_id, 'center_a' as center_id")
        connection.execute("create table cohort as select 'lenvatinib' as study_id, 'p' as person_id, true is_eligible")
        connection.execute("create table resistance_labels as select 'lenvatinib' as study_id, 'primary' as resistance")
        connection.execute("create table drops (center_id varchar, drop_number int, state varchar, row_count bigint)")
        connection.executemany("insert into drops values (?, ?, ?, 1)", [(drop[0], drop[1], drop[3]) for drop in drops])
        connection.execute(
            "create table checks (check_name varchar, center_id varchar, subject varchar, numerator bigint, "
            "denominator bigint, note varchar, status varchar)"
        )
        refused = [(drop[0], f"drop {drop[1]}", drop[4]) for drop in drops if drop[4]]
        connection.executemany("insert into checks values ('refused_drops', ?, ?, 1, 1, ?, 'fail')", refused)
        connection.execute(
            "insert into checks values ('landing_remarks', 'center_a', 'extra_columns', 1, null, 'ignored', 'warn'), "
            "('pseudonym_key', null, null, null, null, 'for simulated data only', 'warn')"
        )
    catalog = ReleaseCatalog(settings)
    catalog.switch_to(catalog.get(RELEASE))
    return catalog.get(RELEASE)
