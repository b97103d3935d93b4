"""`hcc status`: the newest release, where it comes from, and its failed and warning checks."""

from orchestration.cli.options import OutOption, shared_settings
from orchestration.cli.output import fail, say
from orchestration.cli.summary import checks_not_passed, describe_check, print_reports
from orchestration.release.catalog import ReleaseCatalog, query


def status(out: OutOption = None) -> None:
    """Show the current release, its provenance, and its failed and warning checks."""
    settings = shared_settings(out=out)
    release = ReleaseCatalog(settings).current()
    if release is None:
        fail(f"there is no release in {settings.out} yet: run `hcc refresh`")
    for name, value in query(release.database, "select * from release")[0].items():
        say(f"{name:<18}{value}")
    say(f"{'database':<18}{settings.current_release}")
    print_reports(release)
    checks = checks_not_passed(release)
    say(f"\nchecks not passed: {len(checks)}")
    for check in checks:
        say(f"  {check['status']}  {describe_check(check)}")
