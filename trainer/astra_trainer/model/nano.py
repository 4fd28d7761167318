"""The nano policy: a Llama of less than a million parameters over the real chat text, made from scratch."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from astra_trainer.hashing import derive_seed
from astra_trainer.model.chat import texts_between_marks
from astra_trainer.model.config import ModelConfig
from astra_trainer.model.llama import Llama
from astra_trainer.model.tokenizer import PAD, PolicyTokenizer, train_tokenizer

# Beyond this many rows a vocabulary of some hundred merges does not change any more.
TOKENIZER_ROWS = 2000


@dataclass(frozen=True)
class NanoShape:
    vocab_size: int = 704
    hidden_size: int = 128
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    context: int = 1024


def nano_tokenizer(rows: Iterable[dict[str, Any]], vocab_size: int) -> PolicyTokenizer:
    texts: list[str] = []
    for count, row in enumerate(rows):
        if count == TOKENIZER_ROWS:
            break
        texts += texts_between_marks(row["messages"], row.get("tools"))
    return PolicyTokenizer(train_tokenizer(texts, vocab_size))


def nano_model(tokenizer: PolicyTokenizer, shape: NanoShape, seed: int) -> Llama:
    """Weights drawn from the seed; what it says before training is noise."""
    config = ModelConfig(
        vocab_size=tokenizer.vocab_size,
        hidden_size=shape.hidden_size,
        # 8/3 of the width as in Llama, in whole vectors of the processor.
        intermediate_size=-(-shape.hidden_size * 8 // 3 // 32) * 32,
        layers=shape.layers,
        heads=shape.heads,
        kv_heads=shape.kv_heads,
        context=shape.context,
        eos_token_id=tokenizer.end_of_turn,
        pad_token_id=tokenizer.markup(PAD)[0],
    )
    config.check()
    model = Llama(config)
    model.initialise(derive_seed("nano", seed))
    return model
