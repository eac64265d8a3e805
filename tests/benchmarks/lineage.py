"""A graph of a hundred thousand edges: `python -m tests.benchmarks.lineage`, on SQLite and on PostgreSQL.

A hundred names with 250 versions each; every version was made by a step that used three versions of before, so that
nearly everything came from the first. Medians, with the seconds of this process's processor beside them (PostgreSQL has
its own). Drawing does not ask the catalog; it is timed once more at a quarter of the size, to show that it is linear.
The floor is the simplest statement that reads as many rows of the same table.
"""

from __future__ import annotations

import argparse
import json
import pickle
import statistics
import sys
import time
from collections.abc import Callable
from itertools import islice

from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, select

from bridge.catalog import open_catalog
from bridge.catalog.tables import edges
from bridge.cli import documents
from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef
from bridge.lineage import Graph
from bridge.lineage.asking import read_graph
from bridge.lineage.drawing import dot, html, mermaid, picture
from bridge.lineage.render import lines
from tests.benchmarks.million import _name, database, fill


def main() -> int:
    """Fill, ask, draw and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.lineage", description=__doc__.split("\n")[0])
    parser.add_argument("--names", type=int, default=100)
    parser.add_argument("--each", type=int, default=250, help="versions of each name")
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    console, asked = Console(), Table("a graph of all", title_justify="left")
    figures: dict[str, list[str]] = {}
    graphs = []
    for kind in ("SQLite", "PostgreSQL"):
        asked.add_column(kind, justify="right")
        with database(kind) as url:
            fill(url, chosen.names, chosen.each)
            catalog = open_catalog(url)
            graphs.append(read_graph(catalog, Selector(_name(0), "number", "1"), heading="down"))
            for what, ask in questions(catalog, url, graphs[-1]).items():
                figures.setdefault(what, []).append(_shown(ask, chosen.times))
            graphs[-1] = pickle.loads(pickle.dumps(graphs[-1]))  # which has the facts when the database is gone
            catalog.close()
    for what, cells in figures.items():
        asked.add_row(what, *cells)
    console.print(f"{len(graphs[0].edges):,} edges")
    console.print(asked)
    drawn = Table("drawing", f"{len(graphs[0].edges):,} edges", "a quarter of them")
    for what, draw in drawings().items():
        whole, part = (_median(lambda g=g, d=draw: d(g), 1) for g in (graphs[0], _quarter(graphs[0])))  # type: ignore[misc]  # a lambda's defaults
        drawn.add_row(what, f"{whole:.2f} s", f"{part:.2f} s")
    console.print(drawn)
    return 0


def questions(catalog: Catalog, url: str, graph: Graph) -> dict[str, Callable[[], object]]:
    """What is asked."""
    first = VersionRef(_name(0), 1)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))

    def floor() -> int:
        with engine.connect() as connection:
            return len(connection.execute(select(edges)).all())

    return {
        "reading all edges as rows (floor)": floor,
        "descendants of the first version": lambda: read_graph(
            catalog, Selector(first.name, "number", "1"), heading="down"
        ),
        "facts of the versions": lambda: catalog.versions_of(graph.refs),
        "facts of the steps": lambda: catalog.steps_of_ids(graph.step_ids),
        "the whole graph with facts, as JSON": lambda: json.dumps(
            documents.of_graph(read_graph(catalog, Selector(first.name, "number", "1"), heading="down"))
        ),
    }


def drawings() -> dict[str, Callable[[Graph], object]]:
    """What is drawn."""
    return {
        "tree, as lines": lines,
        "boxes and arrows": picture,
        "page, with its layout": lambda graph: html(picture(graph)),
        "Mermaid": lambda graph: mermaid(picture(graph)),
        "Graphviz": lambda graph: dot(picture(graph)),
    }


def _quarter(graph: Graph) -> Graph:
    some = tuple(islice(graph.edges, len(graph.edges) // 4))
    return Graph(graph.root, graph.heading, some, graph.versions, graph.steps, graph.runs)


def _shown(ask: Callable[[], object], times: int) -> str:
    own = time.process_time()
    took = _median(ask, times)
    return f"{took:.2f} s ({(time.process_time() - own) / times:.2f})"


def _median(ask: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
