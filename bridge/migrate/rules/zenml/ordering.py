"""Which step comes after which."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.arguments import keyword, renamed, with_arguments, without
from bridge.migrate.nodes import has_comment, text_of
from bridge.migrate.rule import Pair, Place
from bridge.migrate.rules.zenml.names import ZenRule


class Ordering(ZenRule):
    """`after=` of a step's call becomes `wait_for=`, and its `id=` the name of the task's run.

    Tasks that are called run in the order in which they are called, so names of steps (`after="train"`) and statements
    (`train.after(load)`) are taken out. That is the same order if the steps were written in it.
    """

    name = "zenml/ordering"
    words = ("after", "id=", "id =")
    pairs = (
        Pair(
            "from zenml import pipeline\n\n\n@pipeline\ndef main():\n    a = load()\n    train(a, after=[a])\n"
            "    tell(after=['train'])\n    tell(id='again', after=a)\n",
            "from zenml import pipeline\n\n\n@pipeline\ndef main():\n    a = load()\n    train(a, wait_for=[a])\n"
            "    tell()\n    tell.with_options(task_run_name='again')(wait_for=[a])\n",
            ("direct", "approximate", "direct", "direct"),
        ),
        Pair(
            "from zenml.pipelines import pipeline\n\n\n@pipeline\ndef main(load, train):\n    load()\n    train()\n"
            "    train.after(load)\n",
            "from zenml.pipelines import pipeline\n\n\n@pipeline\ndef main(load, train):\n    load()\n    train()\n",
            ("approximate",),
        ),
        Pair("def main():\n    train(after=[a])\n    widget.after(100)\n"),
    )

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._pipelines: list[set[str] | None] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802  LibCST's
        """Note whether this is a pipeline."""
        is_pipeline = any((self.decorates(one) or "step") != "step" for one in node.decorators)
        self._pipelines.append({one.name.value for one in node.params.params} if is_pipeline else None)

    def leave_FunctionDef(  # noqa: N802
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """It is over."""
        self._pipelines.pop()
        return updated_node

    def leave_SimpleStatementLine(  # noqa: N802
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        """Take `b.after(a)` out."""
        statement = original_node.body[0]
        if self._here is None or len(original_node.body) != 1 or not isinstance(statement, cst.Expr):
            return updated_node
        call = statement.value
        if not (
            isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) and call.func.attr.value == "after"
        ):
            return updated_node
        if not isinstance(call.func.value, cst.Name) or has_comment(original_node):
            return updated_node
        self.report("approximate", call, self.code(call), "taken out: tasks run in the order in which they are called")
        return cst.RemoveFromParent()

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Change the arguments of a step's call."""
        if self._here is None or not isinstance(original_node.func, (cst.Name, cst.Attribute)):
            return updated_node
        if isinstance(original_node.func, cst.Attribute) and not self.names(original_node.func):
            return updated_node
        if not self._is_step(original_node) or has_comment(original_node):
            return updated_node
        made = self._waiting(original_node, updated_node)
        name = keyword(made, "id")
        if name is None or self.made_of(original_node.func) not in {None, "step"}:
            return made
        self.report("direct", original_node, self.code(name), "is the name of the task's run")
        options = cst.Attribute(made.func, cst.Name("with_options"))
        chosen = renamed(name, "task_run_name").with_changes(
            comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=cst.SimpleWhitespace("")
        )
        return without(made, ["id"]).with_changes(func=cst.Call(options, [chosen]))

    @property
    def _here(self) -> set[str] | None:
        return self._pipelines[-1] if self._pipelines else None

    def _is_step(self, call: cst.Call) -> bool:
        """Whether a call within a pipeline is one of a step: known as such, or imported, or it waits for something."""
        return self.made_of(call.func) is not None or keyword(call, "after") is not None

    def _waiting(self, node: cst.Call, now: cst.Call) -> cst.Call:
        after = keyword(now, "after")
        if after is None:
            return now
        value = after.value
        elements = list(value.elements) if isinstance(value, (cst.List, cst.Tuple)) else [cst.Element(value)]
        kept = [one for one in elements if text_of(one.value) is None]
        if not kept:
            self.report("approximate", node, self.code(after), "taken out: tasks run in the order of their calls")
            return without(now, ["after"])
        self.report("direct", node, self.code(after), "becomes `wait_for`")
        ends = [kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)] if len(kept) < len(elements) else [kept[-1]]
        waited = renamed(after, "wait_for", cst.List([*kept[:-1], *ends]))
        return with_arguments(now, [waited if arg is after else arg for arg in now.args])
