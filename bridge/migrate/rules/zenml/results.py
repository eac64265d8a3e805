"""What a pipeline gives when it is called."""

from __future__ import annotations

import re
from typing import Any

import libcst as cst
import libcst.matchers as m
from libcst.metadata import Assignment, BaseAssignment, ScopeProvider

from bridge.migrate.arguments import call_of, keyword
from bridge.migrate.kinds import Parents
from bridge.migrate.nodes import code_of, has_comment, text_of
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

READ = {"steps", "get_step", "status", "id", "name", "get_runs", "config", "run_metadata", "settings", "pipeline",
        "model_version", "start_time", "end_time"}  # fmt: skip
RETURN = 'a flow gives what its function returns: return it there, or load it, `bridge.load("flow/task")`'
UNNAMED = re.compile(r"output(?:_(\d+))?")
"""What ZenML calls outputs that have no name of their own."""


class Results(ZenRule):
    """A pipeline gives its run; a flow gives what its function returns.

    `run.steps["train"].outputs["model"].load()` becomes `load("model")`, the latest version. Whatever else is read of a
    run that a variable holds is asked of bridge's stand-in for ZenML, which the variable then gets the run from: let
    the function return what is wanted, or load it, `bridge.load("training/evaluate")`.
    """

    name = "zenml/results"
    words = ("zenml", ".steps", ".get_step", ".status")
    pairs = (
        Pair(
            "from zenml import pipeline, step\n\n\n@step\ndef fit(): ...\n\n\n@pipeline\ndef main(): ...\n\n\n"
            "run = main()\na = run.steps['fit'].outputs['model'][0].load()\n"
            "b = run.get_step('fit').outputs['output_1'].load()\n",
            "from zenml import pipeline, step\nfrom bridge import load\n\n\n@step\ndef fit(): ...\n\n\n@pipeline\n"
            "def main(): ...\n\n\nrun = main()\n"
            'a = load("model")\nb = load("main/fit.1")\n',
            ("approximate", "approximate"),
            says="latest version",
        ),
        Pair(
            "from zenml import pipeline, step\n\n\n@step\ndef fit() -> float: ...\n\n\n@pipeline(name=NAME)\n"
            "def main(): ...\n\n\nrun = main()\nprint(run.steps['fit'].output.load())\n",
            "from zenml import pipeline, step\nfrom bridge import load\n\n\n@step\ndef fit() -> float: ...\n\n\n"
            '@pipeline(name=NAME)\ndef main(): ...\n\n\nrun = main()\nprint(load(f"{main.name}/fit"))\n',
            ("approximate",),
        ),
        Pair(
            "from zenml import pipeline\n\n\n@pipeline\ndef main(): ...\n\n\nrun = main()\nprint(run.steps['a'])\n"
            "main().id\n",
            "from zenml import pipeline\nfrom zenml.client import Client\n\n\n@pipeline\ndef main(): ...\n\n\n"
            "main()\nrun = Client().get_pipeline(main.name).last_run\nprint(run.steps['a'])\nmain().id\n",
            ("approximate", "manual"),
            says="what its function returns",
        ),
        Pair(
            "from zenml import pipeline\n\n\n@pipeline\ndef main(): ...\n\n\n"
            "def show(run):\n    print(run.status)\n\n\nrun = main()\n",
        ),
        Pair("from zenml import pipeline\n\n\n@pipeline\ndef main(): ...\n\n\nmain()\nother().steps\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the variables that hold runs, and those of which more is read than what a step made."""
        super().visit_Module(node)
        functions = [one for one in m.findall(node, m.FunctionDef()) if isinstance(one, cst.FunctionDef)]
        self.functions = {one.name.value: one for one in functions}
        loads = [
            one for one in m.findall(node, m.Call()) if isinstance(one, cst.Call) and self._loaded(one) is not None
        ]
        done = {part for one in loads for part in m.findall(one, m.Attribute())}
        read = [one for one in m.findall(node, READING) if isinstance(one, cst.Attribute) and one not in done]
        self.asked = {made for one in read for made in self._runs(one.value)}

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Load what a step made."""
        wanted = self._loaded(original_node)
        if wanted is None:
            return updated_node
        self.report("approximate", original_node, self.code(original_node),
                    "is the latest version; that of one run is meant by `name@run:<flow run id>`")  # fmt: skip
        return call_of(self.bridges("load"), [cst.Arg(cst.parse_expression(wanted))])

    def leave_SimpleStatementLine(  # noqa: N802
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        """Get the run from the stand-in, where it is read."""
        statement = original_node.body[0]
        if len(original_node.body) != 1 or not isinstance(statement, cst.Assign):
            return updated_node
        if statement not in self.asked:
            return updated_node
        if not self.bindings.is_free("Client", but="zenml"):
            self.report("manual", statement, self.code(statement), RETURN)
            return updated_node
        now = cst.ensure_type(updated_node.body[0], cst.Assign)
        self.imports.add("zenml.client", "Client")
        self.report("approximate", statement, self.code(statement), f"{RETURN}. Until then the stand-in gives the run")
        name = code_of(self._pipeline(statement.value))
        asked = cst.parse_expression(f"Client().get_pipeline({name}.name).last_run")
        first = updated_node.with_changes(body=[cst.Expr(now.value)], trailing_whitespace=cst.TrailingWhitespace())
        second = updated_node.with_changes(body=[now.with_changes(value=asked)], leading_lines=[])
        return cst.FlattenSentinel([first, second])

    def leave_Attribute(  # noqa: N802
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Say what to do where the run of a call is read on the spot."""
        if original_node.attr.value in READ and self._is_run(original_node.value):
            self.report("manual", original_node, self.code(original_node), RETURN)
        return updated_node

    def _is_run(self, node: cst.CSTNode | None) -> bool:
        return isinstance(node, cst.Call) and self.made_of(node.func) == "pipeline"

    def _runs(self, node: cst.CSTNode) -> list[cst.Assign]:
        """Where a variable was bound to runs; nothing if it may be bound to something else."""
        if not isinstance(node, cst.Name):
            return []
        scope = self.get_metadata(ScopeProvider, node, None)
        bound = [self._assigned(one) for one in scope[node.value]] if scope is not None else []
        runs = [one for one in bound if one is not None and self._is_run(one.value)]
        return runs if len(runs) == len(bound) else []

    def _assigned(self, bound: BaseAssignment) -> cst.Assign | None:
        """The assignment of a value to one name alone."""
        target = self.get_metadata(Parents, bound.node) if isinstance(bound, Assignment) else None
        made = self.get_metadata(Parents, target) if isinstance(target, cst.AssignTarget) else None
        return made if isinstance(made, cst.Assign) and len(made.targets) == 1 else None

    def _pipeline(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """The pipeline of a call: `main` of `main.with_options(…)()`."""
        while isinstance(node, cst.Call):
            node = node.func
            if isinstance(node, cst.Attribute) and node.attr.value in {"with_options", "configure"}:
                node = node.value
        return node

    def _loaded(self, node: cst.Call) -> str | None:
        """What `run.steps["fit"].outputs["model"][0].load()` loads, as it is written; None if it is not that."""
        found = None if has_comment(node) else m.extract(node, LOADED)
        if found is None:
            return None
        runs, step = self._runs(cst.ensure_type(found["run"], cst.Name)), _text(found["step"])
        output = _text(found["output"]) if "output" in found else "output"
        if not runs or step is None or output is None:
            return None
        unnamed = UNNAMED.fullmatch(output)
        if unnamed is None:
            return f'"{output}"' if not re.search(r"_\d+$", step) and not set(output) & set('{}"\\@') else None
        function = self.functions.get(step) if self.made.get(step) == "step" else None
        if function is None or (function.returns and "Annotated" in code_of(function.returns.annotation)):
            return None
        element = f".{unnamed[1]}" if unnamed[1] else ""
        return self._named(runs[0].value, f"{step}{element}")

    def _named(self, run: cst.BaseExpression, output: str) -> str:
        """The name of an output that has none of its own."""
        name = code_of(self._pipeline(run))
        function = self.functions.get(name)
        calls = [one.decorator for one in (function.decorators if function else ())]
        said = [keyword(one, "name") for one in calls if isinstance(one, cst.Call)]
        given = next((one for one in said if one is not None), None)
        if function is None or (given is not None and text_of(given) is None):
            return f'f"{{{name}.name}}/{output}"'
        return f'"{text_of(given) or name}/{output}"'


def _text(node: object) -> str | None:
    return text_of(cst.Arg(node)) if isinstance(node, cst.BaseExpression) else None


def _item(of: Any, index: Any) -> m.Subscript:  # LibCST's matchers have no type in common
    return m.Subscript(value=of, slice=[m.SubscriptElement(slice=m.Index(value=index))])


_RUN = m.SaveMatchedNode(m.Name(), "run")
_STEP = m.SaveMatchedNode(m.SimpleString(), "step")
_OUTPUT = m.SaveMatchedNode(m.SimpleString(), "output")
_AT = m.OneOf(
    _item(m.Attribute(value=_RUN, attr=m.Name("steps")), _STEP),
    m.Call(func=m.Attribute(value=_RUN, attr=m.Name("get_step")), args=[m.Arg(value=_STEP)]),
)
_NAMED = _item(m.Attribute(value=_AT, attr=m.Name("outputs")), _OUTPUT)
_MADE: Any = m.OneOf(_NAMED, _item(_NAMED, m.Integer("0")), m.Attribute(value=_AT, attr=m.Name("output")))
LOADED = m.Call(func=m.Attribute(value=_MADE, attr=m.Name("load") | m.Name("read")), args=[])
"""What is read of a run to get a value that a step made."""
READING = m.Attribute(value=m.Name(), attr=m.Name(m.MatchIfTrue(lambda name: name in READ)))
"""What may read a run that a variable holds."""
