"""Steps become tasks, pipelines flows; of ZenML is imported only what is still used."""

from __future__ import annotations

from pathlib import PurePath

import libcst as cst

from bridge.migrate.bindings import Bindings
from bridge.migrate.imports import head_of
from bridge.migrate.kinds import Parents
from bridge.migrate.nodes import code_of, has_comment
from bridge.migrate.rule import Pair, Place
from bridge.migrate.rules.zenml.names import PIPELINE, STEP, ZenRule

CALLED = {**dict.fromkeys(STEP, "task"), **dict.fromkeys(PIPELINE, "flow")}


class Imports(ZenRule):
    """`@step` becomes `@task`, `@pipeline` `@flow`, both from `bridge`; imports of ZenML's that are not needed go.

    Where `task` or `flow` already means something in the module, or the old word something else as well, the old word
    is kept: `from bridge import task as step`. An import of something that is still used stays, and is named. Before it
    stands `from bridge.migrate import zenml`, so that bridge's stand-in answers for ZenML until that is done by hand:
    the file runs, and what the stand-in has not says so when it is used.
    """

    name = "zenml/imports"
    words = ("zenml",)
    pairs = (
        Pair(
            "from zenml import pipeline, step\n\n\n@step\ndef load(): ...\n\n\n@pipeline(name='p')\ndef main(): ...\n",
            "from bridge import flow, task\n\n\n@task\ndef load(): ...\n\n\n@flow(name='p')\ndef main(): ...\n",
            ("direct",),
        ),
        Pair(
            "from zenml.steps import step as s, Output\nfrom zenml.client import Client  # once\n\ntask = s(load)\n",
            "from bridge import task as s\n# once\n\ntask = s(load)\n",
            ("direct", "direct", "direct"),
        ),
        Pair(
            "import os\n\n# for models\nfrom zenml.model.model_version import ModelVersion\n\n\ndef f():\n"
            "    from zenml import Model  # none\n\n\ntry:\n    x = 1\n"
            "    from zenml.client import Client  # once\nfinally:\n    x = 2\n",
            "import os\n\n# for models\n\n\ndef f():\n    pass  # none\n\n\ntry:\n    x = 1\n    # once\nfinally:\n"
            "    x = 2\n",
            ("direct", "direct", "direct"),
        ),
        Pair(
            "from zenml import step\n\n\n@step\ndef load(): ...\n\n\ntask = load()\n",
            "from bridge import task as step\n\n\n@step\ndef load(): ...\n\n\ntask = load()\n",
            ("direct",),
        ),
        Pair(
            "from zenml import pipeline\n\n\n@pipeline(name='p')\ndef main(): ...\n\n\n"
            "pipeline = partial(main)\npipeline()\n",
            "from bridge import flow as pipeline\n\n\n@pipeline(name='p')\ndef main(): ...\n\n\n"
            "pipeline = partial(main)\npipeline()\n",
            ("direct",),
        ),
        Pair(
            "import zenml\n\n\n@zenml.step\ndef load(): ...\n",
            "import bridge\n\n\n@bridge.task\ndef load(): ...\n",
            ("direct", "direct"),
        ),
        Pair(
            "from zenml import step\nfrom zenml.client import Client\n\nClient().get_pipeline('p')\n\n\n"
            "@step.fn\ndef load(): ...\n",
            "from bridge import task\nfrom bridge.migrate import zenml\nfrom zenml.client import Client\n\n"
            "Client().get_pipeline('p')\n\n\n@task.fn\ndef load(): ...\n",
            ("direct", "manual"),
            says="stand-in",
        ),
        Pair(
            "from zenml import (\n    Client,  # once\n    step,\n)\n\n\n@step\ndef load(): ...\n",
            "from bridge import (\n    task,\n)\nfrom bridge.migrate import zenml\n"
            "from zenml import (\n    Client,  # once\n)\n\n\n@task\ndef load(): ...\n",
            ("direct", "manual"),
        ),
        Pair(
            '"""Asks."""\n\nimport os\n\n\ndef runs():\n    # late\n    from zenml.client import Client\n\n'
            "    return Client().list_pipeline_runs()\n",
            '"""Asks."""\n\nimport os\nfrom bridge.migrate import zenml\n\n\ndef runs():\n    # late\n'
            "    from zenml.client import Client\n\n    return Client().list_pipeline_runs()\n",
            ("manual",),
        ),
        Pair(
            "from zenml.client import Client\nfrom bridge.migrate.zenml.pipelines import configured\n\n"
            "configured(main, **options)()\nClient().list_pipeline_runs()\n",
            "from bridge.migrate import zenml\nfrom zenml.client import Client\n"
            "from bridge.migrate.zenml.pipelines import configured\n\n"
            "configured(main, **options)()\nClient().list_pipeline_runs()\n",
            ("manual",),
        ),
        Pair("from zen import step\n\n\n@step\ndef load(): ...\n"),
    )

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._where: list[tuple[cst.CSTNode, str, str, str]] = []
        self._renamed: set[str] = set()

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802  LibCST's
        """Note what is imported, and move the two decorators."""
        if node.relative or node.module is None:
            return
        module = code_of(node.module)
        if module.split(".")[0] != "zenml":
            return
        if isinstance(node.names, cst.ImportStar):
            self.report("manual", node, self.code(node), "what it brings is not seen: name what you use")
            return
        is_top = isinstance(self.get_metadata(Parents, self.get_metadata(Parents, node)), cst.Module)
        moved = [alias.evaluated_name for alias in node.names if f"{module}.{alias.evaluated_name}" in CALLED]
        for alias in node.names:
            name, called = alias.evaluated_name, alias.evaluated_alias or alias.evaluated_name
            if name in moved:
                if not self._move(module, name, alias.evaluated_alias, is_top=is_top, is_noted=has_comment(node)):
                    moved.remove(name)
                    self.report("manual", node, f"`{name}`", "a comment stands within the import: write bridge's")
            else:
                self._where.append((node, module, name, called))
        if moved:
            self.report("direct", node, self.code(node), f"{' and '.join(moved)} from bridge")

    def visit_Import(self, node: cst.Import) -> None:  # noqa: N802
        """Note the modules that are imported whole."""
        for alias in node.names:
            if alias.evaluated_name.split(".")[0] == "zenml":
                called = alias.evaluated_alias or "zenml"
                self._where.append((node, alias.evaluated_name, "", called))

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:  # noqa: N802
        """Write the new word."""
        if original_node.value not in self._renamed or not self.means(original_node, *CALLED):
            return updated_node
        parent = self.get_metadata(Parents, original_node)
        if isinstance(parent, cst.ImportAlias):
            return updated_node
        return updated_node.with_changes(value=self._word(original_node))

    def leave_Attribute(  # noqa: N802
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Change `zenml.step`."""
        if self.names(original_node.value) and self.means(original_node, *CALLED):
            self.imports.add("bridge")
            word = self._word(original_node)
            self.report("direct", original_node, self.code(original_node), f"bridge.{word}")
            return cst.Attribute(cst.Name("bridge"), cst.Name(word))
        return updated_node

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:  # noqa: N802
        """Take out what is not used any more; what is left is the stand-in's."""
        left = Bindings.of(self.imports.applied(updated_node))  # a decorator may have taken a name of ZenML's
        for node, module, name, called in self._where:
            origins = left.imported.get(called, set()) - {"bridge.migrate.zenml"}  # which answers for ZenML, and stays
            shadowed = any(one.startswith("bridge.") for one in origins)
            if has_comment(node):
                self.report("manual", node, f"`{name or module}`", "a comment stands within the import: take it out")
            elif (left.read[called] <= 0 or shadowed) and not self._is_exported(called):
                self.imports.drop(module, name)
                self.report("direct", node, f"`{name or module}`", "is not needed any more")
            else:
                what = f"{module}.{name}" if name else module
                self.report(
                    "manual", node, f"`{what}`", f"is still used: bridge's stand-in answers until `{called}` is gone"
                )
        return _on_stand_in(super().leave_Module(original_node, updated_node))

    def _move(self, module: str, name: str, alias: str | None, *, is_top: bool, is_noted: bool) -> bool:
        """Import a decorator from bridge; whether that can be done without losing a comment."""
        word = CALLED[f"{module}.{name}"]
        is_free = self.bindings.is_free(word) and name not in self.bindings.assigned
        joins = is_top and any(
            one.startswith("bridge.") for origins in self.bindings.imported.values() for one in origins
        )
        if alias is None and joins and not is_noted and is_free:
            self.imports.drop(module, name)
            self.imports.add("bridge", word)
            self._renamed.add(name)
        elif alias is not None or is_free:
            self.imports.move(module, name, to="bridge", called=word)
            if alias is None:
                self._renamed.add(name)
        elif is_noted:
            return False
        else:
            self.imports.drop(module, name)
            self.imports.add("bridge", word, alias=name)
        return True

    def _word(self, node: cst.CSTNode) -> str:
        return CALLED[min(self.names(node))]

    def _is_exported(self, name: str) -> bool:
        return PurePath(self.place.path).name == "__init__.py" or f"imported:{name}" in self.place.known


def _on_stand_in(module: cst.Module) -> cst.Module:
    """With an import of the stand-in before those of ZenML, if some are left."""
    body = list(module.body)
    place = next((number for number, line in enumerate(body) if _imports(line, "zenml")), None)
    if place is None:
        return module
    before = [line for line in body[:place] if isinstance(line, cst.SimpleStatementLine)]
    if any(_imports(line, "bridge.migrate.zenml") for line in before):
        return module
    if not isinstance(body[place], cst.SimpleStatementLine):
        place = min(place, head_of(body))
    body.insert(place, cst.parse_statement("from bridge.migrate import zenml"))
    return module.with_changes(body=body)


def _imports(node: cst.CSTNode, module: str) -> bool:
    """Whether a module or a part of one is imported."""
    found = {one for many in Bindings.of(node).imported.values() for one in many}
    return any(f"{one}.".startswith(f"{module}.") for one in found)
