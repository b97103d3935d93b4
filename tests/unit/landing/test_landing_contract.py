"""Contract files: what they must say, and errors that name file and key."""

from pathlib import Path

import pytest
from drop_builder import CONTRACTS, write_contracts

from orchestration.landing import ContractError, load_contract, load_contracts


def write(folder: Path, text: str, center: str = "center_a") -> Path:
    (folder / center).mkdir(parents=True, exist_ok=True)
    path = folder / center / "contract.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_contracts_are_loaded_by_center(tmp_path: Path) -> None:
    contracts = write_contracts(tmp_path)

    assert list(contracts) == ["center_a", "center_b"]
    assert contracts["center_b"].encoding == "gb18030"
    assert contracts["center_b"].tables["查体"].dataset == "visits"


def test_names_are_compared_after_nfkc(tmp_path: Path) -> None:
    text = CONTRACTS["center_a"].replace('"weight_kg"', '"肌酐(µmol/L)"')

    table = load_contract(write(tmp_path, text)).tables["visits"]

    assert table.columns[2] == "肌酐(μmol/L)"


@pytest.mark.parametrize(
    ("text", "replacement", "expected"),
    [
        ('center = "center_a"', 'center = "center_c"', "center: is center_c, but the folder is named center_a"),
        ('encoding = "utf-8"', 'encoding = "klingon"', "encoding: Value error, klingon is no known text encoding"),
        ('encoding = "utf-8"', "", "encoding: Field required"),
        ('key = ["visit_id"]', 'key = ["visit"]', "tables.visits: Value error, visit: named in key"),
        ('dataset = "visits"', 'dataset = "Visits!"', "tables.visits.dataset: Value error, a dataset name is"),
        ('dataset = "visits"', 'dataset = "patients"', "two tables declare the same dataset"),
        ('"weight_kg"]', '"weight_kg", "visit_id"]', "tables.visits: Value error, columns holds a name twice"),
        ('"weight_kg"]', '"_row_number"]', "tables.visits: Value error, _row_number: names beginning with"),
        ("person =", "persons =", "tables.patients.persons: Extra inputs are not permitted"),
        ("[tables.visits]", "[tables.visits", "cannot be read as a contract"),
    ],
)
def test_a_wrong_contract_is_an_error_naming_file_and_key(
    tmp_path: Path, text: str, replacement: str, expected: str
) -> None:
    path = write(tmp_path, CONTRACTS["center_a"].replace(text, replacement))

    with pytest.raises(ContractError) as error:
        load_contract(path)

    assert str(error.value).startswith(f"{path}: ")
    assert expected in str(error.value)


def test_a_contract_without_patients_is_an_error(tmp_path: Path) -> None:
    text = CONTRACTS["center_a"]
    path = write(tmp_path, text[: text.index("person =")] + text[text.index("[tables.visits]") :])

    with pytest.raises(ContractError, match="exactly one table must declare person"):
        load_contract(path)


def test_a_folder_without_contracts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"holds no <center>/contract\.toml"):
        load_contracts(tmp_path)
