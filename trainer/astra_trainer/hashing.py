"""Identities and seeds: canonical JSON, SHA-256, and random numbers that depend on names instead of on history."""

import hashlib
import json
from pathlib import Path
from typing import Any

SEED_LIMIT = 2**53


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values give equal texts. NaN is refused."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_value(value: Any) -> str:
    return sha256_text(canonical_json(value))


def sha256_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def derive_seed(*parts: int | str) -> int:
    """A seed in 0 … 2^53-1 from names and numbers. No global stream: what ran before never matters."""
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") % SEED_LIMIT
