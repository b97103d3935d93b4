"""Units compared as section 1.5 says."""

from __future__ import annotations

import re
import unicodedata

POWER = re.compile(r"[x×*]?10[\^*×x]?([0-9])")


def fold_unit(text: str) -> str:
    """NFKC, lower case, micro sign -> u, blanks removed, powers of ten folded to 10*n."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = folded.replace("μ", "u").replace("µ", "u")
    folded = "".join(folded.split())
    return POWER.sub(r"10*\1", folded)
