-- Specification 2.3, 2.4 and 4: a person is eligible when no step fails, classes and grades exist when their scores do,
-- and no age over 90 is shown. Returns the rows where this does not hold.
select
    study_id,
    person_id
from {{ ref('published_cohort') }}
where
    is_eligible <> (failed_step is null)
    or (child_pugh_score is null) <> (child_pugh_class is null)
    or (albi_score is null) <> (albi_grade is null)
    or age_years > 90
    or (age_years = 90 and fib_4 is not null)
    or (afp_ng_ml is null and afp_comparator is not null)
