"""The event files of one run: a single writer, safe to kill and resume.

In go drawings and their circumstances; out come event files in
`<log_dir>/kerasviz`. Nothing here draws.
"""
