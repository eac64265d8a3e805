"""`task.run(…)`: the function of a task, without a run."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.task_arguments import TASK


class TaskRun(Rule):
    """`extract.run(…)`, which calls the function below `@task` as it is, becomes `extract.fn(…)`.

    That is done for functions of the same file, and for what is imported from other files of the project, if it is
    known to be a task there.
    """

    name = "prefect1/task_run"
    words = (".run(",)
    pairs = (
        Pair(
            "from prefect import task\n\n@task\ndef a(x): ...\n\nassert a.run(1) == 1\n",
            "from prefect import task\n\n@task\ndef a(x): ...\n\nassert a.fn(1) == 1\n",
            ("direct",),
        ),
        Pair("from prefect import task\n\ndef a(x): ...\n\nsubprocess.run(a.run(1))\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the tasks."""
        self._tasks = set()
        for one in m.findall(node, m.FunctionDef()):
            function = cst.ensure_type(one, cst.FunctionDef)
            for each in function.decorators:
                func = each.decorator.func if isinstance(each.decorator, cst.Call) else each.decorator
                if self.means(func, *TASK):
                    self._tasks.add(function.name.value)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  LibCST's
        """The task's function."""
        func = original_node.func
        if not m.matches(func, m.Attribute(value=m.Name(), attr=m.Name("run"))):
            return updated_node
        receiver = cst.ensure_type(func, cst.Attribute).value
        is_known = any(self.place.known.get(name) == "prefect.task" for name in self.names(receiver))
        if cst.ensure_type(receiver, cst.Name).value not in self._tasks and not is_known:
            return updated_node
        self.report("direct", original_node, self.code(original_node), "`.fn(…)`")
        method = cst.ensure_type(updated_node.func, cst.Attribute).with_changes(attr=cst.Name("fn"))
        return updated_node.with_changes(func=method)
