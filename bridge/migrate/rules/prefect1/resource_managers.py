"""Resource managers become context managers."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.rule import Pair, Rule

MANAGER = ("prefect.resource_manager", "prefect.tasks.core.resource_manager.resource_manager")


class ResourceManagers(Rule):
    """A class below `@resource_manager` becomes a context manager; a flow uses it as it did, `with Cluster() as c:`.

    It gets `__enter__` and `__exit__`, which call its `setup` and `cleanup`. These are no tasks any more. Arguments
    (`@resource_manager(name=…)`) are left out.
    """

    name = "prefect1/resource_managers"
    words = ("resource_manager",)
    pairs = (
        Pair(
            "from prefect import Flow, resource_manager\n\n\n# One.\n@resource_manager\nclass Cluster:\n"
            "    def setup(self):\n        return 1\n\n    def cleanup(self, client):\n        pass\n",
            "from prefect import Flow\n\n\n# One.\nclass Cluster:\n"
            "    def setup(self):\n        return 1\n\n    def cleanup(self, client):\n        pass\n\n"
            "    def __enter__(self):\n        self._resource = self.setup()\n        return self._resource\n\n"
            "    def __exit__(self, *error):\n        self.cleanup(self._resource)\n",
            ("approximate",),
        ),
        Pair("@resource_manager\nclass Cluster:\n    pass\n"),
    )

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:  # noqa: N802
        """The class as a context manager."""
        ours = [one for one in original_node.decorators if self.means(_func(one.decorator), *MANAGER)]
        if not ours or not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        place = original_node.decorators.index(ours[0])
        kept = [one for at, one in enumerate(updated_node.decorators) if at != place]
        comments = [*ours[0].leading_lines]
        if ours[0].trailing_whitespace.comment is not None:
            comments.append(cst.EmptyLine(comment=ours[0].trailing_whitespace.comment))
        self.imports.drop_unused("prefect", "resource_manager")
        self.imports.drop_unused("prefect.tasks.core.resource_manager", "resource_manager")
        note = "a context manager; its `setup` and `cleanup` are no tasks any more"
        self.report("approximate", original_node, f"`class {original_node.name.value}`", note)
        methods = [_method(code) for code in METHODS]
        body = updated_node.body.with_changes(body=[*updated_node.body.body, *methods])
        return updated_node.with_changes(
            decorators=kept, body=body, leading_lines=[*updated_node.leading_lines, *comments]
        )


METHODS = (
    "def __enter__(self):\n    self._resource = self.setup()\n    return self._resource\n",
    "def __exit__(self, *error):\n    self.cleanup(self._resource)\n",
)


def _method(code: str) -> cst.BaseStatement:
    made = cst.ensure_type(cst.parse_statement(code), cst.FunctionDef)
    return made.with_changes(leading_lines=[cst.EmptyLine(indent=False)])


def _func(decorator: cst.BaseExpression) -> cst.BaseExpression:
    return decorator.func if isinstance(decorator, cst.Call) else decorator
