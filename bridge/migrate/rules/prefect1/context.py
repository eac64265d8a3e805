"""`prefect.context` and loggers."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.arguments import argument
from bridge.migrate.nodes import code_of, text_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.scopes import parents

CONTEXT = ("prefect.context", "prefect.utilities.context.context")

RUNTIME = {
    "flow_run_id": "flow_run.id",
    "flow_run_name": "flow_run.name",
    "flow_name": "flow_run.flow_name",
    "parameters": "flow_run.parameters",
    "scheduled_start_time": "flow_run.scheduled_start_time",
    "task_name": "task_run.task_name",
    "task_full_name": "task_run.name",
    "task_run_id": "task_run.id",
    "task_run_name": "task_run.name",
    "task_run_count": "task_run.run_count",
}
"""What is the same in `prefect.runtime`."""

DATES = {
    "date": "{0}",
    "today": '{0}.strftime("%Y-%m-%d")',
    "today_nodash": '{0}.strftime("%Y%m%d")',
    "yesterday": '{0}.subtract(days=1).strftime("%Y-%m-%d")',
    "yesterday_nodash": '{0}.subtract(days=1).strftime("%Y%m%d")',
    "tomorrow": '{0}.add(days=1).strftime("%Y-%m-%d")',
    "tomorrow_nodash": '{0}.add(days=1).strftime("%Y%m%d")',
}
"""What is read of the time for which the run was scheduled; Prefect 1 takes the time at which it began."""

INSTEAD = {
    "secrets": "`Secret.load(name).get()` (from prefect.blocks.system); make the block once, "
    "`Secret(value=…).save(name)`",
    "map_index": "pass the position as an argument: `task.map(values, range(len(values)))`",
    "task_loop_count": "write a loop, in the task or around its calls",
    "task_loop_result": "write a loop, in the task or around its calls",
    "project_name": "Prefect 3 has no projects",
    "config": "read your settings from the environment, or `Variable.get(name)` (from prefect.variables)",
}


class Context(Rule):
    """What is read of `prefect.context`, in any of its three forms: `context.x`, `context["x"]`, `context.get("x")`.

    The logger is `get_run_logger()`, or `get_logger()` where no run is under way: at the top of a file. Names of runs
    and flows, ids and parameters are those of `prefect.runtime`. `today`, `yesterday` and the like are made from the
    time for which the run was scheduled. What has no successor stays, with what to write instead.
    """

    name = "prefect1/context"
    words = ("context", "get_logger")
    pairs = (
        Pair(
            'import prefect\n\n\ndef a():\n    logger = prefect.context.get("logger")\n',
            "import prefect\nfrom prefect import get_run_logger\n\n\ndef a():\n    logger = get_run_logger()\n",
            ("direct",),
        ),
        Pair(
            "from prefect import context, task\n\nlogger = context['logger']\n\n\n"
            "def a():\n    return context.flow_run_id, context.today\n",
            "from prefect import task, runtime\nfrom prefect.logging import get_logger\n\nlogger = get_logger()\n\n\n"
            'def a():\n    return runtime.flow_run.id, runtime.flow_run.scheduled_start_time.strftime("%Y-%m-%d")\n',
            ("direct", "direct", "approximate"),
        ),
        Pair(
            "from prefect.utilities.logging import get_logger\n\nlogger = get_logger('a')\n",
            "from prefect.logging import get_logger\n\nlogger = get_logger('a')\n",
            ("direct",),
        ),
        Pair(
            "import prefect\n\n\ndef a():\n    return prefect.context.secrets['KEY']\n",
            kinds=("manual",),
            says="Secret.load(name).get()",
        ),
        Pair("import prefect.context\nfrom prefect.context import FlowRunContext\n\nFlowRunContext.get()\n"),
        Pair("context = {}\ncontext.get('logger')\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """`context.get("x")`."""
        func = original_node.func
        if isinstance(func, cst.Attribute) and func.attr.value == "get" and self.means(func.value, *CONTEXT):
            key = argument(original_node, "key", 0)
            name = text_of(key.value) if key is not None else None
            return self._read(original_node, updated_node, name)
        if self.means(func, *CONTEXT):
            self.report("manual", original_node, self.code(original_node), "pass it to the flow as an argument")
        return updated_node

    def leave_Subscript(  # noqa: N802  LibCST's
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        """`context["x"]`."""
        if not self.means(original_node.value, *CONTEXT):
            return updated_node
        index = original_node.slice[0].slice
        return self._read(original_node, updated_node, text_of(index.value) if isinstance(index, cst.Index) else None)

    def leave_Attribute(  # noqa: N802  LibCST's
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """`context.x`."""
        if not self.means(original_node.value, *CONTEXT) or original_node.attr.value == "get":
            return updated_node
        if original_node.attr.value not in {*RUNTIME, *DATES, *INSTEAD, "logger"}:
            return updated_node
        return self._read(original_node, updated_node, original_node.attr.value)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802  LibCST's
        """Loggers come from another module."""
        if node.relative or node.module is None or isinstance(node.names, cst.ImportStar):
            return
        if code_of(node.module) == "prefect.utilities.logging":
            for alias in node.names:
                if alias.evaluated_name == "get_logger":
                    self.imports.move("prefect.utilities.logging", "get_logger", to="prefect.logging")
                    self.report("direct", node, self.code(node), "from prefect.logging")

    def _read(self, original: cst.BaseExpression, updated: cst.BaseExpression, name: str | None) -> cst.BaseExpression:
        """What is read under a name, or the same as before."""
        if name == "logger":
            return self._logger(original)
        if name in RUNTIME:
            self._import("runtime", "prefect", original)
            self.report("direct", original, self.code(original), f"`runtime.{RUNTIME[name]}`")
            return cst.parse_expression(f"runtime.{RUNTIME[name]}")
        if name in DATES:
            self._import("runtime", "prefect", original)
            code = DATES[name].format("runtime.flow_run.scheduled_start_time")
            self.report(
                "approximate", original, self.code(original), "is when the run was scheduled, not when it began"
            )
            return cst.parse_expression(code)
        instead = INSTEAD.get(name or "", "pass it as an argument, or see `prefect.runtime`")
        self.report("manual", original, self.code(original), instead)
        return updated

    def _logger(self, original: cst.BaseExpression) -> cst.BaseExpression:
        is_in_run = any(isinstance(one, (cst.FunctionDef, cst.Lambda, cst.With)) for one in parents(self, original))
        name, home = ("get_run_logger", "prefect") if is_in_run else ("get_logger", "prefect.logging")
        self._import(name, home, original)
        self.report("direct", original, self.code(original), f"`{name}()`")
        return cst.Call(cst.Name(name))

    def _import(self, name: str, module: str, original: cst.CSTNode) -> None:
        self.imports.add(module, name)
        self.imports.drop_unused("prefect", "context")
        self.imports.drop_unused("prefect.utilities.context", "context")
