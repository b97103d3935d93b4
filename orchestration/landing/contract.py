"""The contract of a center: which tables and columns it delivers (specification 1.1, 1.3, 1.4).

A contract file stands beside the center's staging models (`<center>/contract.toml`). It declares names only; what the
columns mean is known to the dbt models alone.
"""

import codecs
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, field_validator, model_validator

from orchestration.landing.errors import ContractError

CONTRACT_FILE = "contract.toml"
_ASCII_NAME = re.compile(r"[a-z][a-z0-9_]*")


def _normalised(name: object) -> object:
    return unicodedata.normalize("NFKC", name).strip() if isinstance(name, str) else name


Header = Annotated[str, BeforeValidator(_normalised)]


class PersonColumns(BaseModel):
    """The columns of the patients table from which the person's pseudonym is made (specification 1.7)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    national_id: Header
    local_id: Header


class TableContract(BaseModel):
    """One delivered table; all names after NFKC and trimming."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table_name: Header
    dataset: str
    key: tuple[Header, ...]
    identifiers: tuple[Header, ...] = ()
    columns: tuple[Header, ...]
    person: PersonColumns | None = None

    @field_validator("dataset")
    @classmethod
    def _dataset_is_a_plain_name(cls, dataset: str) -> str:
        if not _ASCII_NAME.fullmatch(dataset):
            raise ValueError("a dataset name is lower-case ASCII letters, digits and underscores")
        return dataset

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        if not self.columns or "" in self.columns:
            raise ValueError("columns must be listed and none may be blank")
        if len(set(self.columns)) != len(self.columns):
            raise ValueError("columns holds a name twice")
        person = (self.person.national_id, self.person.local_id) if self.person else ()
        unknown = [name for name in (*self.key, *self.identifiers, *person) if name not in self.columns]
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: named in key, identifiers or person but not in columns")
        reserved = [name for name in self.columns if name.startswith("_")]
        if reserved:
            raise ValueError(f"{', '.join(reserved)}: names beginning with an underscore are kept for provenance")
        return self


class Contract(BaseModel):
    """All tables of one center, by their delivered name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    center: str
    encoding: str
    tables: dict[str, TableContract]

    @field_validator("center")
    @classmethod
    def _center_is_a_plain_name(cls, center: str) -> str:
        if not _ASCII_NAME.fullmatch(center):
            raise ValueError("a center's name is lower-case ASCII letters, digits and underscores")
        return center

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, encoding: str) -> str:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise ValueError(f"{encoding} is no known text encoding") from None
        return encoding

    @model_validator(mode="after")
    def _datasets_are_distinct(self) -> Self:
        datasets = [table.dataset for table in self.tables.values()]
        if len(set(datasets)) != len(datasets):
            raise ValueError("two tables declare the same dataset")
        if sum(table.person is not None for table in self.tables.values()) != 1:
            raise ValueError("exactly one table must declare person = {national_id, local_id}")
        return self


def load_contract(path: Path) -> Contract:
    """Read one contract file.

    Raises:
        ContractError: The file is unreadable, is no TOML, or a key is missing, unknown or contradictory.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContractError(f"{path}: cannot be read as a contract: {error}") from error
    tables = content.get("tables")
    if isinstance(tables, dict):
        named = {_normalised(name): table for name, table in tables.items()}
        content["tables"] = {
            name: {"table_name": name, **table} if isinstance(table, dict) else table for name, table in named.items()
        }
    try:
        contract = Contract.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "contract"
        raise ContractError(f"{path}: {key}: {first['msg']}") from error
    if contract.center != path.parent.name:
        raise ContractError(f"{path}: center: is {contract.center}, but the folder is named {path.parent.name}")
    return contract


def load_contracts(directory: Path) -> dict[str, Contract]:
    """Read every `<center>/contract.toml` below a folder.

    Args:
        directory: The folder that holds one folder a center, `dbt_project/models/staging` in the project.

    Returns:
        The contracts by center, in the order of the centers' names.

    Raises:
        ContractError: There is no contract, or one of them is unreadable or contradictory.
    """
    contracts = [load_contract(path) for path in sorted(directory.glob(f"*/{CONTRACT_FILE}"))]
    if not contracts:
        raise ContractError(f"{directory}: holds no <center>/{CONTRACT_FILE}")
    return {contract.center: contract for contract in contracts}
