"""What the demonstration refresh left behind, and the truth it is compared with."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.pseudonym_key import DEMONSTRATION_KEY


def person_id(national_id: str) -> str:
    """Specification 1.7, for persons with a valid national id."""
    return hmac.new(DEMONSTRATION_KEY, f"nid:{national_id}".encode(), hashlib.sha256).hexdigest()[:16]


@dataclass(frozen=True)
class Demonstration:
    truth: Path
    out: Path

    def planted(self, name: str) -> pd.DataFrame:
        """A truth table; drops carry their number."""
        frame = pd.read_csv(self.truth / f"{name}.csv", keep_default_na=False)
        if "drop_name" in frame.columns and name != "drops":
            numbers = self.planted("drops")[["center_id", "drop_name", "drop_number"]]
            frame = frame.merge(numbers, on=["center_id", "drop_name"], validate="many_to_one")
        return frame

    def released(self, query: str) -> pd.DataFrame:
        """A query of the release database."""
        with duckdb.connect(str(self.out / "cohort.duckdb"), read_only=True) as connection:
            return connection.sql(query).df()

    def built(self, query: str) -> pd.DataFrame:
        """A query of the restricted build database."""
        (database,) = self.out.glob("restricted/builds/*/warehouse.duckdb")
        with duckdb.connect(str(database), read_only=True) as connection:
            return connection.sql(query).df()

    def persons(self) -> pd.DataFrame:
        """Planted persons that the release can be asked for: those with a national id."""
        persons = self.planted("persons")
        persons = persons[persons["national_id"] != ""]
        return persons.assign(person_id=persons["national_id"].map(person_id))
