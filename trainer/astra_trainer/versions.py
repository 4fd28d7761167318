"""What a result depends on beside its inputs, noted in every MANIFEST."""

import platform
from functools import cache

import numpy
import tokenizers
import torch

import astra_trainer


@cache
def versions() -> dict[str, str]:
    return {
        "trainer": astra_trainer.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "tokenizers": tokenizers.__version__,
    }
