"""Classes of parameters, as ZenML had them at first."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.nodes import has_comment
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

BASES = ("zenml.steps.BaseParameters", "zenml.steps.base_parameters.BaseParameters", "zenml.steps.BaseStepConfig",
         "zenml.steps.base_step_config.BaseStepConfig")  # fmt: skip


class Parameters(ZenRule):
    """A class of `BaseParameters` becomes pydantic's `BaseModel`, which it was.

    ZenML makes a step's parameters itself if the call does not give them. So they go to the end of the task's
    parameters with the class's defaults: `def train(data, params: Params = Params())`. A class with a field without a
    default has to be given by the caller.
    """

    name = "zenml/parameters"
    words = ("BaseParameters", "BaseStepConfig")
    pairs = (
        Pair(
            "from zenml.steps import BaseParameters, step\n\n\nclass Params(BaseParameters):\n"
            "    rate: float = 0.1\n    more = {'a': 1}\n\n\n"
            "@step\ndef train(params: Params, data: list) -> list: ...\n",
            "from zenml.steps import BaseParameters, step\nfrom pydantic import BaseModel\n\n\n"
            "class Params(BaseModel):\n    rate: float = 0.1\n    more: dict = {'a': 1}\n\n\n"
            "@step\ndef train(data: list, params: Params = Params()) -> list: ...\n",
            ("direct", "approximate"),
        ),
        Pair(
            "from zenml.steps import BaseParameters, step\n\n\nclass Params(BaseParameters):\n    rate: float\n\n\n"
            "@step\ndef train(params: Params) -> list: ...\n",
            "from zenml.steps import BaseParameters, step\nfrom pydantic import BaseModel\n\n\n"
            "class Params(BaseModel):\n    rate: float\n\n\n"
            "@step\ndef train(params: Params) -> list: ...\n",
            ("direct",),
        ),
        Pair("class Params(BaseParameters): ...\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the classes, and those of them that can be made without arguments."""
        super().visit_Module(node)
        self.classes: dict[str, bool] = {}
        for one in node.body:
            if isinstance(one, cst.ClassDef) and any(self.means(base.value, *BASES) for base in one.bases):
                self.classes[one.name.value] = all(map(_has_default, one.body.body))

    def leave_ClassDef(  # noqa: N802
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        """Change the base."""
        bases = []
        for old, new in zip(original_node.bases, updated_node.bases, strict=True):
            if self.means(old.value, *BASES):
                self.imports.add("pydantic", "BaseModel")
                self.report("direct", original_node, f"`class {original_node.name.value}`", "is pydantic's BaseModel")
                new = new.with_changes(value=cst.Name("BaseModel"))
            bases.append(new)
        is_ours = any(new is not old for new, old in zip(bases, updated_node.bases, strict=True))
        body = updated_node.body
        if is_ours and isinstance(body, cst.IndentedBlock):
            body = body.with_changes(body=[_annotated(line) for line in body.body])
        return updated_node.with_changes(bases=bases, body=body)

    def leave_FunctionDef(  # noqa: N802
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """Give a step's parameters their default."""
        if not any(self.decorates(one) == "step" for one in original_node.decorators):
            return updated_node
        parameters = updated_node.params
        given = [one for one in parameters.params if self._is_made(one)]
        if len(given) != 1 or has_comment(parameters):
            return updated_node
        (one,) = given
        assert one.annotation is not None
        default = cst.Call(cst.ensure_type(one.annotation.annotation, cst.Name))
        around = cst.SimpleWhitespace(" ")
        made = one.with_changes(default=default, equal=cst.AssignEqual(around, around))
        kept = [other for other in parameters.params if other is not one]
        ends = [*(each.comma for each in parameters.params)]
        moved = [each.with_changes(comma=comma) for each, comma in zip([*kept, made], ends, strict=True)]
        self.report("approximate", original_node, f"`{one.name.value}` of `{original_node.name.value}`",
                    "has its class's defaults, and stands last: give it by name")  # fmt: skip
        return updated_node.with_changes(params=parameters.with_changes(params=moved))

    def _is_made(self, one: cst.Param) -> bool:
        kind = one.annotation.annotation if one.annotation is not None else None
        return one.default is None and isinstance(kind, cst.Name) and self.classes.get(kind.value, False)


def _annotated(line: cst.BaseStatement) -> cst.BaseStatement:
    """A field with the type of its default, which pydantic does not add by itself any more."""
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return line
    field = line.body[0]
    if (
        not isinstance(field, cst.Assign)
        or len(field.targets) != 1
        or not isinstance(field.targets[0].target, cst.Name)
    ):
        return line
    target, kind = field.targets[0], next((name for name, of in KINDS.items() if isinstance(field.value, of)), None)
    if isinstance(field.value, cst.Name) and field.value.value in {"True", "False"}:
        kind = "bool"
    if kind is None:
        return line
    equal = cst.AssignEqual(target.whitespace_before_equal, target.whitespace_after_equal)
    made = cst.AnnAssign(target.target, cst.Annotation(cst.Name(kind)), field.value, equal)
    return line.with_changes(body=[made])


KINDS = {"dict": cst.Dict, "list": cst.List, "tuple": cst.Tuple, "set": cst.Set, "str": cst.SimpleString,
         "int": cst.Integer, "float": cst.Float}  # fmt: skip
"""Literals, and their types."""


def _has_default(statement: cst.CSTNode) -> bool:
    if not isinstance(statement, cst.SimpleStatementLine):
        return True
    return all(not isinstance(one, cst.AnnAssign) or one.value is not None for one in statement.body)
