"""PyTorch: a network of a class of your own that reads digits. Run it: `python examples/frameworks/network.py`."""

from typing import Annotated

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

import bridge.models
from bridge import Metrics, Model, flow, task


class Reader(nn.Module):
    """Two layers, from the 64 pixels of a digit to a score for each of ten."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(64, width)
        self.scores = nn.Linear(width, 10)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.scores(torch.relu(self.hidden(pixels)))


@task
def load_data() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    pixels, digits = load_digits(return_X_y=True)
    pixels = (pixels / 16).astype("float32")
    return tuple(train_test_split(pixels, digits, test_size=0.25, random_state=0))


@task
def train(pixels: np.ndarray, digits: np.ndarray, width: int, rounds: int) -> Annotated[Reader, Model("digits")]:
    torch.manual_seed(0)
    model, loss_of = Reader(width), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    inputs, answers = torch.from_numpy(pixels), torch.from_numpy(digits)
    for _ in range(rounds):
        optimizer.zero_grad()
        loss_of(model(inputs), answers).backward()
        optimizer.step()
    return model.eval()


@task
def evaluate(model: Reader, pixels: np.ndarray, digits: np.ndarray) -> Annotated[dict[str, float], Metrics()]:
    with torch.no_grad():
        read = model(torch.from_numpy(pixels)).argmax(dim=1).numpy()
    return {"accuracy": float((read == digits).mean())}


@flow
def read_digits(width: int = 64, rounds: int = 60) -> dict[str, float]:
    train_pixels, test_pixels, train_digits, test_digits = load_data()
    model = train(train_pixels, train_digits, width, rounds)
    return evaluate(model, test_pixels, test_digits)


if __name__ == "__main__":
    metrics = read_digits()
    model = bridge.models.get("digits")
    print(f"{model.uri}: accuracy {metrics['accuracy']:.3f}, trained on {model.details.data[0]}")
    print("Look at it: bridge models show digits")
