"""Names the processor that a benchmark ran on."""

from pathlib import Path


def processor_name() -> str:
    """Return the processor's name, from Linux' own account of it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line for line in lines if line.startswith("model name")]
    return names[0].partition(":")[2].strip() if names else "unknown processor"
