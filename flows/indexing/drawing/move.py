"""Figures moved within their intervals by the numbers that the macro index_random draws."""

from __future__ import annotations

import numpy as np

from flows.indexing.drawing.panel import Hash, Indicator, Panel, Real

# DuckDB hashes a number by MurmurHash3's finaliser in two rounds, and joins the hash of a further argument by
# turning what it has and XOR: the number of a cell is that of its unit with its indicator's name joined last.
FACTOR = np.uint64(0xD6E8FEB86659FD93)
HALF, UNUSED = np.uint64(32), np.uint64(11)
UNIT = 2.0**-53


def turned(hashes: Hash) -> Hash:
    """What a further argument's hash is joined to by XOR."""
    return (hashes ^ (hashes >> HALF)) * FACTOR


def unit_keys(data: Hash, panel: Panel) -> Hash:
    """What the hashes of indicators are joined to in each draw of the data (V × S × n)."""
    return turned(turned(turned(data)[:, None, None] ^ panel.unit_hash) ^ panel.period_hash)


class Mover:
    """Draws of the data of one block: the keys of its units, and room to work in."""

    def __init__(self, data: Hash | None, panel: Panel) -> None:
        self.keys = None if data is None else unit_keys(data, panel)
        if self.keys is not None:
            self.hashes, self.spare = np.empty_like(self.keys), np.empty_like(self.keys)

    def values(self, indicator: Indicator) -> Real:
        """Its figures in each draw (V × S × n), or one layer where all draws have the same.

        The layers are overwritten by the next indicator's.
        """
        if self.keys is None or not indicator.moves:
            return indicator.value[None]
        hashes, spare = self.hashes, self.spare
        np.bitwise_xor(self.keys, indicator.code_hash, out=hashes)
        for _ in range(2):
            np.right_shift(hashes, HALF, out=spare)
            np.bitwise_xor(hashes, spare, out=hashes)
            np.multiply(hashes, FACTOR, out=hashes)
        np.right_shift(hashes, HALF, out=spare)
        np.bitwise_xor(hashes, spare, out=hashes)
        np.right_shift(hashes, UNUSED, out=hashes)
        moved = spare.view(np.float64)
        # 53 bits fit a signed number, which is turned into a double faster; the power of two is exact.
        np.multiply(hashes.view(np.int64), indicator.width * UNIT, out=moved)
        np.add(moved, indicator.low, out=moved)
        return moved
