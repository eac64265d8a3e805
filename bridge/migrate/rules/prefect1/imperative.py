"""Flows that are filled by `flow.set_dependencies(…)`, `task.bind(…, flow=flow)` and their like."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, without
from bridge.migrate.nodes import has_comment
from bridge.migrate.removing import Removing
from bridge.migrate.rule import Pair
from bridge.migrate.rules.prefect1.blocks import FLOW, RESULT
from bridge.migrate.rules.prefect1.filled import Filled, names_in, tasks_in
from bridge.migrate.rules.prefect1.filling import OF_FLOWS, OF_TASKS, Step, filling, listed, steps_of
from bridge.migrate.rules.prefect1.runs import readers_of_state
from bridge.migrate.rules.prefect1.task_names import TaskNames
from bridge.migrate.scopes import bindings, last_before, parents, reads, scope_of, start, statement_of

HOW = (
    "write the flow as a function: below `@flow(name=…)`, call its tasks in order, each with what it is given and what "
    "it waits for: `b_result = b(x=a_result, wait_for=[c_result])`"
)


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a flow cannot become a block, and where that is seen."""

    node: cst.CSTNode
    why: str


class Imperative(Removing):
    """`flow = Flow("x")`, `flow.set_dependencies(load, keyword_tasks={"data": get})` becomes a `with` block of calls.

    So do `flow.add_task(…)`, `add_edge`, `chain`, `Flow(tasks=[…])`, and what tasks say of the flow: `load.bind(get,
    flow=flow)`, `load.set_upstream(get, flow=flow)`, `set_downstream`, `set_dependencies`. The block has a call of each
    task, in the order in which they need each other, and stands where the last of those statements stood; the other
    rules make a function of it. What a task is given is another task, by its name, or a value; what is imported is
    taken for a task, which is reported. A task that is another's `copy()` is a further call of it; parameters are made
    in the block.

    A flow that is filled otherwise, too, in a loop, with tasks that are made on the way, or with names of which it
    cannot be said whether they are tasks, stays as it is, and is reported.
    """

    name = "prefect1/imperative"
    words = (*(f".{name}(" for name in (*OF_FLOWS, *OF_TASKS)), "tasks=")
    pairs = (
        Pair(
            'from prefect import Flow\nfrom steps import a, b, c\n\nm = 1\nflow = Flow("x")  # all\n# First.\n'
            "flow.set_dependencies(b, keyword_tasks={'n': a, 'm': m})\n"
            "flow.set_dependencies(task=c, upstream_tasks=[b], keyword_tasks=dict(x=[1]), mapped=True)\nflow.run()\n",
            "from prefect import Flow\nfrom steps import a, b, c\n\nm = 1\n# all\n# First.\n"
            'with Flow("x") as flow:\n    a_result = a()\n    b_result = b(n=a_result, m=m)\n'
            "    c_result = c.map(x=[1], upstream_tasks=[b_result])\nflow.run()\n",
            ("approximate",),
            "taken for a task, too: a",
        ),
        Pair(
            'from prefect import Flow\nfrom steps import a, b\n\nflow = Flow("x")\nflow.add_task(b)\nflow.add_task(a)\n'
            "b.set_upstream(a, flow=flow)  # last\nflow.run()\n",
            'from prefect import Flow\nfrom steps import a, b\n\nwith Flow("x") as flow:  # last\n    a_result = a()\n'
            "    b_result = b(upstream_tasks=[a_result])\nflow.run()\n",
            ("direct",),
        ),
        Pair(
            "from prefect import Flow, Parameter\nfrom steps import a, b\n\n"
            'x = Parameter("x"); y = Parameter("y", default=2)\nagain = a.copy()\nf = Flow("x")\n# Both.\n'
            "a.bind(1, n=x, flow=f)\nagain.bind([a, 2], flow=f)\nagain.set_downstream(b, flow=f, key='n')\n"
            "f.add_edge(y, b)\ns = f.run(x=3)\nprint(s.result[again].result)\n",
            "from prefect import Flow, Parameter\nfrom steps import a, b\n\n# Both.\n"
            'with Flow("x") as f:\n    x = Parameter("x")\n    y = Parameter("y", default=2)\n'
            "    a_result = a(1, n=x)\n    again_result = a([a_result, 2])\n    b_result = b(n=again_result)\n"
            "s = f.run(x=3)\nprint(s.result[again_result].result)\n",
            ("direct",),
        ),
        Pair(
            "from prefect import Flow\nfrom steps import a, b\n\nflow = Flow('x', tasks=[a, b])\nflow.run()\n",
            "from prefect import Flow\nfrom steps import a, b\n\nwith Flow('x') as flow:\n    a_result = a()\n"
            "    b_result = b()\nflow.run()\n",
            ("direct",),
        ),
        Pair(
            "from prefect import Flow\nfrom steps import a, b\n\nwith Flow('x') as flow:\n    a()\nflow = Flow('x')\n"
            "b.bind(a, flow=flow)\nflow.run()\n",
            "from prefect import Flow\nfrom steps import a, b\n\nwith Flow('x') as flow:\n    a()\n"
            "with Flow('x') as flow:\n    a_result = a()\n    b_result = b(a_result)\nflow.run()\n",
            ("approximate",),
        ),
        Pair(
            "from prefect import Flow\nfrom steps import a, b\n\nflow = Flow('x')\n"
            "flow.set_dependencies(a, upstream_tasks=[b])\nflow.set_dependencies(b, upstream_tasks=[a])\n",
            kinds=("manual",),
            says="wait for each other",
        ),
        Pair(
            "from prefect import Flow\nfrom steps import a, all\n\nflow = Flow('x')\nflow.add_task(a)\n"
            "for one in all:\n    flow.add_task(one)\n",
            kinds=("manual",),
            says="`@flow(name=…)`",
        ),
        Pair(
            "from prefect import Flow\nfrom steps import a, numbers\n\nn = numbers()\nflow = Flow('x')\n"
            "a.bind(n, flow=flow)\n",
            kinds=("manual",),
            says="names n",
        ),
        Pair(
            "from prefect import Flow\nfrom steps import a, b\n\nflow = Flow('x')\nflow.chain(a, b)\nflow.run()\n"
            "b.bind(n=b.copy(), flow=flow)\n",
            kinds=("manual",),
            says="before all of its tasks",
        ),
        Pair(
            "from prefect import Flow\nfrom steps import a, b\n\nc = a.copy(name='c')\nflow = Flow('x')\n"
            "flow.chain(b, c)\n",
            kinds=("manual",),
            says="a copy",
        ),
        Pair("from prefect import Flow\n\nlog = log.bind(flow=flow)\nflow = Flow('x')\nflow.run()\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the flows."""
        self._blocks: dict[cst.CSTNode, cst.With] = {}
        self._names: dict[cst.CSTNode, str] = {}
        self._parts: set[cst.CSTNode] = set()
        self._tasks = TaskNames(self, node)
        self._taken = {cst.ensure_type(one, cst.Name).value for one in m.findall(node, m.Name())}
        for one in m.findall(node, m.SimpleStatementLine(body=[m.Assign(value=m.Call())])):
            line = cst.ensure_type(one, cst.SimpleStatementLine)
            assign = cst.ensure_type(line.body[0], cst.Assign)
            call = cst.ensure_type(assign.value, cst.Call)
            if not self.means(call.func, *FLOW) or not isinstance(assign.targets[0].target, cst.Name):
                continue
            found = self._filled(line, call, assign.targets[0].target)
            if isinstance(found, Hindrance):
                self.report("manual", found.node, self.code(found.node), f"{found.why}: {HOW}")
            elif found is not None:
                self._plan(found, call)
                note, guessed = "a `with` block that calls its tasks", ", ".join(found.guessed)
                if guessed:
                    note += f"; what is imported and given to one is taken for a task, too: {guessed}"
                self.report("approximate" if guessed else "direct", line, self.code(assign), note)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802  LibCST's
        """A task whose result is read of a state."""
        name = self._names.get(original_node)
        return updated_node if name is None else updated_node.with_changes(value=name)

    def leave_SimpleStatementLine(  # noqa: N802  LibCST's
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement:
        """The block in the place of the last statement; what is made in a block is not made above it."""
        block = self._blocks.get(original_node)
        if block is not None:
            body = block.body.with_changes(header=updated_node.trailing_whitespace)
            return block.with_changes(leading_lines=updated_node.leading_lines, body=body)
        pairs = zip(original_node.body, updated_node.body, strict=True)
        kept = [now for was, now in pairs if was not in self._parts]
        if not kept or len(kept) == len(original_node.body):
            return updated_node
        return updated_node.with_changes(body=[*kept[:-1], kept[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])

    def _plan(self, found: Filled, call: cst.Call) -> None:
        """Put the block where the last statement is; leave out the others, and what is made in it."""
        lines = [found.made, *found.lines]
        self._blocks[lines[-1]] = found.block(without(call, ["tasks"]))
        self._removed |= {*lines[:-1]}
        made = {one for one in found.parameters.values() if one is not None} | found.copies
        self._parts |= made
        for line in {statement_of(self, one) for one in made}:
            if set(cst.ensure_type(line, cst.SimpleStatementLine).body) <= self._parts:
                self._removed.add(line)
        self._names.update((name, found.result(name.value)) for name in found.results)

    def _filled(self, made: cst.SimpleStatementLine, call: cst.Call, target: cst.Name) -> Filled | Hindrance | None:
        """A flow with all that fills it; or why that is not understood; None if nothing fills it."""
        scope = scope_of(self, made)
        if scope is None:
            return None
        bound = bindings(scope, target.value)
        readers = [one for one in reads(scope, target.value) if last_before(self, bound, one, scope) is target]
        readers.sort(key=lambda one: start(self, one))
        fills = {one: each for one in readers if (each := filling(self, one)) is not None}
        tasks = argument(call, "tasks")
        if not fills and tasks is None:
            return None
        names = listed(tasks.value) if tasks is not None else []
        if names is None or has_comment(call) or len(made.body) > 1 or argument(call, "edges") is not None:
            return Hindrance(call, "is given what is not understood")
        found, steps = Filled(made, target.value, self._taken), [Step(name) for name in names]
        for reader, each in fills.items():
            line = self._line(each, made)
            added = steps_of(each, is_flows=any(one is each.func for one in parents(self, reader)))
            if line is None or not added:
                return Hindrance(each, "fills the flow in a way that is not understood")
            found.lines.append(line)
            steps += added
        return self._used(found, [one for one in readers if one not in fills]) or self._with_steps(found, steps)

    def _line(self, call: cst.Call, made: cst.SimpleStatementLine) -> cst.SimpleStatementLine | None:
        """The statement that a call is, beside the one that makes the flow."""
        above = list(parents(self, call))[:3]
        if len(above) < 3 or not isinstance(above[0], cst.Expr) or not isinstance(above[1], cst.SimpleStatementLine):
            return None
        line, block = above[1], above[2]
        beside = isinstance(block, (cst.Module, cst.IndentedBlock)) and any(one is made for one in block.body)
        return line if beside and len(line.body) == 1 else None

    def _used(self, found: Filled, readers: list[cst.CSTNode]) -> Hindrance | None:
        """What else is done with the flow, if that is in the way; what is read of its results."""
        last = start(self, found.lines[-1] if found.lines else found.made)
        for reader in readers:
            above = list(parents(self, reader))[:2]
            if isinstance(above[0], cst.WithItem):
                return Hindrance(above[0], "fills the flow in a block, too")
            if start(self, reader) < last:
                return Hindrance(statement_of(self, reader), "uses the flow before all of its tasks are there")
            if isinstance(above[1], cst.Call) and self._tasks.is_task(above[1].func):
                return Hindrance(above[1], "calls a task for the flow")
            if m.matches(above[1], m.Call(func=m.Attribute(attr=m.Name("run")))):
                found.results |= set(self._results(cst.ensure_type(above[1], cst.Call)))
        return None

    def _results(self, run: cst.Call) -> Iterator[cst.Name]:
        """Tasks whose results are read of the state of a run: `state.result[task].result`."""
        for state in readers_of_state(self, run):
            above = list(parents(self, state))[:3]
            if len(above) == 3 and m.matches(above[2], RESULT):
                index = cst.ensure_type(cst.ensure_type(above[1], cst.Subscript).slice[0].slice, cst.Index)
                yield cst.ensure_type(index.value, cst.Name)

    def _with_steps(self, found: Filled, steps: list[Step]) -> Filled | Hindrance:
        """A flow with what its statements say; or what is not understood of that."""
        first = found.lines[0] if found.lines else found.made
        tasks = dict.fromkeys(name for step in steps for name in (step.task, *step.before, *step.after))
        values = [value for step in steps for value in (*step.given, *step.inputs.values())]
        for name in dict.fromkeys([*tasks, *(one.value for value in values for one in tasks_in(value))]):
            kind = self._tasks.kind(name, found.made)
            is_unclear = kind == "value" if name in tasks else kind == "unknown"
            if is_unclear or self._tasks.is_late(name, first):
                return Hindrance(first, f"names {name}, of which it is not clear whether it is a task")
            if kind == "task" and name not in tasks and self._tasks.is_imported(name, found.made):
                found.guessed.append(name)
            if kind != "value":
                tasks[name] = None
            if kind == "parameter":
                found.parameters[name] = None
        for value in values:
            plain = set(tasks_in(value))
            if any(one.value in tasks and one not in plain for one in names_in(value)):
                return Hindrance(statement_of(self, value), "does something with what a task gives")
        for step in steps:
            if step.given and step.task in found.tasks and found.tasks[step.task].given:
                return Hindrance(first, f"binds {step.task} twice")
            found.add(step, tasks)
        return self._wrong(found, first) or self._made_above(found, first, tasks) or found

    def _wrong(self, found: Filled, first: cst.CSTNode) -> Hindrance | None:
        """What no order of calls can say."""
        if len(found.ordered()) < len(found.tasks):
            return Hindrance(first, "has tasks that wait for each other")
        for name, called in found.tasks.items():
            if len(set(called.mapped)) > 1:
                return Hindrance(first, f"maps {name} over a part of what it is given")
            if name in found.parameters and (called.values or called.before):
                return Hindrance(first, f"lets the parameter {name} wait for a task")
        return None

    def _made_above(self, found: Filled, first: cst.CSTNode, tasks: Collection[str]) -> Hindrance | None:
        """Copies, which are calls of what they are copies of, and parameters, which are made in the block."""
        names = self._tasks
        found.results = {one for one in found.results if one.value in found.tasks}
        copies = [name for name in found.tasks if names.kind(name, found.made) == "copy"]
        made = {name: names.made(name, found.made) for name in (*copies, *found.parameters)}
        places = {*found.lines, *found.results, *(one for one in made.values() if one is not None)}
        for name in copies:
            original, assign = names.original(name, found.made, tasks), made[name]
            if original is None or assign is None or not names.only_in(name, found.made, places):
                return Hindrance(first, f"has {name}, a copy that is another task, or is used elsewhere, too")
            found.functions[name] = original
            found.copies.add(assign)
        return self._parameters(found, first, made, places)

    def _parameters(
        self,
        found: Filled,
        first: cst.CSTNode,
        made: Mapping[str, cst.Assign | None],
        places: Collection[cst.CSTNode],
    ) -> Hindrance | None:
        """Parameters are made in the block; one that is used elsewhere, too, stays above it, if that is plain."""
        values = [value for called in found.tasks.values() for value in called.values]
        read = {one.value for value in values for one in tasks_in(value)}
        block = next(parents(self, found.made))
        found.parameters = dict.fromkeys(sorted(found.parameters, key=lambda name: self._tasks.begin(name, found.made)))
        for name in found.parameters:
            assign = made[name]
            line = statement_of(self, assign) if assign is not None else None
            if assign is None or line is None or next(parents(self, line)) is not block:
                return Hindrance(first, f"has the parameter {name}, which is made elsewhere")
            if not has_comment(assign) and self._tasks.only_in(name, found.made, places):
                found.parameters[name] = assign
            elif name not in read or len(cst.ensure_type(line, cst.SimpleStatementLine).body) > 1:
                return Hindrance(first, f"has the parameter {name}, which is used elsewhere, too")
        return None
