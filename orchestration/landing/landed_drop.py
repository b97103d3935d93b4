"""The remembered verdict of one drop: a landed drop is not read again.

`<landing>/<center>/<cache key>/` holds `<dataset>.parquet` for each delivered table and `landed.json`, the verdict. The
folder gets its name only when it is complete. Refusals are remembered as well, unless another attempt may end better:
a file that was copied again may have its old size and time.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.landing import limits
from orchestration.landing.contract import Contract
from orchestration.landing.examination import Remark
from orchestration.landing.listed_files import find_files
from orchestration.landing.manifest import Manifest

# Part of every cache key: raise it whenever the same files would land differently.
LANDING_VERSION = 1
VERDICT_FILE = "landed.json"


@dataclass(frozen=True)
class LandedFile:
    """One table in a landed drop; `byte_count` tells a torn Parquet file."""

    dataset: str
    table_name: str
    file_name: str
    file_id: int
    row_count: int
    malformed_count: int
    byte_count: int

    @property
    def parquet_name(self) -> str:
        return f"{self.dataset}.parquet"


@dataclass(frozen=True)
class Verdict:
    """What a drop's own content says about it; whether other drops replace it is judged later."""

    reason_code: str | None = None
    reason: str | None = None
    is_lasting: bool = True
    circumstances: str | None = None  # of a refusal: while they are the same, so is the verdict
    tables: tuple[LandedFile, ...] = ()
    remarks: tuple[Remark, ...] = field(default=())


def cache_key(folder: Path, manifest: Manifest, contract: Contract, fingerprint: str) -> str:
    """32 hex digits that change whenever the drop, its contract, the key or the landing itself changes.

    Listed files enter by name, size and time of last change, so that no file of a landed drop needs to be read.
    """
    found, _ = find_files(folder, manifest, contract)
    parts = [
        str(LANDING_VERSION),
        folder.name,
        manifest.content_sha256,
        contract.model_dump_json(),
        fingerprint,
        *(f"{delivered.listed.position}:{_stamp(delivered.path)}" for delivered in found),
    ]
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in encoded)).hexdigest()[:32]


def circumstances(folder: Path, manifest: Manifest, contract: Contract) -> str:
    """Changes whenever a listed file was touched in any way, also by a copy that kept its size and time, or a limit."""
    found, _ = find_files(folder, manifest, contract)
    parts = [repr(limits.LIMITS), *(f"{one.listed.position}:{_change(one.path)}" for one in found)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return "absent"
    return f"{status.st_size}:{status.st_mtime_ns}"


def _change(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return "absent"
    return f"{status.st_ino}:{status.st_ctime_ns}"


def file_id(center: str, key: str, dataset: str) -> int:
    """A 63-bit number that identifies one landed Parquet file."""
    digest = hashlib.sha256(f"{center}/{key}/{dataset}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def write_verdict(verdict: Verdict) -> str:
    """The content of `landed.json`."""
    return json.dumps(asdict(verdict), ensure_ascii=False, indent=1)


def remembered_verdict(folder: Path) -> Verdict | None:
    """The verdict of a landed drop; None where there is none or where it is torn."""
    try:
        fields = json.loads((folder / VERDICT_FILE).read_text(encoding="utf-8"))
        verdict = Verdict(
            reason_code=fields["reason_code"],
            reason=fields["reason"],
            is_lasting=fields["is_lasting"],
            circumstances=fields["circumstances"],
            tables=tuple(LandedFile(**table) for table in fields["tables"]),
            remarks=tuple(Remark(**remark) for remark in fields["remarks"]),
        )
        return verdict if _is_complete(folder, verdict.tables) else None
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None


def _is_complete(folder: Path, tables: Sequence[LandedFile]) -> bool:
    for table in tables:
        path = folder / table.parquet_name
        if path.stat().st_size != table.byte_count or pq.read_metadata(path).num_rows != table.row_count:
            return False
    return True
