"""What pymcdm says of the ten random matrices of test_oracles.py, recorded beside the tests.

    python -m tests.indexing.pymcdm_weights > tests/fixtures/pymcdm_weights.csv

Recorded because pymcdm brings a plotting and a scientific stack that nothing else here needs: run it in an
environment that has pymcdm 1.4 to make the file again.
"""

from __future__ import annotations

import csv
import sys


def main() -> None:
    import numpy as np
    from pymcdm.weights import critic_weights, entropy_weights

    from tests.indexing.test_oracles import drawn

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["matrix", "column", "entropy", "critic"])
    for seed in range(10):
        matrix = np.array(drawn(seed)).T
        pairs = zip(entropy_weights(matrix), critic_weights(matrix), strict=True)
        for column, (entropy, critic) in enumerate(pairs):
            writer.writerow([seed, column, repr(float(entropy)), repr(float(critic))])


if __name__ == "__main__":
    main()
