"""The probe: what one traced forward pass tells of a model.

A model and its inputs come in. Out goes a `Probe`: every layer call, with its
shape and what it depends on (`trace`). `units` chooses the layers whose filters
are worth drawing, and where their filters end. `kept` keeps what was traced in
the model.
"""

from kerasviz_callbacks.model.probe.kept import (
    KeptTraces,
    no_traces,
    traces_of,
)
from kerasviz_callbacks.model.probe.signature import function_signature
from kerasviz_callbacks.model.probe.trace import (
    LayerCall,
    Probe,
    explained,
    is_passive,
    probe_model,
)
from kerasviz_callbacks.model.probe.units import (
    NUM_AUTO_LAYERS,
    spread_layers,
    unit_of,
    widens_places,
)

__all__ = [
    "NUM_AUTO_LAYERS",
    "KeptTraces",
    "LayerCall",
    "Probe",
    "explained",
    "function_signature",
    "is_passive",
    "no_traces",
    "probe_model",
    "spread_layers",
    "traces_of",
    "unit_of",
    "widens_places",
]
