"""The report: one HTML page that loads nothing and runs nothing."""
