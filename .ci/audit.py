"""Looks up every installed package in a database of known vulnerabilities; called by `make audit`, so by `make check`.

Ends with 1 when a vulnerability is known. Where no database can be asked (a machine behind a wall, a mirror that serves
packages only) it says so loudly and ends with 0, since that is no fault of the code; HCC_AUDIT=required makes it a
failure, for the machine that must not install unaudited packages.

pip-audit alone does not do: of a package that its database could not be asked about it says so in a table and passes.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

OWN = "hcc-resistance-warehouse"
SERVICES = ("pypi", "osv")
TIMEOUT_SECONDS = "15"
# Known and accepted, each with the reason and the date until which that holds.
ACCEPTED: dict[str, str] = {}

Dependency = dict[str, object]


def ask(service: str) -> list[Dependency] | None:
    """What a service says about each installed package; None where it could not be asked at all."""
    command = [str(Path(sys.executable).with_name("pip-audit")), "--local", "--format", "json", "--timeout"]
    command += [TIMEOUT_SECONDS, "--progress-spinner", "off", "--vulnerability-service", service]
    for identifier in ACCEPTED:
        command += ["--ignore-vuln", identifier]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        dependencies: list[Dependency] = json.loads(finished.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    return [one for one in dependencies if one["name"] != OWN]


def unanswered(dependencies: list[Dependency]) -> list[str]:
    """The packages about which nothing is known because they could not be looked up."""
    return [str(one["name"]) for one in dependencies if "skip_reason" in one]


def findings(dependencies: list[Dependency]) -> list[str]:
    """A line for each known vulnerability."""
    lines = []
    for one in dependencies:
        for known in one.get("vulns", []):  # type: ignore[attr-defined]
            mended = ", ".join(known["fix_versions"]) or "no version yet"
            lines.append(f"{one['name']} {one['version']}: {known['id']}; mended in {mended}")
    return lines


def verdict(answers: list[list[Dependency] | None], is_required: bool) -> tuple[int, list[str]]:
    """The exit code and what to say, from the answers of the services, the most complete of them first to count."""
    given = [answer for answer in answers if answer is not None]
    lines = sorted({line for answer in given for line in findings(answer)})
    if lines:
        return 1, ["audit: vulnerabilities are known; upgrade with `uv lock --upgrade-package NAME`:", *lines]
    best = min(given, key=lambda answer: len(unanswered(answer)), default=[])
    missing = unanswered(best)
    if best and not missing:
        return 0, [f"audit: no known vulnerability in {len(best)} packages"]
    about = f"{len(missing)} of {len(best)} packages" if given else "any package"
    warning = f"audit: NOT DONE: no vulnerability database could be asked about {about}; this says nothing about them."
    advice = "audit: run `make audit` on a machine that reaches pypi.org or api.osv.dev (HCC_AUDIT=required: fail here)"
    return int(is_required), ["=" * len(warning), warning, advice, "=" * len(warning)]


def main() -> int:
    """Ask the services in turn until one answers for every package."""
    answers: list[list[Dependency] | None] = []
    for service in SERVICES:
        answers.append(ask(service))
        if answers[-1] is not None and not unanswered(answers[-1]):
            break
    code, lines = verdict(answers, os.environ.get("HCC_AUDIT") == "required")
    sys.stderr.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
