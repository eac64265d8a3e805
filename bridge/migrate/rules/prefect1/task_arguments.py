"""Arguments of tasks."""

from __future__ import annotations

import re
from string import Formatter

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, named, names_of, renamed, with_arguments
from bridge.migrate.nodes import code_of, has_comment, text_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.task_classes import is_constructor, task_classes
from bridge.migrate.scopes import nearest

TASK = ("prefect.task", "prefect.utilities.tasks.task")

RENAMED = {
    "max_retries": "retries",
    "timeout": "timeout_seconds",
    "log_stdout": "log_prints",
    "checkpoint": "persist_result",
    "cache_for": "cache_expiration",
}

NEEDLESS = frozenset({"nout", "skip_on_upstream_skip", "auto_generated"})
"""Left out, and nothing changes: what is unpacked is a tuple, and nothing is skipped."""

LEFT_OUT = {
    "slug": "a task has none",
    "cache_key": "the cache policy makes the key",
    "result": "bridge keeps the result; where Prefect keeps it is said by `result_storage=`",
    "result_handler": "bridge keeps the result; where Prefect keeps it is said by `result_storage=`",
    "target": "the task runs again though the file is there; `cache_policy=CONTENT` (from bridge) "
    "finds work that is done",
}
"""Left out, and what differs then."""

POLICIES = {
    "duration_only": "TASK_SOURCE",
    "all_inputs": "INPUTS",
    "all_parameters": "FLOW_PARAMETERS",
    "never_use": "NO_CACHE",
}
"""Cache validators, and the policies that look at the same."""

ALWAYS = frozenset({"all_finished", "always_run", "any_successful", "some_successful", "not_all_skipped"})
"""Triggers of tasks that run when nothing has failed, too."""


class TaskArguments(Rule):
    """Arguments of `@task(…)`, of `task(function, …)` and of instances of task classes.

    `max_retries`, `retry_delay`, `timeout`, `log_stdout`, `checkpoint` and `cache_for` get their new names; delays are
    seconds now. `cache_validator` becomes a cache policy; results are found again by a later run, which Prefect 1 does
    only with a server. `nout` and `skip_on_upstream_skip` are left out. `retry_on` becomes `retry_condition_fn`.
    A `task_run_name` that names more than the task's arguments, or is a function, is left out.

    A trigger that lets a task run whatever happened before it is left out: with calls, a failure is an exception, which
    `try` … `finally` or `except` handle. A trigger that needs a failure (`any_failed`) or a person (`manual_only`)
    stays, as without it the task would always run.
    """

    name = "prefect1/task_arguments"
    words = ("task", "Task")
    pairs = (
        Pair(
            "from prefect import task\n\n"
            "@task(max_retries=3, retry_delay=timedelta(minutes=1), nout=2)\ndef a(): ...\n",
            "from prefect import task\n\n"
            "@task(retries=3, retry_delay_seconds=timedelta(minutes=1).total_seconds())\ndef a(): ...\n",
            ("direct",),
        ),
        Pair(
            "import prefect\n\n\n@prefect.task(\n    name='x',\n    timeout=10,\n"
            "    log_stdout=True,\n)\ndef a(): ...\n",
            "import prefect\n\n\n@prefect.task(\n    name='x',\n    timeout_seconds=10,\n    log_prints=True,\n)\n"
            "def a(): ...\n",
            ("direct",),
        ),
        Pair(
            "from prefect import task\nfrom prefect.engine.cache_validators import all_inputs\n\n"
            "@task(cache_for=day, cache_validator=all_inputs)\ndef a(): ...\n",
            "from prefect import task\nfrom prefect.cache_policies import INPUTS\n\n"
            "@task(cache_expiration=day, cache_policy=INPUTS)\ndef a(): ...\n",
            ("approximate",),
        ),
        Pair(
            "from prefect import task\nfrom prefect.triggers import all_finished, any_failed\n\n"
            "@task(trigger=all_finished)\ndef a(): ...\n\n@task(trigger=any_failed)\ndef b(): ...\n",
            "from prefect import task\nfrom prefect.triggers import any_failed\n\n"
            "@task\ndef a(): ...\n\n@task(trigger=any_failed)\ndef b(): ...\n",
            ("approximate", "manual"),
            "finally",
        ),
        Pair(
            "from prefect import Task\n\nclass A(Task):\n    def run(self): ...\n\na = A(max_retries=1)\n",
            "from prefect import Task\n\nclass A(Task):\n    def run(self): ...\n\na = A(retries=1)\n",
            ("direct",),
        ),
        Pair(
            "from prefect import Task\n\nclass A(Task):\n    def __init__(self):\n"
            "        super().__init__(name='a', max_retries=1, trigger=manual_only)\n\n    def run(self): ...\n",
            "from prefect import Task\n\nclass A(Task):\n    def __init__(self):\n"
            "        super().__init__(name='a', retries=1, trigger=manual_only)\n\n    def run(self): ...\n",
            ("direct", "manual"),
        ),
        Pair(
            "from prefect import task\n\n@task(task_run_name='{task_name}-{x}')\ndef a(x): ...\n\n"
            "@task(task_run_name='{x}')\ndef b(x): ...\n\n@task(task_run_name=lambda **kw: kw['x'])\n"
            "def c(x): ...\n",
            "from prefect import task\n\n@task\ndef a(x): ...\n\n@task(task_run_name='{x}')\ndef b(x): ...\n\n"
            "@task\ndef c(x): ...\n",
            ("approximate", "approximate"),
            "prefect.runtime.task_run.parameters",
        ),
        Pair("from prefect import task\n\n@task(name='x', tags=['a'])\ndef a(): ...\n"),
        Pair("session.mount('http://', HTTPAdapter(max_retries=3))\ntask(max_retries=3)\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the task classes of the file."""
        self._classes = task_classes(self, node)

    def leave_Decorator(  # noqa: N802  LibCST's
        self, original_node: cst.Decorator, updated_node: cst.Decorator
    ) -> cst.Decorator:
        """`@task()` of which nothing is left is `@task`."""
        call, was = updated_node.decorator, original_node.decorator
        is_emptied = isinstance(call, cst.Call) and isinstance(was, cst.Call) and bool(was.args) and not call.args
        if is_emptied and self.means(cst.ensure_type(was, cst.Call).func, *TASK):
            return updated_node.with_changes(decorator=cst.ensure_type(call, cst.Call).func)
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  LibCST's
        """The arguments of a task by their new names."""
        if not self._makes_task(original_node.func) and not self._makes_itself(original_node):
            return updated_node
        old = names_of(original_node.args) & {
            *RENAMED,
            *NEEDLESS,
            *LEFT_OUT,
            "retry_delay",
            "cache_validator",
            "trigger",
            "retry_on",
            "task_run_name",
        }
        if "task_run_name" in old and self._is_named_by_arguments(original_node):
            old -= {"task_run_name"}
        if not old:
            return updated_node
        if has_comment(original_node) and old - {*RENAMED, "retry_delay"}:
            self.report("manual", original_node, self.code(original_node.func), "has comments between its arguments")
            return updated_node
        self._notes: list[str] = []
        self._done: list[str] = []
        args: list[cst.Arg] = []
        for arg in updated_node.args:
            args.extend(self._argument(arg, original_node))
        if "cache_for" in old and "cache_validator" not in old:
            args.append(self._policy("duration_only"))
        self._say(original_node)
        return with_arguments(updated_node, args)

    def _makes_task(self, func: cst.BaseExpression) -> bool:
        if self.means(func, *TASK):
            return True
        return isinstance(func, cst.Name) and func.value in self._classes

    def _is_named_by_arguments(self, call: cst.Call) -> bool:
        """Whether the name of its runs is a text with nothing to fill in but arguments of the function below."""
        given = argument(call, "task_run_name")
        text = text_of(given.value) if given is not None else None
        if text is None:
            return given is None
        try:
            wanted = {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError:
            return False
        function = nearest(self, call, cst.FunctionDef)
        is_decorated = function is not None and any(one.decorator is call for one in function.decorators)
        if not wanted or function is None or not is_decorated:
            return not wanted
        params = function.params
        return wanted <= {one.name.value for one in (*params.posonly_params, *params.params, *params.kwonly_params)}

    def _makes_itself(self, call: cst.Call) -> bool:
        """Whether it is `super().__init__(…)` in a task class."""
        owner = nearest(self, call, cst.ClassDef)
        return owner is not None and owner in self._classes.values() and is_constructor(call)

    def _say(self, call: cst.Call) -> None:
        done = ", ".join(f"`{name}`" for name in self._done)
        if self._notes:
            self.report("approximate", call, self.code(call), "; ".join(filter(None, [done, *self._notes])))
        elif done:
            self.report("direct", call, self.code(call), done)

    def _argument(self, arg: cst.Arg, call: cst.Call) -> list[cst.Arg]:
        """What an argument becomes: one, or none."""
        name = arg.keyword.value if arg.keyword is not None else ""
        if name in RENAMED:
            self._done.append(RENAMED[name])
            return [renamed(arg, RENAMED[name])]
        if name == "retry_delay":
            self._done.append("retry_delay_seconds")
            return [renamed(arg, "retry_delay_seconds", _seconds(arg.value))]
        if name in NEEDLESS:
            self._done.append(f"no {name}")
            return []
        if name in LEFT_OUT:
            self._notes.append(f"`{name}` is left out: {LEFT_OUT[name]}")
            return []
        if name == "cache_validator":
            return self._validator(arg)
        if name == "trigger":
            return self._trigger(arg, call)
        if name == "retry_on":
            return self._retry_on(arg)
        if name == "task_run_name" and not self._is_named_by_arguments(call):
            self._notes.append(
                "`task_run_name` is left out: Prefect 3 fills it with the task's own arguments only, and calls a "
                "function with nothing; `prefect.runtime.task_run.parameters` has them"
            )
            return []
        return [arg]

    def _validator(self, arg: cst.Arg) -> list[cst.Arg]:
        name = code_of(arg.value).rpartition(".")[2]
        if name not in POLICIES:
            self._notes.append("`cache_policy=INPUTS` looks at all inputs; `INPUTS - 'name'` leaves one out")
            name = "all_inputs"
        for home in ("prefect.engine.cache_validators", "prefect.engine"):
            self.imports.drop_unused(home, name)
        return [self._policy(name)]

    def _policy(self, validator: str) -> cst.Arg:
        policy = POLICIES[validator]
        self.imports.add("prefect.cache_policies", policy)
        self._notes.append(f"`cache_policy={policy}`: a later run finds the result, in another process, too")
        return named("cache_policy", policy)

    def _trigger(self, arg: cst.Arg, call: cst.Call) -> list[cst.Arg]:
        value = arg.value.func if isinstance(arg.value, cst.Call) else arg.value
        name = code_of(value).rpartition(".")[2]
        if name == "all_successful":
            self._done.append("no trigger")
        elif name in ALWAYS:
            self._notes.append(
                f"no trigger `{name}`: the task runs if nothing before it failed; "
                "for one that always runs, call it below `try: … finally:`"
            )
        else:
            how = (
                "write `pause_flow_run()` (from prefect) before its call"
                if name == "manual_only"
                else "call the task below `try: … except Exception:`, without the trigger"
            )
            self.report("manual", call, self.code(arg), how)
            return [arg]
        self.imports.drop_unused("prefect.triggers", name)
        return []

    def _retry_on(self, arg: cst.Arg) -> list[cst.Arg]:
        value = arg.value
        kinds = (
            f"({code_of(value)[1:-1].rstrip(', ')},)" if isinstance(value, (cst.List, cst.Tuple)) else code_of(value)
        )
        self._notes.append("`retry_condition_fn` looks at what was raised")
        test = f"lambda task, run, state: isinstance(state.result(raise_on_failure=False), {kinds})"
        return [named("retry_condition_fn", test)]


def _seconds(delay: cst.BaseExpression) -> cst.BaseExpression:
    if m.matches(delay, m.Integer() | m.Float() | m.Name("None")):
        return delay
    if isinstance(delay, (cst.Name, cst.Attribute, cst.Call)):
        return cst.Call(cst.Attribute(delay, cst.Name("total_seconds")))
    return cst.Call(
        cst.Attribute(delay.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()]), cst.Name("total_seconds"))
    )
