"""How the dbt project is parsed, run and shown; what it computes stands in dbt_project/ alone."""
