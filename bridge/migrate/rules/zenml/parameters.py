"""Classes of parameters, as ZenML had them at first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

import libcst as cst
import libcst.matchers as m

from bridge.migrate.nodes import code_of, has_comment
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

BASES = ("zenml.steps.BaseParameters", "zenml.steps.base_parameters.BaseParameters", "zenml.steps.BaseStepConfig",
         "zenml.steps.base_step_config.BaseStepConfig")  # fmt: skip


class Parameters(ZenRule):
    """A class of `BaseParameters` becomes pydantic's `BaseModel`, which it was.

    ZenML makes a step's parameters itself if the call does not give them. So they go to the end of the task's
    parameters with the class's defaults: `def train(data, params: Params = Params())`, wherever in the project the
    class stands. A class with a field without a default has to be given by the caller, which the finding says.
    """

    name = "zenml/parameters"
    words = ("BaseParameters", "BaseStepConfig", "step")
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
            ("direct", "manual"),
            says="no default: rate",
        ),
        Pair("class Params(BaseParameters): ...\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the classes, and which of their fields have no default."""
        super().visit_Module(node)
        self.classes: dict[str, str] = {}
        for one in node.body:
            if isinstance(one, cst.ClassDef) and any(self.means(base.value, *BASES) for base in one.bases):
                self.classes[one.name.value] = ", ".join(name for line in one.body.body for name in _missing(line))
        stars = [cst.ensure_type(one, cst.ImportFrom) for one in m.findall(node, m.ImportFrom(names=m.ImportStar()))]
        self.stars = [code_of(one.module) for one in stars if one.module is not None]

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
        is_ours |= self._fields(original_node.name) is not None
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
        given = {one: fields for one in original_node.params.params if (fields := self._fields_of(one)) is not None}
        if len(given) != 1:
            return updated_node
        ((asked, fields),) = given.items()
        what = f"`{asked.name.value}` of `{original_node.name.value}`"
        if fields or has_comment(parameters):
            why = f"its class has fields with no default: {fields}" if fields else "a comment stands at the parameters"
            self.report("manual", original_node, what, f"{why}. Give it where the task is called: ZenML made it itself")
            return updated_node
        one = next(each for each in parameters.params if each.name.value == asked.name.value)
        assert one.annotation is not None
        around = cst.SimpleWhitespace(" ")
        made = one.with_changes(default=cst.Call(one.annotation.annotation), equal=cst.AssignEqual(around, around))
        kept = [other for other in parameters.params if other is not one]
        ends = [*(each.comma for each in parameters.params)]
        moved = [each.with_changes(comma=comma) for each, comma in zip([*kept, made], ends, strict=True)]
        self.report("approximate", original_node, what, "has its class's defaults, and stands last: give it by name")
        return updated_node.with_changes(params=parameters.with_changes(params=moved))

    def _fields_of(self, one: cst.Param) -> str | None:
        """The fields without a default of a parameter's class; None if it is no class of parameters."""
        kind = one.annotation.annotation if one.annotation is not None else None
        if one.default is not None or not isinstance(kind, (cst.Name, cst.Attribute)):
            return None
        return self._fields(kind)

    def _fields(self, kind: cst.Name | cst.Attribute) -> str | None:
        """The fields without a default of a class, from this file or another."""
        if isinstance(kind, cst.Name) and kind.value in self.classes:
            return self.classes[kind.value]
        homes = [*self.names(kind)]
        if isinstance(kind, cst.Name) and kind.value not in self.bindings.imported:
            here = PurePath(self.place.path).stem
            homes = [f"{home}.{kind.value}" for home in (here, *self.stars)]
        known = (self.place.known.get(f"fields of {'.'.join(home.strip('.').split('.')[-2:])}") for home in homes)
        return next((one for one in known if one is not None), None)


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


def _missing(statement: cst.CSTNode) -> Iterator[str]:
    """The name of a field that has no default."""
    for one in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
        if isinstance(one, cst.AnnAssign) and one.value is None and isinstance(one.target, cst.Name):
            yield one.target.value
