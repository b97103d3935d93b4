"""Equal rows give equal tables to the last bit, in whatever order they come (specification 4)."""

import numpy as np
import pandas as pd
import pytest

from analytics.estimates.study_estimates import study_regressions
from analytics.protocol import default_protocols


def made(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    persons = [f"p{number:03d}" for number in range(120)]
    protocol = default_protocols()["lenvatinib"]
    columns = {covariate.column for covariate in protocol.covariates}
    cohort = pd.DataFrame({"study_id": "lenvatinib", "person_id": persons, "is_eligible": True})
    numbers = {"age_years": (40, 80), "ast_u_l": (10, 90), "platelets_10_9_l": (50, 250), "albumin_g_l": (25, 48)}
    for name in sorted(columns):
        low, high = numbers.get(name, (0, 2))
        cohort[name] = rng.uniform(low, high, size=len(persons)) if name in numbers else None
    cohort["sex"] = rng.choice(["F", "M"], size=len(persons))
    cohort["afp_gt_400"] = rng.choice([True, False], size=len(persons))
    labels = pd.DataFrame({"study_id": "lenvatinib", "person_id": persons})
    labels["resistance"] = rng.choice(["primary", "secondary"], size=len(persons))
    endpoints = pd.concat(
        labels[["study_id", "person_id"]].assign(
            endpoint=endpoint,
            time_days=rng.integers(1, 900, size=len(persons)),
            is_event=rng.choice([True, False], size=len(persons)),
        )
        for endpoint in ("os", "pfs")
    )
    return cohort, labels, endpoints


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_1_shuffled_rows_give_the_same_numbers(seed: int) -> None:
    protocol = default_protocols()["lenvatinib"]
    frames = made(np.random.default_rng(seed))
    shuffled = [frame.sample(frac=1.0, random_state=seed) for frame in frames]

    for table, other in zip(study_regressions(*frames, protocol), study_regressions(*shuffled, protocol), strict=True):
        pd.testing.assert_frame_equal(table, other, check_exact=True)
