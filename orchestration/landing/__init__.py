"""The generic landing: drops in, text columns with provenance and pseudonyms out (specification 1.1, 1.2, 1.7).

It reads what a center's contract file declares and interprets no clinical column.
"""

from orchestration.landing.build_database import create_build_database
from orchestration.landing.check_drop import DropReport, check_drop
from orchestration.landing.contract import Contract, TableContract, load_contract, load_contracts
from orchestration.landing.drops import SimulatedMarks, is_simulated_raw, simulated_marks
from orchestration.landing.errors import ContractError, LandingError, Problem, RawFolderError
from orchestration.landing.inventory import Drop, DropState, Inventory, LandedTable, Note
from orchestration.landing.land import LandingProgress, land, prune_landing
from orchestration.landing.pseudonym import key_fingerprint

__all__ = [
    "Contract",
    "ContractError",
    "Drop",
    "DropReport",
    "DropState",
    "Inventory",
    "LandedTable",
    "LandingError",
    "LandingProgress",
    "Note",
    "Problem",
    "RawFolderError",
    "SimulatedMarks",
    "TableContract",
    "check_drop",
    "create_build_database",
    "is_simulated_raw",
    "key_fingerprint",
    "land",
    "load_contract",
    "load_contracts",
    "prune_landing",
    "simulated_marks",
]
