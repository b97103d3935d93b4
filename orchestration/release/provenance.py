"""Where a release comes from: the row of its table `release` (specification 4)."""

from datetime import datetime

from orchestration.builds import Build
from orchestration.code_version import code_version, git_commit, hash_files, hash_texts, package_versions, source_files
from orchestration.errors import InconsistentBuildError
from orchestration.numbering import moment_of
from orchestration.parameters import OPERATIONAL
from orchestration.release.database import as_json
from orchestration.release.reports import report_fingerprints
from orchestration.settings import DBT_PROJECT


def provenance_of(build: Build, release_id: str, studies: list[str]) -> dict[str, str | bool | datetime | None]:
    """The row of a release made from a finished build by the present code.

    Raises InconsistentBuildError where the build was landed by other code.
    """
    landing = build.record.landing
    if landing is None or landing.warehouse_code != code_version().warehouse:
        raise InconsistentBuildError(f"build {build.build_id} was made by other code than the present: refresh anew")
    return {
        "release_id": release_id,
        "created_at": moment_of(release_id),
        "is_simulated": landing.is_simulated,
        "code_version": code_version().label,
        "git_commit": git_commit(),
        "protocols_hash": landing.protocols_hash,
        "protocol_hashes": as_json(landing.protocol_hashes),
        "parameters_hash": parameters_hash(),
        "vocabulary_hash": hash_files(DBT_PROJECT, source_files(DBT_PROJECT / "seeds")),
        "drops_hash": landing.drops_hash,
        "package_versions": as_json(package_versions()),
        "key_fingerprint": landing.key_fingerprint,
        "build_id": build.build_id,
        "report_fingerprints": as_json(report_fingerprints(build, studies)),
    }


def parameters_hash() -> str:
    """Hash over the warehouse parameters (variables of the dbt project) and the operational ones."""
    import yaml

    project = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    parameters = {**project["vars"], **OPERATIONAL.as_dict()}
    return hash_texts(f"{name}={parameters[name]}" for name in sorted(parameters))
