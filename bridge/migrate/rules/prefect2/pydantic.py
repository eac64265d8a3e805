"""Models of pydantic 1, which flows take as parameters and blocks are."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, named, names_of, renamed, with_arguments
from bridge.migrate.nodes import code_of
from bridge.migrate.rule import Pair, Rule

FIELDS = tuple(f"pydantic.{name}" for name in ("Field", "constr", "fields.Field"))

ROOT_VALIDATOR = ("pydantic.root_validator", "pydantic.class_validators.root_validator")

VALIDATOR = ("pydantic.validator", "pydantic.class_validators.validator")

CONSTRAINED = {
    "ConstrainedStr": "Annotated[str, StringConstraints(…)]",
    "ConstrainedInt": "Annotated[int, Field(ge=…, le=…)]",
    "ConstrainedFloat": "Annotated[float, Field(ge=…, le=…)]",
    "ConstrainedList": "Annotated[list[T], Field(min_length=…)]",
}
"""Classes that pydantic 2 has not, and what to annotate instead."""


class Pydantic(Rule):
    """Prefect 3 needs pydantic 2. What stops at once there is changed: `BaseSettings`, `regex=`, `@root_validator`.

    `BaseSettings` comes from pydantic_settings; `Field(regex=…)` is `pattern=`; `@root_validator` says
    `skip_on_failure=True`, as it has to. Models with `__root__`, constrained classes and validators that ask for the
    field or the config stay, with what to write. What pydantic 2 still takes with a warning (`validator`, `.dict()`,
    `class Config`) stays; its own guide says more.
    """

    name = "prefect2/pydantic"
    words = ("pydantic",)
    pairs = (
        Pair(
            "from pydantic import BaseModel, BaseSettings, Field, root_validator\n\n\nclass A(BaseModel):\n"
            '    name: str = Field(..., regex="^a")\n\n    @root_validator\n    def check(cls, values): ...\n\n'
            "    @root_validator(pre=True)\n    def before(cls, values): ...\n\n\nclass B(BaseSettings): ...\n",
            "from pydantic_settings import BaseSettings\nfrom pydantic import BaseModel, Field, root_validator\n\n\n"
            'class A(BaseModel):\n    name: str = Field(..., pattern="^a")\n\n'
            "    @root_validator(skip_on_failure=True)\n    def check(cls, values): ...\n\n"
            "    @root_validator(pre=True)\n    def before(cls, values): ...\n\n\nclass B(BaseSettings): ...\n",
            ("direct", "direct", "direct"),
        ),
        Pair(
            "from pydantic import BaseModel, ConstrainedStr, validator\n\n\nclass Names(BaseModel):\n"
            "    __root__: list\n\n    @validator('x')\n    def check(cls, v, field): ...\n",
            kinds=("manual", "manual", "manual"),
            says="RootModel",
        ),
        Pair(
            "from pydantic import BaseModel, Field, validator\n\n\nclass A(BaseModel):\n    n: int = Field(1, ge=0)\n\n"
            "    @validator('n')\n    def check(cls, v, values): ...\n"
        ),
    )

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802  LibCST's
        """Names that are elsewhere, or gone."""
        if node.relative or node.module is None or isinstance(node.names, cst.ImportStar):
            return
        if code_of(node.module) != "pydantic":
            return
        for alias in node.names:
            name = alias.evaluated_name
            if name == "BaseSettings":
                self.imports.move("pydantic", name, to="pydantic_settings")
                self.report("direct", node, f"`{name}`", "from pydantic_settings")
            elif name in CONSTRAINED:
                self.report("manual", node, f"`{name}`", f"is not in pydantic 2: `{CONSTRAINED[name]}`")

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:  # noqa: N802  LibCST's
        """A model of one value without a name."""
        if m.matches(node.target, m.Name("__root__")):
            kind = code_of(node.annotation.annotation)
            self.report("manual", node, self.code(node), f"`class …(RootModel[{kind}])`, whose value is `.root`")

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802  LibCST's
        """A validator that asks for what pydantic 2 does not tell it."""
        funcs = [one.decorator.func if isinstance(one.decorator, cst.Call) else None for one in node.decorators]
        asked = [one.name.value for one in node.params.params if one.name.value in ("field", "config")]
        if asked and any(func is not None and self.means(func, *VALIDATOR) for func in funcs):
            self.report(
                "manual", node, f"`{node.name.value}(… {asked[0]} …)`", "`@field_validator`, with `info` in its place"
            )

    def leave_Decorator(  # noqa: N802  LibCST's
        self, original_node: cst.Decorator, updated_node: cst.Decorator
    ) -> cst.Decorator:
        """`@root_validator`."""
        old, new = original_node.decorator, updated_node.decorator
        func = old.func if isinstance(old, cst.Call) else old
        given = names_of(old.args) if isinstance(old, cst.Call) else set()
        if not self.means(func, *ROOT_VALIDATOR) or given & {"pre", "skip_on_failure"}:
            return updated_node
        self.report("direct", original_node, self.code(old), "`skip_on_failure=True`, without which pydantic 2 stops")
        call = new if isinstance(new, cst.Call) else cst.Call(new)
        return updated_node.with_changes(decorator=with_arguments(call, [*call.args, named("skip_on_failure", "True")]))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  LibCST's
        """`Field(regex=…)`."""
        regex = argument(updated_node, "regex")
        if regex is None or not self.means(original_node.func, *FIELDS):
            return updated_node
        self.report("direct", original_node, self.code(original_node), "`pattern`")
        args = [renamed(arg, "pattern") if arg is regex else arg for arg in updated_node.args]
        return with_arguments(updated_node, args)
