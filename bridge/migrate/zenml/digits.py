"""The digits that ZenML's first examples learn to read: scikit-learn's, flat, the first half to learn from."""

from __future__ import annotations

from typing import Any


def get_digits() -> tuple[Any, Any, Any, Any]:
    """Images and numbers: `X_train, X_test, y_train, y_test`."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    images, numbers = load_digits(return_X_y=True)
    train, test, known, asked = train_test_split(images, numbers, test_size=0.5, shuffle=False)
    return train, test, known, asked


def get_digits_model() -> Any:
    """A classifier that learns them."""
    from sklearn.svm import SVC

    return SVC(gamma=0.001)
