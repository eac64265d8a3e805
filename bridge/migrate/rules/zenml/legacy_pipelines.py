"""Pipelines that are given their steps, as ZenML had them at first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import call_of, named, with_arguments
from bridge.migrate.nodes import code_of, has_comment
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

DROPPED = {"run_name", "unlisted", "enable_cache", "enable_artifact_metadata", "enable_artifact_visualization"}
STEP_CHAIN = {"with_return_materializers", "with_return_artifacts", "configure"}


class LegacyPipelines(ZenRule):
    """`pipe(load(), train(params=P())).run()` becomes `pipe(load, partial(train, params=P()))`.

    The pipeline stays a function that is given its tasks. What was made from steps is called at once; a variable that
    holds it becomes a `partial`, and its `.run()` a call.
    """

    name = "zenml/legacy-pipeline"
    words = ("zenml", ".run(")
    pairs = (
        Pair(
            "from zenml.pipelines import pipeline\nfrom zenml.steps import step\n\n\n@step\ndef load(): ...\n\n\n"
            "@step\ndef train(params, data): ...\n\n\n@pipeline\ndef main(load, train):\n    train(data=load())\n\n\n"
            "main(load=load(), train=train(params=P())).run(run_name='x')\n",
            "from zenml.pipelines import pipeline\nfrom zenml.steps import step\nfrom functools import partial\n\n\n"
            "@step\ndef load(): ...\n\n\n@step\ndef train(params, data): ...\n\n\n@pipeline\n"
            "def main(load, train):\n    train(data=load())\n\n\nmain(load=load, train=partial(train, params=P()))\n",
            ("approximate",),
            says="run_name",
        ),
        Pair(
            "from zenml.pipelines import pipeline\nfrom zenml.steps import step\n\n\n@step\ndef load(): ...\n\n\n"
            "@pipeline\ndef main(load):\n    load()\n\n\nif True:\n    p = main(load())\n    p.run()\n",
            "from zenml.pipelines import pipeline\nfrom zenml.steps import step\nfrom functools import partial\n\n\n"
            "@step\ndef load(): ...\n\n\n@pipeline\ndef main(load):\n    load()\n\n\n"
            "if True:\n    p = partial(main, load)\n    p()\n",
            ("direct",),
        ),
        Pair(
            "from zenml.pipelines import pipeline\n\n\n@pipeline\ndef main(load):\n    load()\n\n\n"
            "p = main(load())\np.run(schedule=daily)\n",
            None,
            ("manual",),
            says="serve",
        ),
        Pair(
            "from zenml.pipelines import pipeline\n\n\n@pipeline(name='p')\ndef main(load):\n    load()\n\n\n"
            "pipeline = main(load=load())\npipeline.run()\n",
            "from zenml.pipelines import pipeline\nfrom functools import partial\n\n\n"
            "@pipeline(name='p')\ndef main(load):\n    load()\n\n\npipeline = partial(main, load=load)\npipeline()\n",
            ("direct",),
        ),
        Pair("import zenml\n\nmain(load()).run()\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the variables that hold pipelines with their steps, and what is done with them."""
        super().visit_Module(node)
        self.instances = {
            name
            for name, values in self.bindings.assigned.items()
            if name not in self.made and all(self._is_instance(value) for value in values)
        }
        decorators = Counter(
            code_of(one.decorator.func if isinstance(one.decorator, cst.Call) else one.decorator)
            for one in m.findall(node, m.Decorator())
            if isinstance(one, cst.Decorator)
        )  # a module may call what it made `pipeline`, after the decorator
        read = self.bindings.read
        self.whole = {name for name in self.instances if read[name] - decorators[name] == len(_runs(node, name))}

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:  # noqa: N802
        """Make what a variable holds a partial."""
        target = original_node.targets[0].target
        if not isinstance(target, cst.Name) or target.value not in self.instances:
            return updated_node
        call, now = original_node.value, updated_node.value
        assert isinstance(call, cst.Call)
        assert isinstance(now, cst.Call)
        steps = self._steps(call, now)
        if target.value not in self.whole or steps is None:
            self.report(
                "manual",
                original_node,
                self.code(call),
                "call the flow with its tasks, `main(load, partial(train, params=P()))`; on a schedule, "
                "`main.serve(cron=…)`",
            )
            self.whole.discard(target.value)
            return updated_node
        self.imports.add("functools", "partial")
        self.report("direct", original_node, self.code(call), "becomes a `partial`, which is called")
        made = with_arguments(now, [cst.Arg(now.func), *steps])
        if not steps:
            made = now.with_changes(args=[cst.Arg(now.func)])
        return updated_node.with_changes(value=made.with_changes(func=cst.Name("partial")))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Change `.run()`."""
        function = original_node.func
        if not (isinstance(function, cst.Attribute) and function.attr.value == "run"):
            return updated_node
        if isinstance(function.value, cst.Name) and function.value.value in self.whole:
            return cst.Call(function.value)
        if not self._is_instance(function.value):
            return updated_node
        call = cst.ensure_type(function.value, cst.Call)
        now = cst.ensure_type(cst.ensure_type(updated_node.func, cst.Attribute).value, cst.Call)
        steps = self._steps(call, now)
        if steps is None or not _only_dropped(original_node):
            self.report(
                "manual",
                original_node,
                self.code(original_node),
                "call the flow with its tasks, `main(load, partial(train, params=P()))`; on a schedule, "
                "`main.serve(cron=…)`",
            )
            return updated_node
        lost = sorted(arg.keyword.value for arg in original_node.args if arg.keyword)
        note = f"taken out: {', '.join(lost)}; `.with_options(flow_run_name=…)` names a run" if lost else ""
        self.report("approximate" if lost else "direct", original_node, self.code(original_node), note)
        return with_arguments(now, steps)

    def _is_instance(self, node: cst.CSTNode | None) -> bool:
        """Whether this is a call of a pipeline that is given steps."""
        return (
            isinstance(node, cst.Call)
            and isinstance(node.func, cst.Name)
            and self.made_of(node.func) == "legacy pipeline"
        )

    def _steps(self, call: cst.Call, now: cst.Call) -> Sequence[cst.Arg] | None:
        """The arguments with tasks in the place of steps; None if one is not understood."""
        if has_comment(call):
            return None
        made = []
        for old, new in zip(call.args, now.args, strict=True):
            if old.star:
                return None
            value = self._step(old.value, new.value)
            if value is None:
                return None
            made.append(new.with_changes(value=value))
        return made

    def _step(self, node: cst.BaseExpression, now: cst.BaseExpression) -> cst.BaseExpression | None:
        while (
            isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in STEP_CHAIN
        ):
            node = node.func.value
            now = node
        if not isinstance(node, cst.Call) or not isinstance(now, cst.Call):
            return now
        if not isinstance(node.func, cst.Name):
            return None
        if not node.args:
            return node.func
        given = list(now.args)
        if given[0].keyword is None and len(given) == 1 and not given[0].star:
            given = [named(self._parameter(node.func.value), given[0].value)]
        if any(arg.keyword is None for arg in given):
            return None
        self.imports.add("functools", "partial")
        return call_of("partial", [cst.Arg(node.func), *given])

    def _parameter(self, step: str) -> str:
        """What a step calls its class of parameters; as most do, if it is in another module."""
        return self.place.known.get(f"parameter of {step}", "params")


def _runs(module: cst.Module, name: str) -> Sequence[cst.CSTNode]:
    pattern = m.Call(func=m.Attribute(value=m.Name(name), attr=m.Name("run")))
    return [call for call in m.findall(module, pattern) if isinstance(call, cst.Call) and _only_dropped(call)]


def _only_dropped(run: cst.Call) -> bool:
    return all(arg.keyword is not None and arg.keyword.value in DROPPED for arg in run.args) and not has_comment(run)
