"""What is kept of a run in memory, so that the page is answered at once.

In go captures; out come the texts that the routes send: layers, captures and
the overview of a run.
"""
