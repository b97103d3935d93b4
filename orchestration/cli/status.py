"""`hcc status`: the current release, where it comes from, and its failed and warning checks."""

import json
from datetime import UTC
from typing import Annotated, Any

import typer

from orchestration.checks.words import place_of
from orchestration.cli.options import OutOption, shared_settings
from orchestration.cli.output import fail, say, warn
from orchestration.cli.summary import (
    RUNBOOK,
    findings_of,
    mark_of,
    places_of_release,
    print_content,
    print_reports,
)
from orchestration.release.catalog import Release, ReleaseCatalog, query
from orchestration.release.freshness import Age
from orchestration.release.overview import not_passed
from orchestration.settings import Settings

HASHES = {"protocols": "protocols_hash", "parameters": "parameters_hash", "vocabulary": "vocabulary_hash"}
SHORT = 8  # digits of a hash that tell it from others at a glance
TEXT_OF_JSON = ("protocol_hashes", "package_versions", "report_fingerprints")


def status(
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object, for programs.")] = False,
    require_fresh: Annotated[
        bool, typer.Option("--require-fresh", help="End with 1 where a night was missed, for monitoring.")
    ] = False,
) -> None:
    """Show the current release, its provenance, its age, and its failed and warning checks."""
    settings = shared_settings(out=out)
    release = ReleaseCatalog(settings).current()
    if release is None:
        fail(f"there is no release in {settings.out} yet: run `hcc refresh`")
    provenance = query(release.database, "select * from release")[0]
    age = Age.of(provenance["created_at"])
    if as_json:
        say(json.dumps(content_of(settings, release, provenance, age), ensure_ascii=False, indent=1, default=str))
    else:
        _print(settings, release, provenance, age)
    if age.warning and require_fresh:
        fail(age.warning)
    if age.warning and not as_json:
        warn(age.warning)


def _print(settings: Settings, release: Release, provenance: dict[str, Any], age: Age) -> None:
    _print_provenance(settings, provenance, age)
    print_content(release)
    print_reports(release)
    found = findings_of(settings, release)
    say(f"\nchecks not passed: {sum(max(len(one.places), 1) for one in found)}")
    for finding in found:
        say(f"  {finding.status}  {finding.line()}")
    if found:
        say(f"what each of them means and what to do: {RUNBOOK}")


def content_of(settings: Settings, release: Release, provenance: dict[str, Any], age: Age) -> dict[str, Any]:
    """What `--json` prints: the row of the table `release`, and the rows of `checks` that failed or warn."""
    places = places_of_release(settings, release)
    return {
        **{name: json.loads(value) if name in TEXT_OF_JSON else value for name, value in provenance.items()},
        "age_hours": round(age.since.total_seconds() / 3600, 2),
        "age_warning": age.warning,
        "database": str(settings.current_release),
        "checks_not_passed": [{**row, "place": place_of(row, places)} for row in not_passed(release.database)],
    }


def _print_provenance(settings: Settings, provenance: dict[str, Any], age: Age) -> None:
    commit = f", commit {provenance['git_commit'][:12]}" if provenance["git_commit"] else ""
    hashes = ", ".join(f"{name} {provenance[column][:SHORT]}" for name, column in HASHES.items())
    say(f"release   {provenance['release_id']}{mark_of(provenance)}")
    say(f"made      {provenance['created_at'].astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, {age.words} ago")
    say(f"database  {settings.current_release}")
    say(f"build     {provenance['build_id']}")
    say(f"code      {provenance['code_version']}{commit}")
    say(f"inputs    drops {provenance['drops_hash'][:SHORT]}, {hashes}, key {provenance['key_fingerprint']}")
