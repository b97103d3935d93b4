"""The audit of packages never passes in silence: what is vulnerable fails, what could not be asked is said loudly."""

import runpy
from pathlib import Path

import pytest

AUDIT = runpy.run_path(str(Path(__file__).parents[3] / ".ci" / "audit.py"))
verdict = AUDIT["verdict"]

CLEAN = {"name": "wheel", "version": "1.0", "vulns": []}
UNKNOWN = {"name": "axle", "skip_reason": "Dependency not found on PyPI and could not be audited: axle (1.0)"}
HURT = {"name": "brake", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}


def test_1_every_package_was_looked_up_and_none_is_vulnerable():
    assert verdict([[CLEAN, CLEAN]], is_required=False) == (0, ["audit: no known vulnerability in 2 packages"])


@pytest.mark.parametrize("answers", [[[HURT]], [[UNKNOWN, HURT]], [None, [HURT, CLEAN]], [[UNKNOWN], [HURT]]])
def test_2_a_known_vulnerability_fails_and_says_what_mends_it(answers):
    code, lines = verdict(answers, is_required=False)
    assert code == 1
    assert lines[1:] == ["brake 2.0: PYSEC-1; mended in 2.1"]


@pytest.mark.parametrize("answers", [[None, None], [[]], [[UNKNOWN, CLEAN], None], [[UNKNOWN], [UNKNOWN]]])
def test_3_an_audit_that_could_not_be_done_says_so_and_fails_where_it_is_required(answers):
    code, lines = verdict(answers, is_required=False)
    assert code == 0
    assert "NOT DONE" in " ".join(lines)
    assert verdict(answers, is_required=True)[0] == 1


def test_4_a_complete_answer_of_another_service_counts():
    assert verdict([[UNKNOWN, CLEAN], [CLEAN, CLEAN]], is_required=True)[0] == 0
