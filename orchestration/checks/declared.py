"""Every check of the warehouse that orchestration makes; counts inside the data are data tests of the dbt project."""

from orchestration.checks.model import Check

REFUSED_DROPS = Check("refused_drops", "Was every drop of the center loaded or replaced by a newer one?")
LOADABLE_DROPS = Check("loadable_drops", "Does the center have a drop that could be loaded?")
LANDING_REMARKS = Check("landing_remarks", "Did the drops hold nothing beyond what was agreed: columns, files, fields?")
ROW_LEDGER = Check("row_ledger_equals_delivered_rows", "Is every delivered row in the ledger?", is_blocking=True)
DATA_TESTS = Check("data_tests", "Did every contract, key and data test of the dbt project pass?", is_blocking=True)
UNMAPPED_TERMS = Check("unmapped_terms", "Does the vocabulary hold every drug, test and unit that was delivered?")
CENTER_STILL_THERE = Check("center_still_there", "Is every center of the last release in this one?", is_blocking=True)
PERSONS_STILL_THERE = Check(
    "persons_still_there", "Are the center's persons not fewer than before by more than a tenth?", is_blocking=True
)
REAL_DATA_STILL_THERE = Check(
    "real_data_still_there", "Do simulated drops alone not take the place of real ones?", is_blocking=True
)
STUDIES_STILL_THERE = Check("studies_still_there", "Is every study of the last release in this one?")
PSEUDONYM_KEY = Check("pseudonym_key", "Are the pseudonyms made with a secret key, long enough and closed to others?")
ELIGIBLE_PERSONS = Check("eligible_persons", "Does every study have eligible persons?")
WITHDRAWN_PATIENTS = Check("withdrawn_patients", "Is the release free of patients who withdrew?", is_blocking=True)
LAST_RELEASE_READABLE = Check("last_release_readable", "Could the last release be read, to compare with it?")
RELEASES_SET_ASIDE = Check("releases_set_aside", "Could every kept release be searched for the patients who withdrew?")

STUDY_REPORT = Check("study_report", "Could the report of the study be made?")
ESTIMATE_DIAGNOSTICS = Check(
    "estimate_diagnostics", "Do the diagnostics of the study's estimates hold: balance, proportional hazards, size?"
)

# Made with the reports, after all others.
REPORT_CHECKS = (STUDY_REPORT, ESTIMATE_DIAGNOSTICS)
DECLARED_CHECKS = (
    REFUSED_DROPS,
    LOADABLE_DROPS,
    LANDING_REMARKS,
    ROW_LEDGER,
    DATA_TESTS,
    UNMAPPED_TERMS,
    CENTER_STILL_THERE,
    PERSONS_STILL_THERE,
    REAL_DATA_STILL_THERE,
    STUDIES_STILL_THERE,
    PSEUDONYM_KEY,
    ELIGIBLE_PERSONS,
    WITHDRAWN_PATIENTS,
    RELEASES_SET_ASIDE,
    LAST_RELEASE_READABLE,
)
