"""When to draw a capture: schedules, events and the time budget.

A moment of training comes in. Out goes whether a capture is due and why
(`schedule`, `steps`, `events`), and whether the budget affords it (`budget`).
Nothing here draws.
"""
