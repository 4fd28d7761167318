"""Products with weights that stay as they are. Those of a large model are laid out once as the processor reads them.

A library that gets a plain matrix lays it out anew at every product; for the few rows of a sampling step that costs as
much as the product. In both layouts a row's result is the same beside whatever other rows, from `LEAST_ROWS` rows on.
"""

from collections.abc import Callable
from functools import reduce

import torch
import torch.nn.functional as F
from torch import Tensor

Product = Callable[[Tensor], Tensor]
"""[rows, inputs] → [rows, outputs]"""

# Below this size of the hidden states the call costs more than the layout.
PACKED_FROM = 512

# Inputs that are summed in one go, as the library does with a plain matrix. The kernel for its own layout sums all of
# them, which doubles what sampling SmolLM2 loses to rounding: one log-probability was off by 1.3e-4.
SUMMED_AT_ONCE = 192

# Values of `packed` that this machine knows.
LAYOUTS = (False, True) if torch.backends.mkldnn.is_available() else (False,)


def is_packed(hidden_size: int) -> bool:
    return hidden_size >= PACKED_FROM and True in LAYOUTS


def product(weight: Tensor, packed: bool) -> Product:
    """Multiplies rows with the transpose of `weight` [outputs, inputs]; `packed` keeps a copy of its own layout."""
    if not packed:
        return lambda x: F.linear(x, weight)
    with torch.inference_mode():
        cuts = weight.split(SUMMED_AT_ONCE, 1)
        laid_out = [torch.ops.mkldnn._reorder_linear_weight(cut.contiguous()) for cut in cuts]

    def multiply(x: Tensor) -> Tensor:
        terms = zip(x.split(SUMMED_AT_ONCE, -1), laid_out, strict=True)
        return reduce(Tensor.add_, (linear(part.contiguous(), cut) for part, cut in terms))

    return multiply


def linear(x: Tensor, laid_out: Tensor) -> Tensor:
    return torch.ops.mkldnn._linear_pointwise(x, laid_out, None, "none", [], "")
