"""Panels on paper: figures (.png, .pdf) and animations (.gif, .apng)."""
