"""Keras, on TensorFlow unless KERAS_BACKEND says otherwise: layers that tell irises apart.

Run it: `python examples/frameworks/layers.py`.
"""

from typing import Annotated

import keras
import numpy as np
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

import bridge.models
from bridge import Metrics, Model, flow, task


@task
def load_data() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    flowers, kinds = load_iris(return_X_y=True)
    return tuple(train_test_split(flowers.astype("float32"), kinds, test_size=0.25, stratify=kinds, random_state=0))


@task
def train(flowers: np.ndarray, kinds: np.ndarray, epochs: int) -> Annotated[keras.Model, Model("irises")]:
    keras.utils.set_random_seed(0)
    layers = [keras.Input((4,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(3, "softmax")]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    model.fit(flowers, kinds, epochs=epochs, verbose=0)
    return model


@task
def evaluate(model: keras.Model, flowers: np.ndarray, kinds: np.ndarray) -> Annotated[dict[str, float], Metrics()]:
    told = model.predict(flowers, verbose=0).argmax(axis=1)
    return {"accuracy": float((told == kinds).mean())}


@flow
def tell_irises_apart(epochs: int = 30) -> dict[str, float]:
    train_flowers, test_flowers, train_kinds, test_kinds = load_data()
    model = train(train_flowers, train_kinds, epochs)
    return evaluate(model, test_flowers, test_kinds)


if __name__ == "__main__":
    metrics = tell_irises_apart()
    model = bridge.models.get("irises")
    print(f"{model.uri}: accuracy {metrics['accuracy']:.3f}, trained on {model.details.data[0]}")
    print("Look at it: bridge models show irises")
