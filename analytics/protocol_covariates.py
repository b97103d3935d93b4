"""How a protocol names the covariates of its models (specification 5.1, items 4 to 7).

A covariate turns one column of the cohort into a factor: a yes/no question with a cut-off or a list of codes, or a
factor with named levels and a reference level. Unknown values stay missing; nothing is imputed here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

# The columns of the published cohort a covariate may be made from (specification 4, table `cohort`).
CovariateColumn = Literal[
    "center_id",
    "index_year",
    "age_years",
    "sex",
    "etiology",
    "ecog",
    "ascites",
    "encephalopathy",
    "child_pugh_score",
    "child_pugh_class",
    "albi_score",
    "albi_grade",
    "bclc_stage",
    "portal_vein_invasion",
    "has_extrahepatic_spread",
    "tumor_count",
    "largest_diameter_mm",
    "prior_procedure",
    "afp_ng_ml",
    "afp_gt_400",
    "alt_u_l",
    "alt_gt_40",
    "ast_u_l",
    "total_bilirubin_umol_l",
    "albumin_g_l",
    "inr",
    "creatinine_umol_l",
    "platelets_10_9_l",
    "ggt_u_l",
    "alp_u_l",
    "prothrombin_time_s",
    "white_cells_10_9_l",
    "neutrophils_10_9_l",
    "lymphocytes_10_9_l",
    "haemoglobin_g_l",
    "hbv_dna_iu_ml",
    "nlr",
    "plr",
    "fib_4",
    "meld_score",
    "cnlc_stage",
    "antiviral_at_index",
]
ComparatorColumn = Literal["afp_comparator", "hbv_dna_comparator"]
CUTOFF_RULES = ("above", "at_least", "below", "at_most")
# A result such as ">200" decides some cut-offs and not others, so these columns go with their comparator.
COMPARATOR_OF = {"afp_ng_ml": "afp_comparator", "hbv_dna_iu_ml": "hbv_dna_comparator"}


def as_tuple(value: Any) -> Any:
    """Lists (as YAML and notebooks write them) become tuples; anything else is left for the validator to judge."""
    return tuple(value) if isinstance(value, list) else value


def as_codes(value: Any) -> Any:
    """A list of codes as a tuple; a code written as a bare whole number (stage 0, grade 2) is that text."""
    value = as_tuple(value)
    return tuple(str(code) if type(code) is int else code for code in value) if isinstance(value, tuple) else value


Codes = Annotated[tuple[str, ...], BeforeValidator(as_codes)]
Names = Annotated[tuple[str, ...], BeforeValidator(as_tuple)]


class Covariate(BaseModel):
    """One factor of the models.

    `rule` decides the value of the factor for a person:

    - `above`, `at_least`, `below`, `at_most`: yes when the number in `column` is >, >=, <, <= `cutoff`, else no;
    - `one_of`: yes when the code in `column` is one of `codes`, else no;
    - `contains_any`: `column` holds codes joined by `+`; yes when any of `codes` is among them. Blank holds none: no;
    - `flag`: the yes/no column itself;
    - `levels`: the code itself, a factor with the levels `codes` (none listed: every code found, in text order).

    Blank values (except under `contains_any`), `missing_codes` and codes outside a listed `levels` are missing.
    The reference level is `no` unless `reference` says otherwise; under `levels` it must be named.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Name of the factor in every result table.")
    label: str = Field(min_length=1, description="Words shown in tables and figures.")
    column: CovariateColumn = Field(description="Column of the cohort (specification 4).")
    rule: Literal["above", "at_least", "below", "at_most", "one_of", "contains_any", "flag", "levels"]
    cutoff: float | None = Field(default=None, allow_inf_nan=False, description="Limit, in the column's unit.")
    codes: Codes = Field(default=(), description="Codes of the column that the rule speaks of.")
    reference: str = Field(default="no", description="Reference level of the factor.")
    missing_codes: Codes = Field(default=(), description="Codes that stand for an unknown value.")
    composed_of: Names = Field(
        default=(),
        description="Names of covariates this one is built from: a composite and its parts never share a model.",
    )

    @property
    def comparator_column(self) -> ComparatorColumn | None:
        """Column with the comparator (`<`, `>` ...) of the number, where the cohort has one."""
        return COMPARATOR_OF.get(self.column)  # type: ignore[return-value]

    @model_validator(mode="after")
    def _rule_is_complete(self) -> Covariate:
        has_cutoff = self.rule in CUTOFF_RULES
        if has_cutoff and self.cutoff is None:
            raise ValueError(f"rule {self.rule} needs a cutoff")
        if not has_cutoff and self.cutoff is not None:
            raise ValueError(f"rule {self.rule} takes no cutoff; allowed with {', '.join(CUTOFF_RULES)}")
        if self.rule in ("one_of", "contains_any") and not self.codes:
            raise ValueError(f"rule {self.rule} needs codes")
        if self.codes and self.rule not in ("one_of", "contains_any", "levels"):
            raise ValueError(f"rule {self.rule} takes no codes; allowed with one_of, contains_any, levels")
        if len(set(self.codes)) != len(self.codes):
            raise ValueError("codes holds the same code twice")
        if set(self.codes) & set(self.missing_codes):
            raise ValueError("a code stands in both codes and missing_codes")
        self._check_reference()
        return self

    def _check_reference(self) -> None:
        if self.rule != "levels":
            if self.reference not in ("no", "yes"):
                raise ValueError(f"reference {self.reference!r} is no level; allowed: no, yes")
            return
        if "reference" not in self.model_fields_set:
            raise ValueError("rule levels needs a reference level")
        if self.codes and self.reference not in self.codes:
            raise ValueError(f"reference {self.reference!r} is no level; allowed: {', '.join(self.codes)}")
        if self.reference in self.missing_codes:
            raise ValueError(f"reference {self.reference!r} stands in missing_codes")


def _cut(name: str, label: str, column: str, rule: str, cutoff: float) -> dict[str, Any]:
    return {"name": name, "label": label, "column": column, "rule": rule, "cutoff": cutoff}


_ETIOLOGIES = ("HBV", "HCV", "HBV+HCV", "alcohol", "MASLD", "other")
_INVASIONS = ("Vp1", "Vp2", "Vp3", "Vp4")
_LOCOREGIONAL = ("TACE", "HAIC", "ablation", "radiotherapy")

# The default list of specification 5.1. Its order decides between a composite and its parts: BCLC C follows from
# its three parts. Scores that only overlap (Child-Pugh, ALBI and their laboratory values) are left to the VIF.
# "Child-Pugh B" and "BCLC C" mean "or worse", so that class C and stage D, where a protocol admits them, are not
# counted among the favourable.
DEFAULT_COVARIATES: tuple[Covariate, ...] = tuple(
    Covariate.model_validate(row)
    for row in (
        _cut("age_ge_60", "Age >= 60 years", "age_years", "at_least", 60),
        {"name": "sex", "label": "Sex", "column": "sex", "rule": "levels", "codes": ["F", "M"], "reference": "F"},
        {
            "name": "etiology",
            "label": "Etiology",
            "column": "etiology",
            "rule": "levels",
            "codes": _ETIOLOGIES,
            "reference": "HBV",
            "missing_codes": ["unknown"],
        },
        _cut("ecog_ge_1", "ECOG >= 1", "ecog", "at_least", 1),
        {
            "name": "child_pugh_b",
            "label": "Child-Pugh B or worse",
            "column": "child_pugh_class",
            "rule": "one_of",
            "codes": ["B", "C"],
        },
        {
            "name": "albi_grade_ge_2",
            "label": "ALBI grade >= 2",
            "column": "albi_grade",
            "rule": "one_of",
            "codes": ["2", "2a", "2b", "3"],
        },
        {
            "name": "bclc_c",
            "label": "BCLC C or worse",
            "column": "bclc_stage",
            "rule": "one_of",
            "codes": ["C", "D"],
            "composed_of": ["ecog_ge_1", "portal_vein_invasion", "extrahepatic_spread"],
        },
        {"name": "afp_gt_400", "label": "AFP > 400 ng/mL", "column": "afp_gt_400", "rule": "flag"},
        {"name": "alt_gt_40", "label": "ALT > 40 U/L", "column": "alt_gt_40", "rule": "flag"},
        _cut("ast_gt_40", "AST > 40 U/L", "ast_u_l", "above", 40),
        _cut("platelets_lt_100", "Platelets < 100 10^9/L", "platelets_10_9_l", "below", 100),
        _cut("bilirubin_gt_17_1", "Total bilirubin > 17.1 umol/L", "total_bilirubin_umol_l", "above", 17.1),
        _cut("albumin_lt_35", "Albumin < 35 g/L", "albumin_g_l", "below", 35),
        _cut("diameter_gt_50", "Largest diameter > 50 mm", "largest_diameter_mm", "above", 50),
        _cut("tumors_gt_3", "More than 3 tumours", "tumor_count", "above", 3),
        {
            "name": "portal_vein_invasion",
            "label": "Portal vein invasion",
            "column": "portal_vein_invasion",
            "rule": "one_of",
            "codes": _INVASIONS,
        },
        {
            "name": "extrahepatic_spread",
            "label": "Extrahepatic spread",
            "column": "has_extrahepatic_spread",
            "rule": "flag",
        },
        {
            "name": "prior_locoregional",
            "label": "Prior locoregional therapy",
            "column": "prior_procedure",
            "rule": "contains_any",
            "codes": _LOCOREGIONAL,
        },
        {"name": "center", "label": "Center", "column": "center_id", "rule": "levels", "reference": "center_a"},
    )
)
