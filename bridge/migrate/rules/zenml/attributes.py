"""What is read of steps and pipelines themselves."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.kinds import Parents
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

NOTES = {
    "configuration": "a task has no configuration: parameters are arguments of its call, and its own are `name`, "
    "`retries`, `tags`, `cache_policy`",
    "caching_parameters": "write what it is found by in its `cache_policy`",
    "source_object": "is `fn`",
    "source_code": 'write `inspect.getsource(task.fn)`',
    "docstring": "is `__doc__`",
    "upstream_steps": "`bridge lineage` shows it once the flow has run",
}  # fmt: skip
NOTES |= dict.fromkeys(("spec", "enable_cache"), NOTES["configuration"])
"""What a task or flow of Prefect's has not, and what to write."""


class Attributes(ZenRule):
    """A step's function, `load.entrypoint`, is `load.fn`, in tests of steps, too.

    What else is read of a step or pipeline that Prefect's has not, `train.configuration.parameters`, has a finding.
    """

    name = "zenml/attributes"
    words = ("entrypoint", *NOTES)
    pairs = (
        Pair(
            "from zenml import step\n\n\n@step\ndef load(): ...\n\n\nassert load.entrypoint() is None\n",
            "from zenml import step\n\n\n@step\ndef load(): ...\n\n\nassert load.fn() is None\n",
            ("direct",),
        ),
        Pair(
            "from zenml import pipeline, step\n\n\n@step\ndef load(): ...\n\n\n@pipeline\ndef main():\n"
            "    print(load.configuration.parameters)\n    load()\n",
            None,
            ("manual",),
            says="arguments of its call",
        ),
        Pair("from zenml import step\n\nprint(load.entrypoint, load.configuration)\n"),
    )

    def leave_Attribute(  # noqa: N802  LibCST's
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Change `entrypoint`; say what to do about the rest."""
        word = original_node.attr.value
        if word not in NOTES and word != "entrypoint":
            return updated_node
        if self.made_of(original_node.value) is None:
            return updated_node
        if word == "entrypoint":
            self.report("direct", original_node, self.code(original_node), "is `fn`")
            return updated_node.with_changes(attr=cst.Name("fn"))
        above = self.get_metadata(Parents, original_node)
        shown = above if isinstance(above, cst.Attribute) else original_node
        self.report("manual", original_node, self.code(shown), NOTES[word])
        return updated_node
