"""Landing as Dagster assets: the drops of all centers, and one view a center and dataset (specification 1.1)."""

from collections.abc import Iterator, Mapping
from typing import Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, AssetSpec, Config, MaterializeResult, multi_asset
from pydantic import Field

from orchestration.arrivals import look_at_drops
from orchestration.assets.metadata import drops_metadata
from orchestration.assets.shield import shielded
from orchestration.builds import LandingRecord
from orchestration.code_version import code_version, hash_texts
from orchestration.errors import RefreshError
from orchestration.progress import report
from orchestration.pseudonym_key import PseudonymKey, check_against_last, resolve_key
from orchestration.release.catalog import last_fingerprint
from orchestration.resources import RUN_RESOURCE
from orchestration.run import RefreshRun
from orchestration.settings import DBT_PROJECT
from orchestration.studies import combined_hash, landing_rows, protocol_hashes
from orchestration.withdrawal.register import WithdrawalRegister
from orchestration.words import counted

GROUP = "landing"
DROPS = "drops"
MOST_REFUSALS = 5  # told in the one line of a refresh that can load nothing
RAW_DROPS = AssetKey(["raw", "drops"])


class LandingConfig(Config):
    """What a person may allow for one run."""

    rotate_key: bool = Field(default=False, description="Accept a pseudonym key other than the last build's.")


def landing_assets(manifest: Mapping[str, Any]) -> AssetsDefinition:
    """One asset a source of the dbt project; they are always landed together, into a new build."""
    sources = sorted(manifest["sources"].values(), key=lambda source: source["name"])
    specs = [
        AssetSpec(
            [source["source_name"], source["name"]],
            deps=[RAW_DROPS],
            group_name=GROUP,
            description=source["description"],
        )
        for source in sources
    ]

    @multi_asset(name="landing", specs=specs, required_resource_keys={RUN_RESOURCE})
    def landing(context: AssetExecutionContext, config: LandingConfig) -> Iterator[MaterializeResult[Any]]:
        run: RefreshRun = getattr(context.resources, RUN_RESOURCE)
        with shielded(run, "landing"):
            row_counts = land_drops(run, config.rotate_key)
        for spec in specs:
            metadata: dict[str, Any] = {"build_id": run.build.build_id}
            if spec.key.path[-1] in row_counts:
                metadata |= {"dagster/row_count": row_counts[spec.key.path[-1]]}
            if spec.key.path[-1] == DROPS and run.inventory is not None:
                metadata |= drops_metadata(run.inventory)
            yield MaterializeResult(asset_key=spec.key, metadata=metadata)

    return landing


def raw_drops() -> AssetSpec:
    """The hospitals' drops, from which the lineage starts; Dagster only shows them."""
    return AssetSpec(
        RAW_DROPS, group_name=GROUP, description="The drops of both centers in HCC_RAW (specification 1.1)."
    )


def land_drops(run: RefreshRun, rotate_key: bool) -> dict[str, int]:
    """Land into a new build and return the rows of each table of the schema `landing`.

    Raises RefreshError when no drop can be loaded, and for a missing or changed key.
    """
    from orchestration.landing.build_database import create_build_database
    from orchestration.landing.contract import load_contracts
    from orchestration.landing.inventory import Inventory
    from orchestration.landing.land import LandingProgress, land
    from orchestration.withdrawal.kept_releases import clean_releases
    from orchestration.withdrawal.rows import withhold_rows

    settings = run.settings
    contracts = load_contracts(DBT_PROJECT / "models" / "staging")
    key = _key(run, contracts, rotate_key)
    register = WithdrawalRegister(settings)
    register.require_key(key.fingerprint)
    build = run.start_build()

    def tell(progress: LandingProgress) -> None:
        what = f": {progress.file_name}" if progress.file_name else ""
        report(f"landing {progress.center_id}{what}", progress.drops_done, progress.drops_total)

    # As they are before anything is read: what changes meanwhile is new to the sensor.
    identities = [drop.identity for drop in look_at_drops(settings.raw, contracts)[0]]
    inventory: Inventory = land(settings.raw, settings.landing, contracts, key.secret, tell)
    _require_loadable(inventory)
    create_build_database(build.warehouse, inventory, landing_rows(run.studies.values()))
    withheld = withhold_rows(build.warehouse, contracts, register, key.secret)
    clean_releases(settings, register.pseudonyms(), key.fingerprint)
    run.record_landing(_record(run, build.build_id, inventory, key, identities))
    run.inventory = inventory
    return {**_row_counts(inventory), "withdrawn_rows": withheld}


def _key(run: RefreshRun, contracts: Any, rotate_key: bool) -> PseudonymKey:
    from orchestration.landing.drops import is_simulated_raw

    key = resolve_key(run.settings, is_simulated_raw(run.settings.raw, contracts))
    latest = run.builds.latest_finished()
    last = latest.record.landing.key_fingerprint if latest is not None and latest.record.landing else None
    check_against_last(key, last or last_fingerprint(run.settings), rotate_key)
    return key


def _require_loadable(inventory: Any) -> None:
    if inventory.loaded:
        return
    refused = [f"{drop.center_id} drop {drop.drop_number}: {drop.reason}" for drop in inventory.refused]
    if len(refused) > MOST_REFUSALS:
        refused = [*refused[:MOST_REFUSALS], f"and {counted(len(refused) - MOST_REFUSALS, 'more drop')}"]
    reasons = "; ".join(refused) if refused else "there is no folder with a manifest.json"
    numbered = "; a drop's number is the place of its folder in text order" if refused else ""
    raise RefreshError(f"no drop can be loaded ({reasons}{numbered})")


def _record(run: RefreshRun, build_id: str, inventory: Any, key: PseudonymKey, identities: list[str]) -> LandingRecord:
    hashes = protocol_hashes(run.studies)
    drops = [
        f"{drop.center_id} {drop.drop_number} {drop.state.value} {drop.manifest_sha256}" for drop in inventory.drops
    ]
    return LandingRecord(
        landed_in=build_id,
        is_simulated=inventory.is_simulated,
        drops_hash=hash_texts(drops),
        protocols_hash=combined_hash(hashes),
        protocol_hashes=hashes,
        key_fingerprint=key.fingerprint,
        is_demonstration_key=key.is_demonstration,
        warehouse_code=code_version().warehouse,
        warnings=list(key.warnings),
        drop_identities=identities,
    )


def _row_counts(inventory: Any) -> dict[str, int]:
    counts = {DROPS: len(inventory.drops)}
    for center, contract in inventory.contracts.items():
        for table in contract.tables.values():
            counts[f"{center}__{table.dataset}"] = 0
    for drop in inventory.loaded:
        for table in drop.tables:
            counts[f"{drop.center_id}__{table.dataset}"] += table.row_count
    return counts
