"""Signals that tasks raise, and states."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, names_of
from bridge.migrate.nodes import code_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.task_arguments import TASK
from bridge.migrate.rules.prefect1.task_classes import task_classes
from bridge.migrate.scopes import nearest

SIGNALS = "prefect.engine.signals"
STATE = "prefect.engine.state"

FAILING = frozenset({"FAIL", "TRIGGERFAIL", "VALIDATIONFAIL"})
ENDING = {"SUCCESS": "Completed", "SKIP": "Completed"}

INSTEAD = {
    "LOOP": "write the loop: `while …: result = step(result)`, in the task, or in the flow around its calls",
    "RETRY": "raise an exception; `@task(retries=…, retry_delay_seconds=…)` says how often and when",
    "PAUSE": "`pause_flow_run()` (from prefect), where the flow waits",
}

TESTS = {
    "Failed": "is_failed",
    "Success": "is_completed",
    "Mapped": "is_completed",
    "Running": "is_running",
    "Pending": "is_pending",
    "Finished": "is_final",
    "Cancelled": "is_cancelled",
}
"""Kinds of states, and what a state of Prefect 3 is asked for."""


class Signals(Rule):
    """`raise signals.FAIL("why")` becomes `raise RuntimeError("why")`, which fails the task and is retried, too.

    `raise signals.SUCCESS("why")` returns a completed state, as does `raise signals.SKIP("why")`, by the name
    "Skipped": what follows runs and is given None, where Prefect 1 skips it. That is done where a task raises them
    itself. `LOOP`, `RETRY` and `PAUSE` stay, with what to write instead.

    `isinstance(state, Failed)` becomes `state.is_failed()`, and so on; `State` comes from `prefect`.
    """

    name = "prefect1/signals"
    words = ("signals", "prefect.engine.state")
    pairs = (
        Pair(
            "from prefect import task\nfrom prefect.engine import signals\n\n\n@task\ndef a():\n"
            '    raise signals.FAIL("no")\n',
            'from prefect import task\n\n\n@task\ndef a():\n    raise RuntimeError("no")\n',
            ("direct",),
        ),
        Pair(
            "from prefect import task\nfrom prefect.engine.signals import SKIP, SUCCESS\n\n\n@task\ndef a(x):\n"
            '    if x:\n        raise SKIP(message="none")  # yet\n    raise SUCCESS()\n',
            "from prefect import task\nfrom prefect.states import Completed\n\n\n@task\ndef a(x):\n"
            '    if x:\n        return Completed(name="Skipped", message="none")  # yet\n    return Completed()\n',
            ("approximate", "direct"),
        ),
        Pair(
            "import prefect\n\n\ndef a():\n    raise prefect.engine.signals.LOOP(result=1)\n",
            kinds=("manual",),
            says="while",
        ),
        Pair(
            "from prefect.engine.state import Failed, State\n\n\ndef a(new: State):\n"
            "    return isinstance(new, Failed)\n",
            "from prefect import State\n\n\ndef a(new: State):\n    return new.is_failed()\n",
            ("direct", "direct"),
        ),
        Pair(
            "from prefect.engine.state import Cached\n\nwas = isinstance(new, Cached)\n",
            '\nwas = (new.name == "Cached")\n',
            ("direct",),
        ),
        Pair("import signals\n\nraise signals.FAIL('x')\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the task classes."""
        self._classes = {id(one) for one in task_classes(self, node).values()}

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802  LibCST's
        """States come from another module."""
        if node.module is None or isinstance(node.names, cst.ImportStar) or code_of(node.module) != STATE:
            return
        for alias in node.names:
            if alias.evaluated_name == "State":
                self.imports.move(STATE, "State", to="prefect")
                self.report("direct", node, "`State`", "from prefect")
            elif alias.evaluated_name in {*TESTS, "Cached"}:
                self.imports.drop_unused(STATE, alias.evaluated_name)

    def leave_Raise(  # noqa: N802  LibCST's
        self, original_node: cst.Raise, updated_node: cst.Raise
    ) -> cst.BaseSmallStatement:
        """What a task raises."""
        call = original_node.exc
        func = call.func if isinstance(call, cst.Call) else call
        name = self._signal(func)
        if call is None or name is None:
            return updated_node
        if name in FAILING and (not isinstance(call, cst.Call) or not names_of(call.args) - {"message"}):
            return self._fails(original_node, updated_node, call)
        if name in ENDING and self._is_in_task(original_node):
            return self._ends(original_node, call, name)
        instead = INSTEAD.get(name, "return what the task gives, or raise an exception")
        if name in ENDING:
            instead = 'let the task itself `return Completed(name="Skipped")` (from prefect.states)'
        self.report("manual", original_node, self.code(original_node), instead)
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """Which state it is."""
        if not m.matches(original_node, m.Call(func=m.Name("isinstance"), args=[m.Arg(), m.Arg()])):
            return updated_node
        found = self.names(original_node.args[1].value)
        kinds = {name.rpartition(".")[2] for name in found if name.startswith(f"{STATE}.")}
        if kinds == {"Cached"}:
            self.report("direct", original_node, self.code(original_node), '`state.name == "Cached"`')
            name = cst.Attribute(updated_node.args[0].value, cst.Name("name"))
            target = cst.ComparisonTarget(cst.Equal(), cst.SimpleString('"Cached"'))
            return cst.Comparison(name, [target], lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        if len(kinds) != 1 or not kinds <= set(TESTS):
            return updated_node
        test = TESTS[kinds.pop()]
        self.report("direct", original_node, self.code(original_node), f"`{test}()`")
        return cst.Call(cst.Attribute(updated_node.args[0].value, cst.Name(test)))

    def _signal(self, func: cst.BaseExpression | None) -> str | None:
        found = self.names(func) if func is not None else set()
        kinds = {name.rpartition(".")[2] for name in found if name.startswith(f"{SIGNALS}.")}
        return kinds.pop() if len(kinds) == 1 else None

    def _is_in_task(self, node: cst.CSTNode) -> bool:
        """Whether a statement stands in the function of a task itself, or in `run` of a class of tasks."""
        function = nearest(self, node, cst.FunctionDef)
        if function is None:
            return False
        if id(nearest(self, function, cst.ClassDef)) in self._classes:
            return function.name.value == "run"
        return any(self.means(_func(one.decorator), *TASK) for one in function.decorators)

    def _fails(self, original: cst.Raise, updated: cst.Raise, call: cst.BaseExpression) -> cst.Raise:
        message = argument(call, "message", 0) if isinstance(call, cst.Call) else None
        args = [cst.Arg(message.value)] if message is not None else []
        self.report("direct", original, self.code(original), "`RuntimeError`")
        self._drop(original)
        return updated.with_changes(exc=cst.Call(cst.Name("RuntimeError"), args))

    def _ends(self, original: cst.Raise, call: cst.BaseExpression, name: str) -> cst.Return:
        given = []
        if name == "SKIP":
            given.append('name="Skipped"')
        if isinstance(call, cst.Call):
            message, result = argument(call, "message", 0), argument(call, "result", 1)
            given += [f"message={code_of(message.value)}"] if message is not None else []
            given += [f"data={code_of(result.value)}"] if result is not None else []
        note = "`Completed`"
        if name == "SKIP":
            note += ": what follows is not skipped, it is given None; write `if … is not None:` around it"
        self.report("approximate" if name == "SKIP" else "direct", original, self.code(original), note)
        self._drop(original)
        self.imports.add("prefect.states", "Completed")
        return cst.Return(cst.parse_expression(f"Completed({', '.join(given)})"))

    def _drop(self, original: cst.Raise) -> None:
        self.imports.drop_unused("prefect.engine", "signals")
        self.imports.drop_unused("prefect", "signals")
        for name in (*FAILING, *ENDING):
            self.imports.drop_unused(SIGNALS, name)


def _func(decorator: cst.BaseExpression) -> cst.BaseExpression:
    return decorator.func if isinstance(decorator, cst.Call) else decorator
