"""Names, numbers and free text of patients stay in the restricted store (specification 1.7, 4)."""

import duckdb
import pytest

IDENTIFIERS = {
    "center_a": {
        "patients": ("full_name", "national_id", "patient_id"),
        "visits": ("visit_id",),
        "medication_orders": ("order_id", "drug_name"),
        "lab_results": ("result_id",),
        "imaging_studies": ("study_id",),
    },
    "center_b": {
        "patients": ("姓名", "身份证号", "患者主索引"),
        "admissions": ("住院号",),
        "medication_orders": ("医嘱号", "药品名称"),
        "lab_results": ("标本号",),
        "imaging_studies": ("检查号", "影像结论"),
    },
}
LONG_ENOUGH = 6
LONG_ENOUGH_FOR_DIGITS = 15  # ten digits stand in some time stamp by chance


@pytest.fixture(scope="module")
def identifiers(refreshed_once):
    """Every identifier and free text that was landed."""
    landing = refreshed_once.out / "restricted" / "landing"
    found = set()
    for center, datasets in IDENTIFIERS.items():
        for dataset, columns in datasets.items():
            files = f"{landing}/{center}/*/{dataset}.parquet"
            for column in columns:
                query = f'select distinct "{column}" from read_parquet(\'{files}\') where "{column}" is not null'
                found |= {value for (value,) in duckdb.sql(query).fetchall()}
    assert len(found) > 1000
    return found


def test_no_text_of_a_release_is_an_identifier(refreshed_once, identifiers):
    columns = refreshed_once.rows(
        "select table_name, column_name from duckdb_columns() "
        "where not internal and data_type = 'VARCHAR' and table_name not in ('data_dictionary', 'release')"
    )
    vocabulary = {name for (name,) in refreshed_once.rows("select distinct agent from exposures")}
    for table, column in columns:
        texts = {text for (text,) in refreshed_once.rows(f'select distinct "{column}" from {table}')}
        assert not (texts & identifiers) - vocabulary, (table, column)


def test_neither_the_output_nor_dagsters_storage_holds_an_identifier(refreshed_once, identifiers):
    storage = refreshed_once.out / "restricted" / "dagster"
    stored = b"".join(path.read_bytes() for path in storage.rglob("*") if path.is_file())
    assert len(stored) > 100_000
    said = (refreshed_once.refreshed.stdout + refreshed_once.refreshed.stderr).encode()
    for identifier in identifiers:
        text = identifier.encode()
        if not text.isalpha() and len(text) >= (LONG_ENOUGH_FOR_DIGITS if text.isdigit() else LONG_ENOUGH):
            assert text not in stored, "an identifier stands in Dagster's storage"
            assert text not in said, "an identifier was printed"


def test_no_folder_name_of_a_drop_is_published(refreshed_once):
    folders = {path.name for path in refreshed_once.raw.glob("*/*")}
    texts = refreshed_once.rows("select kind, state, reason from drops")
    assert not {text for row in texts for text in row} & folders
