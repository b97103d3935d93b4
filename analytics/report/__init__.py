"""The report of a study: tables, figures and a page that opens offline (specification 4, 5)."""

from analytics.report.build import Report, build_report

__all__ = ["Report", "build_report"]
