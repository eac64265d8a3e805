"""What counts as suspicious: a helper that one task of `screening.py` reaches."""

import numpy as np


def is_suspicious(probability: np.ndarray) -> np.ndarray:
    """Which of the probabilities that a tumour is malignant a doctor should look at."""
    return probability > 0.5
