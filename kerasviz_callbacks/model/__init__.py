"""Facts about a Keras model: its layers, input, output and structure.

A Keras model comes in. Facts about it go out (`Located` layers, a `Probe`, a
`ModelInput`, a fingerprint of its weights), together with `tap`, which reads
activations while a function is traced. You may call anything here: nothing
changes the model, and nothing here knows patterns, heatmaps or logs.
"""

from kerasviz_callbacks.model.accepted import (
    probe_accepted,
    probe_to,
    sizes_to_try,
)
from kerasviz_callbacks.model.activation_range import (
    ActivationRange,
    activation_range,
)
from kerasviz_callbacks.model.arguments import (
    FiltersLike,
    LayersLike,
    SizeLike,
    as_filters,
    as_layers,
    as_size,
    as_steps,
    choose_layers,
    is_auto,
    says_moved,
)
from kerasviz_callbacks.model.dependence import dependents
from kerasviz_callbacks.model.input import (
    ModelInput,
    Shape,
    check_forward_pass,
    model_input,
)
from kerasviz_callbacks.model.layers import (
    LayerPath,
    Located,
    check_model,
    is_convolution,
    layer_paths,
    num_filters,
    walk,
)
from kerasviz_callbacks.model.maps import (
    BRIGHTNESSES,
    ImageMap,
    MapCut,
    MapSearch,
    OutputLike,
    TokenGrid,
    TokenLayout,
    cut_at,
    last_cut,
    last_map,
    map_at,
)
from kerasviz_callbacks.model.maps.feature_maps import (
    as_features,
    channels_last,
    channels_last_shape,
)
from kerasviz_callbacks.model.output import (
    ChosenOutput,
    OutputLoss,
    choose_output,
    detection_scores,
    ends_in_features,
    find_logits,
    is_linear,
    is_sigmoid,
    joined_tensors,
    named_outputs,
    output_index,
)
from kerasviz_callbacks.model.probe import (
    NUM_AUTO_LAYERS,
    LayerCall,
    Probe,
    probe_model,
    spread_layers,
    widens_tokens,
)
from kerasviz_callbacks.model.source import (
    build_if_needed,
    call_function,
    find_function,
    is_named_function,
    load_model,
)
from kerasviz_callbacks.model.structure import Digests, structure_signature
from kerasviz_callbacks.model.tap import Answer, TapError, forward
from kerasviz_callbacks.model.unchanged import (
    StandIn,
    generators_kept,
    in_this_thread,
    keeping_state,
    replaced_attribute,
    variables_kept,
    without_activation,
)

__all__ = [
    "BRIGHTNESSES",
    "NUM_AUTO_LAYERS",
    "ActivationRange",
    "Answer",
    "ChosenOutput",
    "Digests",
    "FiltersLike",
    "ImageMap",
    "LayerCall",
    "LayerPath",
    "LayersLike",
    "Located",
    "MapCut",
    "MapSearch",
    "ModelInput",
    "OutputLike",
    "OutputLoss",
    "Probe",
    "Shape",
    "SizeLike",
    "StandIn",
    "TapError",
    "TokenGrid",
    "TokenLayout",
    "activation_range",
    "as_features",
    "as_filters",
    "as_layers",
    "as_size",
    "as_steps",
    "build_if_needed",
    "call_function",
    "channels_last",
    "channels_last_shape",
    "check_forward_pass",
    "check_model",
    "choose_layers",
    "choose_output",
    "cut_at",
    "dependents",
    "detection_scores",
    "ends_in_features",
    "find_function",
    "find_logits",
    "forward",
    "generators_kept",
    "in_this_thread",
    "is_auto",
    "is_convolution",
    "is_linear",
    "is_named_function",
    "is_sigmoid",
    "joined_tensors",
    "keeping_state",
    "last_cut",
    "last_map",
    "layer_paths",
    "load_model",
    "map_at",
    "model_input",
    "named_outputs",
    "num_filters",
    "output_index",
    "probe_accepted",
    "probe_model",
    "probe_to",
    "replaced_attribute",
    "says_moved",
    "sizes_to_try",
    "spread_layers",
    "structure_signature",
    "variables_kept",
    "walk",
    "widens_tokens",
    "without_activation",
]
