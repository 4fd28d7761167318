"""Attention in blocks: the one arithmetic in which a position attends when it is sampled and when it is trained on.

A sum in floating point depends on its order, and a library chooses the order by the shape of the work. So the shape is
fixed by the position alone: tokens are read in pieces that end at multiples of `BLOCK`, and each piece sees exactly as
many key columns as its end needs, rounded up to `BLOCK`. Whoever keeps to it gets the same bits, whatever else is
computed beside it: a rollout that is done again takes the same turn, and training finds the log-probability that was
sampled.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

BLOCK = 128
# The library cuts queries into groups of this size; a shorter rest would go through another kernel.
READ_ROWS = 32


@dataclass(frozen=True)
class Cut:
    """Positions from start to before end, of one block; `bias`: 0 where a folded query sees a column, else -inf."""

    start: int
    end: int
    bias: Tensor


def cuts(start: int, end: int, shared: int, context: int) -> list[Cut]:
    """The pieces in which positions start … end are read; `shared` queries share a key."""
    edges = [start, *range(end_of_block(start), end, BLOCK), end]
    return [
        Cut(first, last, read_mask(first, last, columns_of(last, context), shared)) for first, last in pairwise(edges)
    ]


def end_of_block(position: int) -> int:
    """Where the block of this position ends."""
    return (position // BLOCK + 1) * BLOCK


def columns_of(end: int, context: int) -> int:
    """How many key columns a piece sees that ends before position `end`."""
    return min(-(-end // BLOCK) * BLOCK, context)


def read_mask(start: int, end: int, columns: int, shared: int) -> Tensor:
    """Mask of a piece with each row repeated for the queries that share a key, filled up to whole groups of 32."""
    count = (end - start) * shared
    positions = torch.full((-(-count // READ_ROWS) * READ_ROWS,), end)
    positions[:count] = torch.arange(start, end).repeat_interleave(shared)
    return mask_after(positions, columns)


def mask_after(positions: Tensor, columns: int) -> Tensor:
    """[rows, columns]: 0 where a position sees a column, minus infinity after it."""
    hidden = torch.arange(columns)[None] > positions[:, None]
    return torch.zeros(positions.shape[0], columns).masked_fill_(hidden, float("-inf"))


def piece_attention(queries: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> Tensor:
    """[rows, heads, count, head size] over [rows, key heads, columns, head size] → the shape of the queries."""
    rows, heads, count, size = queries.shape
    key_heads = keys.shape[1]
    # The queries that share a key become rows of one product; filling rows stand at the end.
    folded = queries.reshape(rows, key_heads, -1, count, size).transpose(2, 3).flatten(2, 3)
    filled = F.pad(folded, (0, 0, 0, bias.shape[0] - folded.shape[2]))
    mixed = F.scaled_dot_product_attention(filled, keys, values, bias)[:, :, : folded.shape[2]]
    return mixed.view(rows, key_heads, count, -1, size).transpose(2, 3).reshape(rows, heads, count, size)


def attention_in_blocks(q: Tensor, k: Tensor, v: Tensor, pieces: list[Cut]) -> Tensor:
    """Queries [rows, heads, length, head size] of these pieces over all keys from position 0 on → the same shape."""
    first = pieces[0].start
    parts = []
    for piece in pieces:
        missing = max(0, piece.bias.shape[1] - k.shape[2])
        keys, values = (F.pad(x[:, :, : piece.bias.shape[1]], (0, 0, 0, missing)) for x in (k, v))
        parts.append(piece_attention(q[:, :, piece.start - first : piece.end - first], keys, values, piece.bias))
    return torch.cat(parts, 2)
