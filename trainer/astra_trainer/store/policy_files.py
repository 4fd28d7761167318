"""A policy as files that other engines read too: Hugging Face names for whole models, PEFT names for adapters."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from astra_trainer.hashing import canonical_json
from astra_trainer.model.config import ModelConfig
from astra_trainer.model.llama import Llama, add_adapters
from astra_trainer.training.optimizers import State

FULL_PREFIX = "model."
ADAPTER_PREFIX = "base_model.model.model."
OPTIMIZER = "optimizer.safetensors"


@dataclass(frozen=True)
class Adapter:
    rank: int
    alpha: float
    """Layers below it carry no factors."""
    first_layer: int = 0

    def to_json(self, base: str, layers: int) -> dict[str, Any]:
        names = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
        return {
            "peft_type": "LORA",
            "task_type": "CAUSAL_LM",
            "base_model_name_or_path": base,
            "r": self.rank,
            "lora_alpha": self.alpha,
            "lora_dropout": 0.0,
            "bias": "none",
            "target_modules": names,
            "layers_to_transform": list(range(self.first_layer, layers)),
        }

    @staticmethod
    def from_json(raw: dict[str, Any]) -> "Adapter":
        return Adapter(raw["r"], raw["lora_alpha"], min(raw["layers_to_transform"]))


def write_full(folder: Path, model: Llama) -> None:
    tensors = {
        FULL_PREFIX + name: p.detach().contiguous() for name, p in model.named_parameters() if "lora_" not in name
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(canonical_json(model.config.to_json()), encoding="utf-8")


def write_adapter(folder: Path, model: Llama, adapter: Adapter, base: str) -> None:
    tensors = {
        f"{ADAPTER_PREFIX}{name}.weight": parameter.detach().contiguous()
        for name, parameter in model.trainable().items()
    }
    save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    text = canonical_json(adapter.to_json(base, model.config.layers))
    (folder / "adapter_config.json").write_text(text, encoding="utf-8")


def read_config(folder: Path) -> ModelConfig:
    return ModelConfig.from_json(json.loads((folder / "config.json").read_text(encoding="utf-8")))


def read_full_tensors(folder: Path) -> dict[str, Tensor]:
    """Parameters by our names, in float32."""
    raw = load_file(folder / "model.safetensors")
    return {name.removeprefix(FULL_PREFIX): tensor.float() for name, tensor in raw.items() if name != "lm_head.weight"}


def build_full(config: ModelConfig, tensors: dict[str, Tensor]) -> Llama:
    """A model that uses these very tensors, without a copy."""
    with torch.device("meta"):
        model = Llama(config)
    model.load_state_dict(tensors, assign=True)
    return model


def build_adapter(config: ModelConfig, base: dict[str, Tensor], folder: Path) -> tuple[Llama, Adapter]:
    """A model on a shared, frozen base; only the adapter's factors are its own."""
    adapter = Adapter.from_json(json.loads((folder / "adapter_config.json").read_text(encoding="utf-8")))
    model = build_full(config, base)
    add_adapters(model, adapter.rank, adapter.alpha, adapter.first_layer, seed=0)
    factors = load_file(folder / "adapter_model.safetensors")
    own = model.trainable()
    with torch.no_grad():
        for name, parameter in own.items():
            parameter.copy_(factors[f"{ADAPTER_PREFIX}{name}.weight"])
    return model, adapter


def write_optimizer(folder: Path, state: State) -> None:
    if state:
        save_file({name: tensor.contiguous() for name, tensor in state.items()}, folder / OPTIMIZER)


def read_optimizer(folder: Path) -> State:
    file = folder / OPTIMIZER
    return load_file(file) if file.is_file() else {}


def link(source: Path, folder: Path) -> None:
    """The same file in another checkpoint: shared where the file system can, because neither ever changes."""
    try:
        os.link(source, folder / source.name)
    except OSError:
        shutil.copyfile(source, folder / source.name)
