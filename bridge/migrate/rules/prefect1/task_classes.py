"""Classes of tasks: `class Load(Task): def run(self, …)`."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import with_arguments
from bridge.migrate.nodes import code_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.scopes import nearest

BASE = ("prefect.Task", "prefect.core.Task", "prefect.core.task.Task")

TAKEN = frozenset(
    {"fn", "description", "task_key", "version", "retries", "task_run_name", "on_rollback_hooks", "submit"}
)
"""What a task of Prefect 3 has of its own under these names."""


class TaskClasses(Rule):
    """A class with a method `run` stays one: its instances are tasks that can be called and mapped.

    It is derived from bridge's task, whose constructor is given what it runs: `super().__init__(self.run, …)`. A class
    without a constructor gets one that takes the arguments of a task. The task is called like the class, as in
    Prefect 1. `self.logger` is the run's logger.

    A class that uses names which a task of Prefect 3 has for other things stays.
    """

    name = "prefect1/task_classes"
    words = ("Task",)
    pairs = (
        Pair(
            "from prefect import Task\n\n\nclass Load(Task):\n    def run(self, rows):\n        return rows\n",
            "from bridge.flows import BridgeTask\n\n\nclass Load(BridgeTask):\n    def __init__(self, **kwargs):\n"
            '        super().__init__(self.run, **{"name": type(self).__name__, **kwargs})\n\n'
            "    def run(self, rows):\n        return rows\n",
            ("direct",),
        ),
        Pair(
            "import prefect\n\n\nclass Load(prefect.Task):\n    def __init__(self, url, **kwargs):\n"
            "        self.url = url  # where\n        super().__init__(**kwargs)\n\n"
            "    def run(self):\n        self.logger.info(self.url)\n",
            "import prefect\nfrom bridge.flows import BridgeTask\nfrom prefect import get_run_logger\n\n\n"
            "class Load(BridgeTask):\n    def __init__(self, url, **kwargs):\n        self.url = url  # where\n"
            '        super().__init__(self.run, **{"name": type(self).__name__, **kwargs})\n\n'
            "    def run(self):\n        get_run_logger().info(self.url)\n",
            ("direct", "direct"),
        ),
        Pair(
            "from prefect import Task\n\n\nclass Load(Task):\n    def run(self):\n        self.version = 1\n",
            kinds=("manual",),
            says="self.version",
        ),
        Pair("from prefect import Task\n\n\ndef start(task: Task): ...\n"),
        Pair("class Load(Task):\n    def run(self): ...\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the classes."""
        self._classes: dict[cst.CSTNode, cst.ClassDef] = {}
        for name, found in task_classes(self, node).items():
            wrong = _wrong(found)
            if wrong:
                self.report("manual", found, f"`class {name}(Task)`", wrong)
            else:
                self._classes[found] = found
                self.report("direct", found, f"`class {name}(Task)`", "derived from bridge's task")
        if self._classes:
            self.imports.drop_unused("prefect", "Task")
            self.imports.add("bridge.flows", "BridgeTask")

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:  # noqa: N802
        """The class, derived from bridge's task."""
        if original_node not in self._classes:
            return updated_node
        bases = [
            base.with_changes(value=cst.Name("BridgeTask")) if self.means(was.value, *BASE) else base
            for base, was in zip(updated_node.bases, original_node.bases, strict=True)
        ]
        body = cst.ensure_type(updated_node.body, cst.IndentedBlock)
        has_own = any(isinstance(one, cst.FunctionDef) and one.name.value == "__init__" for one in body.body)
        if has_own or not any(self.means(base.value, *BASE) for base in original_node.bases):
            return updated_node.with_changes(bases=bases)
        return updated_node.with_changes(bases=bases, body=_with_constructor(body))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  LibCST's
        """The constructor of tasks is given what they run."""
        owner = nearest(self, original_node, cst.ClassDef)
        if owner not in self._classes or not is_constructor(original_node):
            return updated_node
        if not any(self.means(base.value, *BASE) for base in cst.ensure_type(owner, cst.ClassDef).bases):
            return updated_node
        run = cst.Arg(cst.parse_expression("self.run"))
        args = list(updated_node.args)
        if args and args[0].keyword is None and not args[0].star and code_of(args[0].value) == "self":
            args[:1] = [args[0].with_changes(comma=cst.MaybeSentinel.DEFAULT), run]
            return with_arguments(updated_node, args)
        named = {arg.keyword.value for arg in args if arg.keyword is not None}
        if args and args[-1].star == "**" and "name" not in named:
            given = f'{{"name": type(self).__name__, **{code_of(args[-1].value)}}}'
            args[-1] = args[-1].with_changes(value=cst.parse_expression(given))
        elif "name" not in named:
            args.append(cst.Arg(cst.parse_expression("type(self).__name__"), keyword=cst.Name("name"), equal=_EQUAL))
        return with_arguments(updated_node, [run, *args])

    def leave_Attribute(  # noqa: N802  LibCST's
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """`self.logger` is the run's."""
        if not m.matches(original_node, m.Attribute(m.Name("self"), m.Name("logger"))):
            return updated_node
        if nearest(self, original_node, cst.ClassDef) not in self._classes:
            return updated_node
        self.imports.add("prefect", "get_run_logger")
        self.report("direct", original_node, self.code(original_node), "`get_run_logger()`")
        return cst.Call(cst.Name("get_run_logger"))


_EQUAL = cst.AssignEqual(whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace(""))


def task_classes(rule: Rule, module: cst.Module) -> dict[str, cst.ClassDef]:
    """The classes of a file that are derived from Prefect's task, or from one of these."""
    found: dict[str, cst.ClassDef] = {}
    for one in m.findall(module, m.ClassDef()):
        each = cst.ensure_type(one, cst.ClassDef)
        names = {base.value.value for base in each.bases if isinstance(base.value, cst.Name)}
        if names & set(found) or any(rule.means(base.value, *BASE, "bridge.flows.BridgeTask") for base in each.bases):
            found[each.name.value] = each
    return found


def _wrong(found: cst.ClassDef) -> str:
    """Why a class stays as it is; empty if it does not."""
    if not isinstance(found.body, cst.IndentedBlock):
        return "stands on one line: `@task` over a function says the same"
    for one in m.findall(found, m.AssignTarget(target=m.Attribute(value=m.Name("self")))):
        target = cst.ensure_type(cst.ensure_type(one, cst.AssignTarget).target, cst.Attribute)
        if target.attr.value in TAKEN:
            return f"uses self.{target.attr.value}, which Prefect 3 uses for something else: give it another name"
    return ""


def is_constructor(call: cst.Call) -> bool:
    """Whether it calls the constructor of the class above: `super().__init__(…)`, `Task.__init__(self, …)`."""
    return m.matches(call.func, m.Attribute(m.Call(m.Name("super")), m.Name("__init__"))) or m.matches(
        call.func, m.Attribute(m.Name("Task") | m.Attribute(attr=m.Name("Task")), m.Name("__init__"))
    )


def _with_constructor(body: cst.IndentedBlock) -> cst.IndentedBlock:
    """A class with a constructor that takes the arguments of a task, below its docstring."""
    made = cst.ensure_type(
        cst.parse_statement(
            'def __init__(self, **kwargs):\n    super().__init__(self.run, **{"name": type(self).__name__, **kwargs})\n'
        ),
        cst.FunctionDef,
    )
    statements = list(body.body)
    place = 1 if statements and m.matches(statements[0], m.SimpleStatementLine(body=[m.Expr(m.SimpleString())])) else 0
    blank = cst.EmptyLine(indent=False)
    if place:
        made = made.with_changes(leading_lines=[blank])
    if len(statements) > place:
        following = statements[place]
        lines = getattr(following, "leading_lines", ())
        if not lines or lines[0].comment is not None:
            statements[place] = following.with_changes(leading_lines=[blank, *lines])
    return body.with_changes(body=[*statements[:place], made, *statements[place:]])
