"""When a capture is drawn: schedules, events, and the budget of time.

In goes a moment of training; out comes whether a capture is due and why
(`schedule`, `steps`, `events`) and whether the budget affords it (`budget`).
Nothing here draws.
"""
