"""The landing's integration tests make drops with the builder of its unit tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "landing"))
