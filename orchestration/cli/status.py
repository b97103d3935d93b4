"""`hcc status`: the newest release, where it comes from, and its failed and warning checks."""

from orchestration.cli.options import OutOption, shared_settings
from orchestration.cli.output import fail, say, warn
from orchestration.cli.summary import checks_not_passed, describe_check, print_reports
from orchestration.release.catalog import ReleaseCatalog, query
from orchestration.release.freshness import Age


def status(out: OutOption = None) -> None:
    """Show the current release, its provenance, its age, and its failed and warning checks."""
    settings = shared_settings(out=out)
    release = ReleaseCatalog(settings).current()
    if release is None:
        fail(f"there is no release in {settings.out} yet: run `hcc refresh`")
    provenance = query(release.database, "select * from release")[0]
    for name, value in provenance.items():
        say(f"{name:<18}{value}")
    age = Age.of(provenance["created_at"])
    say(f"{'age':<18}{age.words}")
    say(f"{'database':<18}{settings.current_release}")
    print_reports(release)
    checks = checks_not_passed(release)
    say(f"\nchecks not passed: {len(checks)}")
    for check in checks:
        say(f"  {check['status']}  {describe_check(check)}")
    if age.warning:
        warn(age.warning)
