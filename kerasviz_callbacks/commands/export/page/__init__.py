"""The report: one HTML page that loads nothing and runs nothing.

Comes in: panels and records of runs. Goes out: the text of an HTML file.
What one may touch: `report.report`.
"""

__all__ = ["report"]
