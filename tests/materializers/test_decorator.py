from __future__ import annotations

import pytest

import bridge
from bridge.materializers import for_value, formats
from bridge.materializers.families import registry
from tests.materializers.trips import format_of, store, trip


class Graph:
    def __init__(self, edges):
        self.edges = edges


class Tree(Graph): ...


@pytest.fixture(autouse=True)
def _put_back():
    before = registry._all
    yield
    registry._all = before


def written(**parts):
    def save(self, value, sink):
        with sink.open("edges.txt") as file:
            file.write(repr(value.edges).encode())
        return {"edges": len(value.edges)}

    def load(self, source):
        with source.open("edges.txt") as file:
            return Graph(eval(file.read()))

    return type("GraphFile", (), {"format": "graph", "save": save, "load": load, **parts})


def test_values_of_a_projects_own_type_are_stored_by_its_own_class():
    cls = bridge.materializer(Graph)(written())
    format, files, facts = store(Graph([(1, 2)]))
    assert cls.__name__ == "GraphFile" and (format, facts) == ("graph", {"edges": 1})
    assert files == {"edges.txt": b"[(1, 2)]"} and trip(Graph([(1, 2)])).edges == [(1, 2)]


def test_a_subclass_is_not_taken_for_its_parent():
    bridge.materializer(Graph)(written())
    assert format_of(Tree([])) == "pickle"


def test_a_class_that_decides_itself_is_asked():
    bridge.materializer()(written(handles=lambda self, value: isinstance(value, Graph)))
    assert format_of(Tree([])) == "graph"


def test_members_of_a_container_are_stored_by_it_too():
    bridge.materializer(Graph)(written())
    assert format_of({"graph": Graph([]), "n": 1}) == "members"


def test_registering_again_replaces_as_when_a_module_is_loaded_again():
    bridge.materializer(Graph)(written())
    count = len(formats())
    bridge.materializer(Graph)(written())
    assert len(formats()) == count


def test_it_is_asked_before_bridges_own():
    bridge.materializer(list)(written(format="my-list", handles=lambda self, value: value == ["mine"]))
    assert for_value(["mine"]).format == "my-list" and for_value(["other"]).format == "json"


@pytest.mark.parametrize(
    ("types", "parts", "why"),
    [
        ((Graph,), {"save": None}, "lacks save"),
        ((Graph,), {"format": None}, "lacks a `format`"),
        ((), {}, "Which values GraphFile is for"),
        (("Graph",), {}, "Name the types"),
    ],
)
def test_what_is_missing_is_named(types, parts, why):
    with pytest.raises(TypeError, match=why):
        bridge.materializer(*types)(written(**parts))


def test_a_format_of_bridges_own_is_refused():
    with pytest.raises(ValueError, match="bridge's own"):
        bridge.materializer(Graph)(written(format="npy"))


def test_without_parentheses_the_class_decides_itself():
    cls = bridge.materializer(written(handles=lambda self, value: isinstance(value, Graph)))
    assert isinstance(cls, type) and format_of(Tree([])) == "graph"
    with pytest.raises(TypeError, match="Which values GraphFile is for"):
        bridge.materializer(written())
