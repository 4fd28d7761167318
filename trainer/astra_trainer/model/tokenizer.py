"""Text to ids and back, and the making of a small vocabulary from a policy's own training rows."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

END_OF_TURN = "<|im_end|>"
START_OF_TURN = "<|im_start|>"
PAD = "<pad>"
ROLES = ("system", "user", "assistant", "tool")
CALL_OPEN, CALL_CLOSE = "<tool_call>", "</tool_call>"


class PolicyTokenizer:
    """One vocabulary with two ways in: `markup` recognises special tokens, `plain` never does."""

    def __init__(self, json_text: str) -> None:
        self._markup = Tokenizer.from_str(json_text)
        # What a tool or a user says must not be able to end a turn: without added tokens "<|im_end|>" is ordinary text.
        self._plain = Tokenizer.from_str(
            json.dumps(json.loads(json_text) | {"added_tokens": [], "post_processor": None})
        )
        self.json_text = json_text
        self.vocab_size = self._markup.get_vocab_size()
        end = self._markup.token_to_id(END_OF_TURN)
        if end is None or self._markup.token_to_id(START_OF_TURN) is None:
            raise ValueError(f"the tokenizer has no {START_OF_TURN} and {END_OF_TURN}: it is not of the ChatML family")
        self.end_of_turn: int = end

    @staticmethod
    def load(path: Path) -> "PolicyTokenizer":
        return PolicyTokenizer(path.read_text(encoding="utf-8"))

    def markup(self, text: str) -> list[int]:
        return self._markup.encode(text, add_special_tokens=False).ids

    def plain(self, text: str) -> list[int]:
        return self._plain.encode(text, add_special_tokens=False).ids

    def decode(self, ids: list[int]) -> str:
        return self._markup.decode(ids, skip_special_tokens=False)

    def token_text(self, token: int) -> str:
        """The text of one token by itself; bytes that are no whole character come out as the replacement mark."""
        return self.decode([token])


def train_tokenizer(texts: Iterable[str], vocab_size: int) -> str:
    """A byte-level BPE for a policy made from scratch, as the text of a `tokenizer.json`.

    Capitalised words and digits stand alone, so that a name has the same tokens in a question and inside JSON and can
    be copied; everything else merges freely over spaces and brackets, so that a whole tool call is a dozen tokens. The
    head of each turn is one token. `texts` are what stands between the marks; a mark inside one is left out, because a
    merge that spells it would let ordinary text end a turn.
    """
    tokenizer = Tokenizer(models.BPE())
    alone = pre_tokenizers.Split(Regex("[A-Z][a-z]+|[0-9]"), "isolated")
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([alone, byte_level])
    tokenizer.decoder = decoders.ByteLevel()
    heads = [f"{before}{START_OF_TURN}{role}\n" for before in ("", "\n") for role in ROLES]
    special = [PAD, END_OF_TURN, START_OF_TURN, CALL_OPEN, CALL_CLOSE, *heads]
    marks = re.compile("|".join(re.escape(mark) for mark in (PAD, END_OF_TURN, START_OF_TURN, CALL_OPEN, CALL_CLOSE)))
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=special,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator((part for text in texts for part in marks.split(text) if part), trainer)
    return tokenizer.to_str()
