"""A trained model: how much each feature speaks for a category, and how certain a sum of these is."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from .features import FEATURES, VERSION


class Unreadable(Exception):
    """A body that is no model, or one of another version; says why."""


@dataclass(frozen=True, slots=True)
class Model:
    """Linear, one against the rest: `weights` has a row for each feature and a column for each category.

    `scales` are the two numbers of each category that make a probability of a sum (Platt): slope and offset.
    """

    categories: tuple[str, ...]
    weights: Any
    scales: Any
    articles: int

    def certainties(self, features: Any) -> Any:
        """The probability that each row belongs to each category, float64."""
        slopes, offsets = self.scales
        return 1 / (1 + np.exp(-np.clip(features @ self.weights * slopes + offsets, -500, 500)))

    def body(self) -> bytes:
        """As it is kept: a numpy archive without pickles, the same bytes for the same model."""
        about = json.dumps({"version": VERSION, "categories": self.categories, "articles": self.articles})
        kept = io.BytesIO()
        about_bytes = np.frombuffer(about.encode(), np.uint8)
        np.savez_compressed(kept, about=about_bytes, weights=self.weights, scales=self.scales)
        return kept.getvalue()


def model(body: bytes) -> Model:
    """The model of a `body`; raises Unreadable."""
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as kept:
            about = json.loads(kept["about"].tobytes())
            if about["version"] != VERSION:
                raise Unreadable("another version of this program made it")
            found = Model(tuple(map(str, about["categories"])), kept["weights"], kept["scales"], int(about["articles"]))
    except Unreadable:
        raise
    except Exception as error:
        # Checksums come last: before, damage may raise anything that reading headers or inflating can.
        raise Unreadable(f"it is damaged: {error!r}"[:200]) from error
    count = len(found.categories)
    shapes = (found.weights.shape, found.weights.dtype, found.scales.shape, found.scales.dtype)
    if shapes != ((FEATURES, count), np.float32, (2, count), np.float64):
        raise Unreadable("it is damaged: its parts do not fit together")
    if not (np.isfinite(found.weights).all() and np.isfinite(found.scales).all()):
        raise Unreadable("it is damaged: not all of it is numbers")
    return found
