"""The secret behind every person_id (specification 1.7): where it comes from, and which one made the last build.

The key is handed to landing and nowhere else; only its fingerprint is ever stored or shown.
"""

import hmac
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.errors import PseudonymKeyError
from orchestration.landing.pseudonym import key_fingerprint
from orchestration.settings import Settings

DEMONSTRATION_KEY = b"demonstration key: simulated patients only"
SHORT_KEY_BYTES = 16

HOW_TO_MAKE_A_KEY = (
    "make one with: (umask 077; python3 -c 'import secrets; print(secrets.token_hex(32))' > {key_file}) "
    "and keep a copy in a safe place, or set HCC_PSEUDONYM_KEY or HCC_PSEUDONYM_KEY_FILE"
)


@dataclass(frozen=True)
class PseudonymKey:
    """A key and what has to be said about it, in words for a release. Its text form shows the fingerprint alone."""

    secret: bytes = field(repr=False)
    is_demonstration: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that tell keys apart and give nothing away of a key worth the name."""
        return key_fingerprint(self.secret)


def resolve_key(settings: Settings, is_simulated: bool, environment: Mapping[str, str] | None = None) -> PseudonymKey:
    """The key from HCC_PSEUDONYM_KEY, else from the key file, else the demonstration key for simulated data.

    `is_simulated` says that every drop to be loaded is marked as simulated (specification 1.1). Raises
    PseudonymKeyError, which says how to make a key, when other data come without one.
    """
    variables = os.environ if environment is None else environment
    if variables.get("HCC_PSEUDONYM_KEY"):
        return _checked(variables["HCC_PSEUDONYM_KEY"].encode())
    if settings.key_file.exists():
        return read_key_file(settings.key_file)
    if variables.get("HCC_PSEUDONYM_KEY_FILE"):
        raise PseudonymKeyError(f"the key file {settings.key_file} (HCC_PSEUDONYM_KEY_FILE) is not there")
    if is_simulated:
        warning = "no pseudonym key: the public demonstration key stands in, which is safe for simulated data only"
        return PseudonymKey(DEMONSTRATION_KEY, is_demonstration=True, warnings=(warning,))
    raise PseudonymKeyError(
        "a pseudonym key is needed for data not marked as simulated; "
        + HOW_TO_MAKE_A_KEY.format(key_file=settings.key_file)
    )


def check_against_last(key: PseudonymKey, last_fingerprint: str | None, rotate: bool) -> None:
    """Refuse a key other than the last build's: all person_id would change. Raises PseudonymKeyError."""
    if last_fingerprint is None or rotate or hmac.compare_digest(key.fingerprint, last_fingerprint):
        return
    raise PseudonymKeyError(
        f"the pseudonym key (fingerprint {key.fingerprint}) is not the one of the last build ({last_fingerprint}): "
        "every person_id would change; use the old key, or --rotate-key if that is meant"
    )


def read_key_file(path: Path) -> PseudonymKey:
    """The key in a file. Raises PseudonymKeyError where there is none."""
    try:
        text = path.read_text(encoding="utf-8")
        mode = stat.S_IMODE(path.stat().st_mode)
    except (OSError, UnicodeDecodeError) as fault:
        raise PseudonymKeyError(f"the key file {path} cannot be read ({type(fault).__name__})") from None
    secret = text.rstrip("\r\n").encode()
    if not secret.strip():
        raise PseudonymKeyError(f"the key file {path} is empty; " + HOW_TO_MAKE_A_KEY.format(key_file=path))
    key = _checked(secret)
    if mode & 0o077:
        return PseudonymKey(secret, warnings=(*key.warnings, "others can read the key file: chmod 600 it"))
    return key


def _checked(secret: bytes) -> PseudonymKey:
    if len(secret) < SHORT_KEY_BYTES:
        return PseudonymKey(
            secret,
            warnings=(
                f"the pseudonym key is shorter than {SHORT_KEY_BYTES} bytes, so patients can be found out by trying "
                "keys: make a long one, and refresh with --rotate-key",
            ),
        )
    return PseudonymKey(secret)
