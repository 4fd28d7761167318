"""The weights of a policy as the sampler reads them: a copy, laid out for one forward pass after the other."""

from dataclasses import dataclass

import torch
from torch import Tensor

from astra_trainer.model.config import ModelConfig
from astra_trainer.model.llama import Linear, Llama
from astra_trainer.sampling.product import Product, is_packed, product


@dataclass(frozen=True)
class LayerWeights:
    input_norm: Tensor
    qkv: Product
    out: Product
    post_norm: Tensor
    gate_up: Product
    down: Product


@dataclass(frozen=True)
class SamplerWeights:
    """Adapters folded in, products that share their input joined."""

    config: ModelConfig
    embedding: Tensor
    layers: list[LayerWeights]
    norm: Tensor
    logits: Product
    cos: Tensor
    sin: Tensor


@torch.no_grad()
def sampler_weights(model: Llama, packed: bool | None = None) -> SamplerWeights:
    """A copy: training may go on in the model it was taken from. `packed`: their layout, chosen by size if absent."""
    packed = is_packed(model.config.hidden_size) if packed is None else packed

    def join(*parts: Linear) -> Product:
        return product(torch.cat([part.merged() for part in parts]), packed)

    layers = [
        LayerWeights(
            input_norm=block.input_layernorm.weight.detach().clone(),
            qkv=join(block.self_attn.q_proj, block.self_attn.k_proj, block.self_attn.v_proj),
            out=join(block.self_attn.o_proj),
            post_norm=block.post_attention_layernorm.weight.detach().clone(),
            gate_up=join(block.mlp.gate_proj, block.mlp.up_proj),
            down=join(block.mlp.down_proj),
        )
        for block in model.layers
    ]
    embedding = model.embed_tokens.weight.detach().clone()
    return SamplerWeights(
        config=model.config,
        embedding=embedding,
        layers=layers,
        norm=model.norm.weight.detach().clone(),
        logits=product(embedding, packed),
        cos=model.cos,
        sin=model.sin,
    )
