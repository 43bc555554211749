"""`kerasviz layers`: which layers a model has, and which can be drawn."""
