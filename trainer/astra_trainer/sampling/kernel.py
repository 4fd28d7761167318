"""One forward pass over a key-value cache in which a row's result never depends on its neighbours.

If a row's last bits changed with the number of rows that happen to run beside it, a rollout that is done again after a
crash could take another turn. Two rules keep every row the same to the last bit, and a test holds them on the machine
at hand: attention is that of `model/blocks.py`, and no matrix product has fewer than four rows (below that the library
chooses another kernel).

By the same rules reading a prompt at once, or what is left of it after a cached beginning, or token by token, gives the
same bits. So the cache of beginnings changes nothing but time.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from astra_trainer.model.blocks import columns_of, end_of_block, mask_after, piece_attention, read_mask
from astra_trainer.model.llama import rms_norm, rotate
from astra_trainer.sampling.cache import KeyValueCache
from astra_trainer.sampling.weights import SamplerWeights

LEAST_ROWS = 4

Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Piece:
    """Tokens of one slot that lie within one block."""

    slot: int
    ids: list[int]
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.ids)


@dataclass(frozen=True)
class Reading:
    """A prompt whose first `start` tokens are in the cache of its slot."""

    slot: int
    ids: list[int]
    start: int

    def first_piece(self) -> Piece:
        end = min(len(self.ids), end_of_block(self.start))
        return Piece(self.slot, self.ids[self.start : end], self.start)


class Kernel:
    def __init__(self, weights: SamplerWeights, slots: int) -> None:
        self.weights = weights
        self.config = weights.config
        self.cache = KeyValueCache(weights.config, slots)

    def read(self, slot: int, ids: list[int], start: int) -> Tensor:
        """Reads ids[start:] into a slot whose first `start` positions are in the cache; → logits after the last one."""
        return self.read_many([Reading(slot, ids, start)])[0]

    @torch.inference_mode()
    def read_many(self, readings: list[Reading]) -> Tensor:
        """Reads into several slots at once; → logits [readings, vocabulary] after the last token of each."""
        if any(reading.start >= len(reading.ids) for reading in readings):
            raise ValueError("nothing to read: at least one token must be left to compute")
        last = torch.zeros(len(readings), self.config.hidden_size)
        under_way = list(enumerate(readings))
        while under_way:
            pieces = [reading.first_piece() for _, reading in under_way]
            ends = self._read_pieces(pieces)
            rest = []
            for (place, reading), piece, end in zip(under_way, pieces, ends, strict=True):
                if piece.end == len(reading.ids):
                    last[place] = end
                else:
                    rest.append((place, Reading(reading.slot, reading.ids, piece.end)))
            under_way = rest
        return self._logits(last)[-len(readings) :]

    def _read_pieces(self, pieces: list[Piece]) -> Tensor:
        """One piece for each of several slots, their rows in one product; → hidden states after the last of each."""
        config = self.config
        shared = config.queries_per_key
        counts = [len(piece.ids) for piece in pieces]
        total = max(sum(counts), LEAST_ROWS)
        token, positions = torch.zeros(total, dtype=torch.long), torch.zeros(total, dtype=torch.long)
        token[: sum(counts)] = torch.tensor([one for piece in pieces for one in piece.ids])
        positions[: sum(counts)] = torch.cat([torch.arange(piece.start, piece.end) for piece in pieces])
        firsts = [sum(counts[:place]) for place in range(len(counts))]
        seen = [columns_of(piece.end, config.context) for piece in pieces]
        biases = [read_mask(one.start, one.end, columns, shared) for one, columns in zip(pieces, seen, strict=True)]

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            mixed = torch.zeros(total, config.hidden_size)
            for piece, first, count, columns, bias in zip(pieces, firsts, counts, seen, biases, strict=True):
                keys, values = self.cache.keys[layer][piece.slot], self.cache.values[layer][piece.slot]
                own = slice(first, first + count)
                keys[:, piece.start : piece.end] = k[own].transpose(0, 1)
                values[:, piece.start : piece.end] = v[own].transpose(0, 1)
                part = piece_attention(
                    q[own].transpose(0, 1)[None], keys[None, :, :columns], values[None, :, :columns], bias
                )
                mixed[own] = part[0].transpose(0, 1).reshape(count, -1)
            return mixed

        hidden = self._trunk(token, positions, attend)
        return hidden[[first + count - 1 for first, count in zip(firsts, counts, strict=True)]]

    @torch.inference_mode()
    def step(self, slots: Tensor, tokens: Tensor, lengths: Tensor) -> Tensor:
        """One token for each of these slots (rising), at position `lengths`; → logits [slots, vocabulary]."""
        span = int(slots[-1]) + 1
        if slots.shape[0] * 2 < span:
            return self._step(slots, tokens, lengths, lengths, in_place=False)
        # Mostly full: computing the slots at rest too is cheaper than copying the others together.
        all_tokens, all_lengths = torch.zeros(span, dtype=torch.long), torch.zeros(span, dtype=torch.long)
        places = torch.full((span,), self.config.context)
        all_tokens[slots], all_lengths[slots], places[slots] = tokens, lengths, lengths
        return self._step(torch.arange(span), all_tokens, all_lengths, places, in_place=True)[slots]

    def _step(self, slots: Tensor, tokens: Tensor, lengths: Tensor, places: Tensor, in_place: bool) -> Tensor:
        config = self.config
        count, shared = tokens.shape[0], config.queries_per_key
        rows = max(count, LEAST_ROWS)
        token = torch.zeros(rows, dtype=torch.long)
        token[:count] = tokens
        positions = torch.zeros(rows, dtype=torch.long)
        positions[:count] = lengths
        buckets = self._buckets(lengths)

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            keys, values = self.cache.keys[layer], self.cache.values[layer]
            keys[slots, :, places] = k[:count]
            values[slots, :, places] = v[:count]
            queries = torch.zeros(count, config.kv_heads, max(shared, LEAST_ROWS), config.head_size)
            queries[:, :, :shared] = q[:count].view(count, config.kv_heads, shared, -1)
            mixed = torch.zeros(rows, config.hidden_size)
            for members, columns, bias in buckets:
                source = members if in_place else slots[members]
                seen_keys, seen_values = keys[source, :, :columns], values[source, :, :columns]
                part = F.scaled_dot_product_attention(queries[members], seen_keys, seen_values, bias)
                mixed[members] = part[:, :, :shared].reshape(part.shape[0], -1)
            return mixed

        return self._logits(self._trunk(token, positions, attend))[:count]

    def _buckets(self, lengths: Tensor) -> list[tuple[slice | Tensor, int, Tensor]]:
        """Rows by the key columns they see, with their masks. A slice stands for all rows: it is not copied."""
        needs = torch.tensor([columns_of(length + 1, self.config.context) for length in lengths.tolist()])
        buckets: list[tuple[slice | Tensor, int, Tensor]] = []
        different = sorted(set(needs.tolist()))
        for columns in different:
            members = slice(0, lengths.shape[0]) if len(different) == 1 else torch.nonzero(needs == columns)[:, 0]
            buckets.append((members, columns, mask_after(lengths[members], columns)[:, None, None]))
        return buckets

    def _trunk(self, token: Tensor, positions: Tensor, attend: Attend) -> Tensor:
        config = self.config
        rows = token.shape[0]
        x = F.embedding(token, self.weights.embedding)
        cos, sin = self.weights.cos[positions][:, None], self.weights.sin[positions][:, None]
        sizes = [config.hidden_size, config.kv_heads * config.head_size, config.kv_heads * config.head_size]
        for index, layer in enumerate(self.weights.layers):
            q, k, v = layer.qkv(rms_norm(x, layer.input_norm, config.norm_eps)).split(sizes, -1)
            q = rotate(q.view(rows, config.heads, -1), cos, sin)
            k = rotate(k.view(rows, config.kv_heads, -1), cos, sin)
            v = v.view(rows, config.kv_heads, -1)
            x = x + layer.out(attend(index, q, k, v))
            gate, up = layer.gate_up(rms_norm(x, layer.post_norm, config.norm_eps)).chunk(2, -1)
            x = x + layer.down(F.silu(gate) * up)
        return rms_norm(x, self.weights.norm, config.norm_eps)

    def _logits(self, hidden: Tensor) -> Tensor:
        if hidden.shape[0] < LEAST_ROWS:
            hidden = torch.cat([torch.zeros(LEAST_ROWS - hidden.shape[0], hidden.shape[1]), hidden])
        return self.weights.logits(hidden)
