"""Flows that code is given, of which it asks what only Prefect 1 can tell."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.runs import readers_of_state
from bridge.migrate.scopes import parents

_NO_TASKS = "a flow has no tasks before it runs: name what you need where the task is called"
_NO_EDGES = "a flow is a function: what a task waits for stands where it is called, `b(a_result, wait_for=[c_result])`"
_RETURNED = "the flow fails with what it returns or raises: let it `return` what counts"

INSTEAD = {
    "get_tasks": _NO_TASKS,
    "sorted_tasks": _NO_TASKS,
    "root_tasks": _NO_TASKS,
    "terminal_tasks": f"{_NO_TASKS}, and let the flow `return` it",
    "reference_tasks": _RETURNED,
    "set_reference_tasks": _RETURNED,
    "edges_to": _NO_EDGES,
    "edges_from": _NO_EDGES,
    "upstream_tasks": _NO_EDGES,
    "downstream_tasks": _NO_EDGES,
    "all_upstream_edges": _NO_EDGES,
    "all_downstream_edges": _NO_EDGES,
    "run_agent": "runs are started by a worker: `prefect worker start --pool NAME`; or `flow.serve(name=…)`",
}
"""Methods that flows of Prefect 1 have and nothing else has, with what to write."""

RESULT = "a state has what the flow returns: `state = flow(…, return_state=True)`, then `state.result()`"


class GivenFlows(Rule):
    """What is asked of a flow's tasks (`flow.terminal_tasks()`, `flow.get_tasks()`) stays, with what to write instead.

    That is so of any flow: of one that a function is given, too, which may be any. There `state.result[task]` of what
    `flow.run()` gave is reported as well: a flow of Prefect 3 is called, and its state has what it returns.
    """

    name = "prefect1/given_flows"
    words = (".run(", *(f".{name}(" for name in INSTEAD))
    pairs = (
        Pair(
            "from prefect import Flow\n\n\ndef run(flow, **parameters):\n    state = flow.run(**parameters)\n"
            "    return state.result[list(flow.terminal_tasks())[0]].result\n",
            kinds=("manual", "manual"),
            says="let the flow `return` it",
        ),
        Pair(
            "def last(flow, task):\n    return flow.run().result[task]\n",
            kinds=("manual",),
            says="return_state=True",
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as f:\n    a()\n\nprint(f.get_tasks())\n',
            kinds=("manual",),
            says="no tasks before it runs",
        ),
        Pair("import subprocess\n\ndone = subprocess.run(['a'])\nprint(done.stdout[0], tasks.upstream_tasks)\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find what is read of the states of runs."""
        for one in m.findall(node, m.Call(func=m.Attribute(attr=m.Name("run")))):
            call = cst.ensure_type(one, cst.Call)
            for state in (call, *readers_of_state(self, call)):
                above = list(parents(self, state))[:2]
                if m.matches(above[0], m.Attribute(attr=m.Name("result"))) and m.matches(above[1], m.Subscript()):
                    self.report("manual", above[1], self.code(above[1]), RESULT)

    def visit_Call(self, node: cst.Call) -> None:  # noqa: N802  LibCST's
        """A question to a flow."""
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in INSTEAD:
            self.report("manual", node, self.code(node), INSTEAD[node.func.attr.value])
