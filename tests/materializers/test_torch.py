from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bridge.domain.errors import UnreadableError, UnstorableError
from bridge.materializers import for_format, is_unsafe
from bridge.materializers.torch_module import TorchModule
from bridge.materializers.torch_tensors import Tensors
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers.trips import format_of, store, trip

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")
nn = torch.nn


def equal(left, right):
    if type(left) is not type(right):
        return False
    if isinstance(right, dict):
        told = getattr(left, "_metadata", None) == getattr(right, "_metadata", None)
        return told and list(left) == list(right) and all(equal(left[name], right[name]) for name in right)
    same = left.dtype == right.dtype and left.shape == right.shape and left.requires_grad == right.requires_grad
    raw = [each.detach().contiguous().view(-1).view(torch.uint8) if each.numel() else each for each in (left, right)]
    return same and torch.equal(*raw)


class TestTensors(MaterializerContract):
    format, materializer = "safetensors", Tensors()

    def values(self):
        grid = torch.arange(12.0).reshape(3, 4)
        module = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
        for parameter in module.parameters():
            nn.init.ones_(parameter)
        kinds = [torch.bfloat16, torch.float16, torch.float64, torch.int8, torch.uint8, torch.bool, torch.complex64]
        return [
            grid,
            grid.T,
            grid[::2, 1:],
            grid.expand(2, 3, 4),
            torch.tensor(1.5),
            torch.empty(0, 3),
            torch.ones(2, requires_grad=True),
            nn.Parameter(torch.ones(2)),
            nn.Parameter(torch.ones(2), requires_grad=False),
            torch.tensor([1 + 2j]).conj().resolve_conj(),
            module.state_dict(),
            module.state_dict(keep_vars=True),
            {"é": grid, "": torch.ones(1)},
            *(torch.ones(3).to(kind) for kind in kinds),
        ]

    def same(self, left, right):
        return equal(left, right)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(5, 4)
        self.out = nn.Linear(4, 5, bias=False)
        self.out.weight = self.embed.weight
        self.register_buffer("mean", torch.zeros(4), persistent=False)
        self.note = "é"

    def forward(self, x):
        return self.out(self.embed(x) - self.mean)


class TestTorchModule(MaterializerContract):
    format, materializer, deterministic = "torch-module", TorchModule(), True

    def values(self):
        torch.manual_seed(0)
        return [nn.Linear(2, 3), nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Dropout()).eval(), Net(), nn.ReLU()]

    def same(self, left, right):
        same = equal(left.state_dict(), right.state_dict()) and left.training == right.training
        return type(left) is type(right) and repr(left) == repr(right) and same


@given(hnp.arrays(st.sampled_from(["f4", "f8", "i8", "?", "c8", "f2"]), hnp.array_shapes(min_dims=0, min_side=0)))
def test_any_tensor_comes_back_bit_for_bit(array):
    tensor = torch.from_numpy(array.copy())
    assert equal(trip(tensor), tensor)


def test_a_conjugate_that_is_not_worked_out_yet_is_stored_as_its_values():
    tensor = torch.tensor([1 + 2j]).conj()
    assert tensor.is_conj() and trip(tensor).tolist() == [1 - 2j]


def test_tied_weights_are_stored_once_and_stay_one_tensor():
    state = Net().state_dict(keep_vars=True)
    files = store(state)[1]
    loaded = trip(state)
    assert loaded["embed.weight"] is loaded["out.weight"]
    assert len(files["value.safetensors"]) < 2 * 4 * 20 + 900
    net = trip(Net())
    assert net.out.weight is net.embed.weight


def test_views_of_one_memory_are_stored_each_with_its_own_values():
    base = torch.arange(6.0)
    state = {"whole": base, "grid": base.view(2, 3), "tail": base[3:]}
    assert format_of(state) == "safetensors" and equal(trip(state), state)


def test_the_file_is_what_safetensors_itself_reads():
    from safetensors.torch import load

    assert torch.equal(load(store({"a": torch.ones(2)})[1]["value.safetensors"])["a"], torch.ones(2))


def test_a_checkpoint_with_an_optimizer_is_stored_by_member_without_pickle():
    net = nn.Linear(2, 1)
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    checkpoint = {"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}
    loaded = trip(checkpoint)
    assert format_of(checkpoint) == "members" and loaded["epoch"] == 3
    other = torch.optim.Adam(nn.Linear(2, 1).parameters())
    other.load_state_dict(loaded["optimizer"])
    assert torch.equal(other.state_dict()["state"][0]["exp_avg"], optimizer.state_dict()["state"][0]["exp_avg"])


def test_a_module_keeps_working_and_learning():
    net = trip(Net())
    before = net(torch.tensor([1])).detach()
    loss = net(torch.tensor([1])).sum()
    loss.backward()
    torch.optim.SGD(net.parameters(), 0.1).step()
    assert not torch.equal(net(torch.tensor([1])).detach(), before)
    assert is_unsafe("torch-module") and not is_unsafe("safetensors")


def test_a_module_of_a_function_inside_is_stored_too():
    class Local(nn.Module):
        def forward(self, x):
            return x * 2

    assert trip(Local())(torch.ones(1)).tolist() == [2.0]


def test_a_module_that_holds_what_cannot_be_pickled_says_what_to_return():
    net = nn.Linear(1, 1)
    net.lock = __import__("threading").Lock()
    with pytest.raises(UnstorableError, match="state_dict"):
        store(net)


@pytest.mark.parametrize(
    "tensor",
    [
        torch.eye(3).to_sparse(),
        torch.ones(2, dtype=torch.complex128),
        torch.ones(2).as_subclass(type("Mine", (torch.Tensor,), {})),
    ],
    ids=["sparse", "complex128", "subclass"],
)
def test_what_safetensors_does_not_hold_is_pickled(tensor):
    assert format_of(tensor) == "pickle"


def test_a_tensor_with_attributes_keeps_them():
    tensor = torch.ones(2)
    tensor.note = "mine"
    assert trip(tensor).note == "mine"


def test_a_dictionary_with_more_than_tensors_is_stored_by_member():
    value = {"weights": torch.ones(2), "epoch": 3, 1: np.zeros(2)}
    assert format_of(value) == "members" and trip(value)["weights"].tolist() == [1, 1]
    assert format_of({}) == "json" and format_of(OrderedDict(a=1)) == "json+tagged"


def test_a_file_cut_short_at_any_place_is_refused():
    data = store({"a": torch.ones(4), "b": torch.zeros(2)})[1]["value.safetensors"]
    for length in range(0, len(data), 5):
        with pytest.raises(UnreadableError):
            load_files(Tensors(), {"value.safetensors": data[:length]})


@given(st.binary(max_size=100))
def test_junk_is_refused_as_unreadable(junk):
    with pytest.raises(UnreadableError):
        load_files(Tensors(), {"value.safetensors": junk})


def test_a_file_of_safetensors_that_bridge_did_not_write_is_refused_not_guessed():
    from safetensors.torch import save

    with pytest.raises(UnreadableError):
        load_files(for_format("safetensors"), {"value.safetensors": save({"a": torch.ones(1)})})
