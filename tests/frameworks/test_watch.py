"""A tensor that was changed in place is told from one that was not, in every way that torch has to change one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bridge.flows.caching import watch as watching
from bridge.flows.caching.watch import watch

torch: Any = pytest.importorskip("torch")

LARGE = 1 << 19
"""Elements of a tensor that the kernel watches: 2 MiB."""


@pytest.fixture(params=["pages", "hashing"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "hashing":
        monkeypatch.setattr(watching._opened, "pages", None)
        monkeypatch.setattr(watching._opened, "_asked", True)
    elif watching._opened.get() is None:
        pytest.skip("this kernel has no asynchronous write protection, or does not allow it")
    return str(request.param)


def numbers() -> Any:
    return torch.arange(LARGE, dtype=torch.float32)


def layer() -> Any:
    return torch.nn.Linear(4, 3)


def _step(model: Any) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    model(torch.ones(2, 4)).sum().backward()
    optimiser.step()


def _without_gradient(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def changing(value: Any) -> None:
        with torch.no_grad():
            change(value)

    return changing


CHANGES: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "an element": (numbers, lambda value: value.__setitem__(1234, -1)),
    "the last element": (numbers, lambda value: value.__setitem__(-1, -1)),
    "an element of a small tensor": (lambda: torch.zeros(3), lambda value: value.__setitem__(0, 1)),
    "all elements": (numbers, lambda value: value.mul_(2)),
    "an element of a view": (numbers, lambda value: value[1000:2000].fill_(7)),
    "an element through numpy": (numbers, lambda value: value.numpy().__setitem__(99, -1)),
    "an element of a tensor with a gradient": (
        lambda: numbers().requires_grad_(),
        _without_gradient(lambda value: value.__setitem__(5, -1)),
    ),
    "an element of a transposed tensor": (
        lambda: numbers().reshape(2, -1).t(),
        lambda value: value.__setitem__((5, 1), -1),
    ),
    "an element of a tensor of bfloat16": (
        lambda: numbers().to(torch.bfloat16),
        lambda value: value.__setitem__(0, 9),
    ),
    "the shape": (numbers, lambda value: value.resize_(2, LARGE // 2)),
    "whether it has a gradient": (numbers, lambda value: value.requires_grad_()),
    "the data": (numbers, lambda value: setattr(value, "data", torch.zeros(LARGE))),
    "a sparse tensor": (
        lambda: torch.eye(50).to_sparse(),
        lambda value: value._values().__setitem__(0, 9.0),
    ),
    "a tensor in a dictionary": (lambda: {"x": numbers()}, lambda value: value["x"].add_(1)),
    "a tensor in a list of tensors": (lambda: [numbers(), torch.zeros(3)], lambda value: value[1].add_(1)),
    "a parameter": (lambda: torch.nn.Parameter(numbers()), _without_gradient(lambda value: value.add_(1))),
    "a module's weight": (layer, _without_gradient(lambda value: value.weight.add_(1))),
    "a module by a step of training": (layer, _step),
    "a module's state": (lambda: layer().state_dict(), lambda value: value["bias"].add_(1)),
    "a data set": (
        lambda: torch.utils.data.TensorDataset(numbers()),
        lambda value: value.tensors[0].add_(1),
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen_of(what: str, way: str) -> None:
    make, change = CHANGES[what]
    value = make()
    before = watch(value)
    if before is None:
        return  # it runs every time, which is no stale hit
    before.is_untouched(value)
    change(value)
    assert not before.is_untouched(value)


@pytest.mark.parametrize(
    "make",
    [numbers, lambda: {"x": numbers()}, layer, lambda: torch.nn.Parameter(numbers())],
    ids=["a tensor", "a dictionary", "a module", "a parameter"],
)
def test_reading_is_no_change_of(make: Callable[[], Any], way: str) -> None:
    value = make()
    before = watch(value)
    assert before is not None
    repr(value)
    assert before.is_untouched(value)
    assert before.is_untouched(value)
