"""The fuzzed cells stand in the adversarial rows of the harmonised layer's tests."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "integration" / "harmonised"))
