"""The Dagster assets: landing, one a dbt model, one a study table, checks and release."""
