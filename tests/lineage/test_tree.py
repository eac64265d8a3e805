from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.run import Run, Step
from bridge.domain.version import Edge, Version, VersionRef
from bridge.lineage import Graph, Heading, render, tree
from bridge.lineage.tree import DEEPEST

START = datetime(2026, 5, 3, 12, 0, tzinfo=timezone.utc)


def ref(text: str) -> VersionRef:
    name, _, number = text.partition("@")
    return VersionRef(name, int(number or 1))


def made(step: str, version: str, tie: str = "returned") -> Edge:
    return Edge(step, ref(version), "output", "", tie)  # type: ignore[arg-type]


def used(step: str, version: str, slot: str = "data", tie: str = "identity") -> Edge:
    return Edge(step, ref(version), "input", slot, tie)  # type: ignore[arg-type]


def step(id: str, *, task: str, run: str | None = None, after: int = 0) -> Step:
    started = START + timedelta(seconds=after)
    return Step(id, task, f"{task}-0", "Completed", started, started + timedelta(seconds=2), run_id=run)


def version(text: str, *, by: str | None = None, size: int = 1_200_000) -> Version:
    return Version(ref(text), "blake3:ab12cd34ef", "npy", "numpy.ndarray", size, START, step_id=by)


def run(id: str, name: str) -> Run:
    return Run(id, "training", name, "Completed", START)


def test_a_line_tells_what_there_is_to_know_of_versions_and_steps() -> None:
    graph = Graph(
        ref("churn@3"),
        "up",
        (made("s1", "churn@3"), used("s1", "data@2", "frame", "future")),
        {ref("churn@3"): version("churn@3"), ref("data@2"): version("data@2", size=12)},
        {"s1": step("s1", task="train", run="r1")},
        {"r1": run("r1", "wise-otter")},
    )
    assert render(graph).splitlines() == [
        "churn@3 · ndarray · 1.2 MB · ab12cd34",
        "└─ train [returned] · run wise-otter · Completed · 2.0 s",
        "   └─ data@2 [future: frame] · ndarray · 12 B · ab12cd34",
    ]


def test_a_version_without_bytes_and_a_task_outside_flows_say_so() -> None:
    lost = Version(ref("big"), None, "none", "Socket", 0, START)
    graph = Graph(ref("big"), "up", (made("s1", "big"),), {ref("big"): lost}, {"s1": step("s1", task="open")})
    assert render(graph) == (
        "big@1 · Socket · 0 B · bytes not stored\n└─ open [returned] · outside flows · Completed · 2.0 s"
    )


def test_what_was_drawn_once_is_only_named_again() -> None:
    edges = (
        made("eval", "metrics"),
        used("eval", "model", "model"),
        used("eval", "test"),
        made("train", "model"),
        used("train", "train-data"),
        made("split", "train-data"),
        made("split", "test"),
        used("split", "raw"),
    )
    drawn = render(Graph(ref("metrics"), "up", edges)).splitlines()
    assert drawn[-1] == "      └─ split [returned] (above)"
    assert sum("raw@1" in line for line in drawn) == 1


def test_a_repeated_version_without_a_past_is_simply_named_again() -> None:
    edges = (made("b", "out"), used("b", "mid"), used("b", "raw"), made("a", "mid"), used("a", "raw"))
    assert "(above)" not in render(Graph(ref("out"), "up", edges))


def test_several_edges_between_the_same_two_are_one_line() -> None:
    edges = (made("s", "out"), used("s", "raw", "left"), used("s", "raw", "right", "future"))
    assert render(Graph(ref("out"), "up", edges)).splitlines()[-1].lstrip() == (
        "└─ raw@1 [identity, future: left, right] · not recorded, or forgotten"
    )


def test_cycles_end() -> None:
    edges = (made("s", "a"), used("s", "b"), made("t", "b"), used("t", "a"))
    assert render(Graph(ref("a"), "up", edges)).splitlines()[-1].strip() == "└─ a@1 [identity: data] (above)"


def test_a_step_that_used_what_it_made_ends() -> None:
    assert len(tree(Graph(ref("a"), "up", (made("s", "a"), used("s", "a"))))) == 3


def test_of_several_steps_that_gave_a_version_the_first_is_drawn_and_the_others_counted() -> None:
    edges = tuple(made(name, "a") for name in ("later", "first", "last"))
    steps = {
        "later": step("later", task="load", run="r2", after=5),
        "first": step("first", task="load", run="r1"),
        "last": step("last", task="load", run="r3", after=9),
    }
    graph = Graph(ref("a"), "up", edges, {ref("a"): version("a", by="first")}, steps)
    assert [node.step_id for node in tree(graph)] == [None, "first"]
    assert "the same from 2 other steps" in render(graph)
    assert [node.step_id for node in tree(graph, run_id="r2")] == [None, "later"]


def test_a_flow_that_hands_on_a_tasks_result_did_not_make_it() -> None:
    steps = {"r1": step("r1", task="training", run="r1"), "s1": step("s1", task="train", run="r1", after=3)}
    graph = Graph(ref("a"), "up", (made("r1", "a"), made("s1", "a")), {}, steps)
    assert [node.step_id for node in tree(graph)] == [None, "s1"]
    assert "other" not in render(graph)


def test_downwards_steps_that_did_the_same_are_one_line() -> None:
    edges = (used("s1", "a"), made("s1", "b"), used("s2", "a"), made("s2", "b"), used("s3", "a"), made("s3", "c"))
    steps = {
        name: step(name, task="train", run=f"r{name}", after=number) for number, name in enumerate(["s1", "s2", "s3"])
    }
    graph = Graph(ref("a"), "down", edges, {}, steps)
    assert [node.step_id for node in tree(graph) if node.step_id] == ["s1", "s3"]
    assert "the same in 1 other step" in render(graph)
    assert [node.step_id for node in tree(graph, run_id="rs2") if node.step_id] == ["s2", "s3"]


def test_a_past_of_two_thousand_steps_is_drawn_as_deep_as_can_be_read() -> None:
    edges = []
    for number in range(2000):
        edges += [made(f"s{number}", f"model@{number + 2}"), used(f"s{number}", f"model@{number + 1}")]
    nodes = tree(Graph(ref("model@2001"), "up", tuple(edges)))
    assert len(nodes) == DEEPEST + 1
    assert nodes[-1].cut and nodes[-1].ref == ref("model@1971")


names = st.integers(0, 5).map(lambda number: f"v{number}")
steps_ids = st.integers(0, 5).map(lambda number: f"s{number}")
edges = st.lists(st.one_of(st.builds(made, steps_ids, names), st.builds(used, steps_ids, names)), max_size=30)


@given(edges, names, st.sampled_from(["up", "down"]))
@settings(max_examples=200, deadline=None)
def test_any_graph_is_drawn_with_each_node_laid_out_at_most_once(
    found: list[Edge], root: str, heading: Heading
) -> None:
    graph = Graph(ref(root), heading, tuple(found))
    nodes = tree(graph)
    full = [node.ref or node.step_id for node in nodes if not node.repeated]
    onward = "output" if heading == "up" else "input"
    with_past = {edge.version for edge in found if edge.direction == onward}
    with_past |= {edge.step_id for edge in found if edge.direction != onward}  # type: ignore[arg-type]
    for key in with_past:
        assert full.count(key) <= 1
    assert nodes[0].ref == graph.root
    assert all(later.depth <= earlier.depth + 1 for earlier, later in pairwise(nodes))
    assert len(render(graph).splitlines()) == len(nodes)


def test_a_chain_that_is_too_deep_to_draw_says_how_to_go_on() -> None:
    edges = []
    for number in range(1, 5000):
        edges += [used(f"s{number}", f"a@{number}"), made(f"s{number}", f"a@{number + 1}")]
    drawn = render(Graph(ref("a@1"), "down", tuple(edges))).splitlines()
    assert len(drawn) == DEEPEST + 1
    assert drawn[-1].endswith("(goes on: bridge lineage a@31 --down)")


def test_a_version_that_was_made_elsewhere_says_where_it_came_from() -> None:
    restored = replace(version("data@2"), origin="https://ann:secret@host/team.tar")
    drawn = render(Graph(ref("data@2"), "up", (), {ref("data@2"): restored}))
    assert drawn.endswith("made elsewhere, came from https://ann:***@host/team.tar")
