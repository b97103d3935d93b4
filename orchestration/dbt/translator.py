"""How dbt nodes appear in Dagster: one group a layer, every data test as a check of a model."""

from collections.abc import Mapping
from typing import Any

from dagster import AssetCheckKey, AssetCheckSpec, AssetKey, AssetSpec
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.asset_utils import get_asset_check_key_for_test

SEEDS_GROUP = "vocabulary"


class LayerTranslator(DagsterDbtTranslator):
    """Keys are [schema, name]; the group is the layer's folder; seeds are the vocabulary."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The folder below models/, such as `harmonised`."""
        if dbt_resource_props["resource_type"] == "seed":
            return SEEDS_GROUP
        return dbt_resource_props["fqn"][1] if len(dbt_resource_props["fqn"]) > 2 else None

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The model's own words, without its SQL."""
        return dbt_resource_props.get("description") or dbt_resource_props["name"]

    def get_asset_check_spec(
        self,
        asset_spec: AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: Any,  # noqa: ARG002 - part of the method's signature
    ) -> AssetCheckSpec | None:
        """The check that a data test becomes; None where the test belongs to another of its models."""
        key = check_key(manifest, unique_id, self)
        if key is None or key.asset_key != asset_spec.key:
            return None
        test = manifest["nodes"][unique_id]
        severity = (test["config"].get("severity") or "error").lower()
        return AssetCheckSpec(
            name=key.name,
            asset=key.asset_key,
            description=test.get("description") or None,
            blocking=severity == "error",
            metadata={"dagster_dbt/unique_id": unique_id},
        )


def check_key(
    manifest: Mapping[str, Any], test_unique_id: str, translator: DagsterDbtTranslator
) -> AssetCheckKey | None:
    """The check of a data test. A test over several models without a main one belongs to the first that it names."""
    key = get_asset_check_key_for_test(manifest, translator, test_unique_id, None)
    if key is not None:
        return key
    test = manifest["nodes"][test_unique_id]
    models = [name for name in test["depends_on"]["nodes"] if name in manifest["nodes"]]
    if not models:
        return None
    return AssetCheckKey(asset_key(manifest, models[0], translator), test["name"])


def asset_key(manifest: Mapping[str, Any], unique_id: str, translator: DagsterDbtTranslator) -> AssetKey:
    """The asset of a model, seed or source."""
    properties = manifest["nodes"].get(unique_id) or manifest["sources"][unique_id]
    return translator.get_asset_key(properties)
