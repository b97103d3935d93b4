"""Landing, assets, release and command line: runs what dbt and analytics define, computes nothing clinical."""
