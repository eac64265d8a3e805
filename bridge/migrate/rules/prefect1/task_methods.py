"""`task.run(…)`, the function of a task without a run, and `task.copy(…)`, another task like it."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import renamed
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.task_arguments import RENAMED
from bridge.migrate.rules.prefect1.task_names import TaskNames

_TAKEN = frozenset({"name", "tags"} | RENAMED.keys())
"""Attributes that a copy can be given and that Prefect 3 has, too."""


class TaskMethods(Rule):
    """`extract.run(…)`, which calls the function below `@task` as it is, becomes `extract.fn(…)`.

    `extract.copy(name="again")` becomes `extract.with_options(name="again")`.

    That is done for functions of the same file, and for what is imported from other files of the project, if it is
    known to be a task there.
    """

    name = "prefect1/task_methods"
    words = (".run(", ".copy(")
    pairs = (
        Pair(
            "from prefect import task\n\n@task\ndef a(x): ...\n\nassert a.run(1) == 1\n",
            "from prefect import task\n\n@task\ndef a(x): ...\n\nassert a.fn(1) == 1\n",
            ("direct",),
        ),
        Pair(
            "from prefect import task\n\n@task\ndef a(x): ...\n\nb = a.copy()\nc = a.copy(name='c', max_retries=2)\n",
            "from prefect import task\n\n@task\ndef a(x): ...\n\nb = a.with_options()\n"
            "c = a.with_options(name='c', retries=2)\n",
            ("direct", "direct"),
        ),
        Pair(
            "from prefect import task\n\n@task\ndef a(x): ...\n\nc = a.copy(trigger=any_failed)\n",
            kinds=("manual",),
            says="trigger",
        ),
        Pair("from prefect import task\n\ndef a(x): ...\n\nsubprocess.run(a.run(1))\n"),
        Pair("from prefect import task\n\n@task\ndef data(): ...\n\n@task\ndef more(data):\n    return data.copy()\n"),
        Pair("from prefect import task\n\n@task\ndef a(x):\n    a = x.copy()\n    return subprocess.run(a)\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Look at what names mean."""
        self._names = TaskNames(self, node)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  LibCST's
        """The method of Prefect 3's task."""
        func = original_node.func
        if not m.matches(func, m.Attribute(value=m.Name(), attr=m.Name("run") | m.Name("copy"))):
            return updated_node
        method = cst.ensure_type(func, cst.Attribute)
        receiver = cst.ensure_type(method.value, cst.Name)
        is_known = any(self.place.known.get(name) == "prefect.task" for name in self.names(receiver))
        if not is_known and not self._names.is_function(receiver):
            return updated_node
        return (self._run if method.attr.value == "run" else self._copy)(original_node, updated_node)

    def _run(self, original: cst.Call, call: cst.Call) -> cst.Call:
        self.report("direct", original, self.code(original), "`.fn(…)`")
        return _named(call, "fn")

    def _copy(self, original: cst.Call, call: cst.Call) -> cst.Call:
        other = [self.code(arg) for arg in original.args if arg.keyword is None or arg.keyword.value not in _TAKEN]
        if other:
            how = f"`.with_options(…)`, which has no {', '.join(other)}"
            self.report("manual", original, self.code(original), how)
            return call
        self.report("direct", original, self.code(original), "`.with_options(…)`")
        args = [_option(arg) for arg in call.args]
        return _named(call.with_changes(args=args), "with_options")


def _option(arg: cst.Arg) -> cst.Arg:
    assert arg.keyword is not None
    new = RENAMED.get(arg.keyword.value)
    return arg if new is None else renamed(arg, new)


def _named(call: cst.Call, name: str) -> cst.Call:
    return call.with_changes(func=cst.ensure_type(call.func, cst.Attribute).with_changes(attr=cst.Name(name)))
