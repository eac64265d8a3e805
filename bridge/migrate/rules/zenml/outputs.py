"""Outputs with names, in the way of ZenML's first years."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.nodes import has_comment
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

OUTPUT = ("zenml.steps.Output", "zenml.steps.step_output.Output", "zenml.steps.entrypoint_function_utils.Output")


class Outputs(ZenRule):
    """`-> Output(a=X, b=Y)` becomes `-> tuple[Annotated[X, "a"], Annotated[Y, "b"]]`.

    A text in `Annotated` names an artifact for bridge as it does for ZenML, so later code stays as it is. A step with
    `-> Output()` gives nothing: `-> None`.
    """

    name = "zenml/outputs"
    words = ("Output",)
    pairs = (
        Pair(
            "from zenml.steps import Output\n\n\ndef split(x) -> Output(train=list, test=list): ...\n",
            "from zenml.steps import Output\nfrom typing import Annotated\n\n\n"
            'def split(x) -> tuple[Annotated[list, "train"], Annotated[list, "test"]]: ...\n',
            ("direct",),
        ),
        Pair(
            "from typing import Annotated\nfrom zenml.steps import Output\n\n\n"
            "def split(x) -> Output(\n    train=list,  # most\n    test=list,\n): ...\n",
            "from typing import Annotated\nfrom zenml.steps import Output\n\n\n"
            'def split(x) -> tuple[\n    Annotated[list, "train"],  # most\n    Annotated[list, "test"],\n]: ...\n',
            ("direct",),
        ),
        Pair(
            "from typing_extensions import Annotated\nfrom zenml.steps import Output\n\n\n"
            "def count(x) -> Output(n=int): ...\n",
            "from typing_extensions import Annotated\nfrom zenml.steps import Output\n\n\n"
            'def count(x) -> Annotated[int, "n"]: ...\n',
            ("direct",),
        ),
        Pair(
            "from zenml.steps import Output\n\n\ndef count(x) -> Output(\n    n=int,  # not m=int\n): ...\n",
            "from zenml.steps import Output\nfrom typing import Annotated\n\n\n"
            'def count(x) -> (\n    Annotated[int, "n"]  # not m=int\n): ...\n',
            ("direct",),
        ),
        Pair(
            "from zenml.steps import Output\n\n\ndef tell(x) -> Output(): ...\n",
            "from zenml.steps import Output\n\n\ndef tell(x) -> None: ...\n",
            ("direct",),
        ),
        Pair("from zenml.steps import Output\n\n\ndef count(x) -> Output(**kinds): ...\n", None, ("manual",)),
        Pair("def count(x) -> Output(n=int): ...\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Make it a tuple of annotated types."""
        if not self.means(original_node.func, *OUTPUT):
            return updated_node
        if not updated_node.args and not has_comment(original_node):
            self.report("direct", original_node, self.code(original_node), "names no output: it is `None`")
            return cst.Name("None")
        if not updated_node.args or any(arg.keyword is None for arg in updated_node.args):
            self.report(
                "manual",
                original_node,
                self.code(original_node),
                'write `tuple[Annotated[X, "name"], …]`, with `from typing import Annotated`',
            )
            return updated_node
        if "Annotated" not in self.bindings.imported:
            self.imports.add("typing", "Annotated")
        self.report("direct", original_node, self.code(original_node), "becomes `Annotated`")
        elements = [_element(arg) for arg in updated_node.args]
        if len(elements) == 1 and has_comment(original_node):
            return _in_parentheses(elements[0], updated_node)
        if len(elements) == 1:
            index = cst.ensure_type(elements[0].slice, cst.Index)
            return index.value
        last = updated_node.args[-1]
        return cst.Subscript(
            value=cst.Name("tuple"),
            slice=elements,
            lbracket=cst.LeftSquareBracket(whitespace_after=updated_node.whitespace_before_args),
            rbracket=cst.RightSquareBracket(whitespace_before=last.whitespace_after_arg),
        )


def _in_parentheses(element: cst.SubscriptElement, output: cst.Call) -> cst.BaseExpression:
    """The only output, with the comments that stood beside it."""
    last = output.args[-1]
    after = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else last.whitespace_after_arg
    if isinstance(after, cst.ParenthesizedWhitespace) and isinstance(last.comma, cst.Comma):
        after = after.with_changes(last_line=cst.SimpleWhitespace(""))
    return cst.ensure_type(element.slice, cst.Index).value.with_changes(
        lpar=[cst.LeftParen(whitespace_after=output.whitespace_before_args)],
        rpar=[cst.RightParen(whitespace_before=after)],
    )


def _element(arg: cst.Arg) -> cst.SubscriptElement:
    assert arg.keyword is not None
    parts = [arg.value, cst.parse_expression(f'"{arg.keyword.value}"')]
    annotated = cst.Subscript(cst.Name("Annotated"), [cst.SubscriptElement(cst.Index(part)) for part in parts])
    return cst.SubscriptElement(cst.Index(annotated), comma=arg.comma)
