"""Everything in the raw drops that may not leave the restricted landing: identifiers, free text, exact dates."""

import re
from pathlib import Path

import duckdb
import numpy as np

from orchestration.landing import load_contracts

CONTRACTS = Path(__file__).parents[3] / "dbt_project" / "models" / "staging"
# Beside each table's identifiers: names and what people wrote in words.
FREE_TEXTS = {"full_name", "drug_name", "dose", "organ", "姓名", "诊断名称", "药品名称", "操作名称", "影像结论"}
DATES = re.compile(r"date|_at$|performed_on|日期|时间")
# A shorter text stands in some name or number by chance; ten digits stand in some time stamp.
SHORTEST, SHORTEST_NUMBER = 6, 15


def planted_texts(landing: Path) -> set[str]:
    """Every identifier and free text that was landed."""
    return {
        value
        for center, contract in load_contracts(CONTRACTS).items()
        for table in contract.tables.values()
        for column in table.columns
        if column in {*table.identifiers, *table.key, *FREE_TEXTS}
        for value in _values(landing, center, table.dataset, column)
    }


def planted_dates(landing: Path) -> set[str]:
    """Every exact date that was landed, as year-month-day."""
    texts = {
        value
        for center, contract in load_contracts(CONTRACTS).items()
        for table in contract.tables.values()
        for column in table.columns
        if DATES.search(column)
        for value in _values(landing, center, table.dataset, column)
    }
    found = (re.match(r"([12][0-9]{3})[-/年]?([0-9]{1,2})[-/月]?([0-9]{1,2})", text) for text in texts)
    return {f"{one[1]}-{int(one[2]):02d}-{int(one[3]):02d}" for one in found if one}


def telling(texts: set[str], vocabulary: set[str]) -> set[str]:
    """The texts long enough to be told from chance; names of agents and letters alone may stand anywhere."""
    return {
        text
        for text in texts - vocabulary
        if len(text) >= (SHORTEST_NUMBER if text.isdigit() else SHORTEST) and not (text.isascii() and text.isalpha())
    }


def found_in(content: bytes, texts: set[str]) -> set[str]:
    """Which of the texts stand in a content; each holds at least SHORTEST bytes.

    Thousands of texts are searched for in megabytes: only those whose last bytes stand there are looked for as a whole.
    """
    ends = {text: int.from_bytes(text.encode()[-SHORTEST:], "little") for text in texts}
    wanted = np.unique(np.array(list(ends.values()), np.uint64))
    read = np.frombuffer(content, np.uint8).astype(np.uint64)
    count = max(0, len(read) - SHORTEST + 1)
    windows = np.zeros(count, np.uint64)
    for place in range(SHORTEST):
        windows |= read[place : place + count] << np.uint64(8 * place)
    positions = np.minimum(np.searchsorted(wanted, windows), len(wanted) - 1)
    present = set(np.unique(windows[wanted[positions] == windows]).tolist())
    return {text for text, end in ends.items() if end in present and text.encode() in content}


def _values(landing: Path, center: str, dataset: str, column: str) -> list[str]:
    files = f"{landing}/{center}/*/{dataset}.parquet"
    query = f'select distinct "{column}" from read_parquet(\'{files}\') where "{column}" is not null'
    return [value for (value,) in duckdb.sql(query).fetchall()]
