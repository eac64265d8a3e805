"""Values saved and loaded by hand."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.arguments import argument, call_of, named, only
from bridge.migrate.kinds import Parents
from bridge.migrate.nodes import code_of, has_comment, text_of
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.artifact_config import tags_of
from bridge.migrate.rules.zenml.names import ZenRule
from bridge.migrate.rules.zenml.selectors import BROUGHT, is_id, made_up_name, selector

SAVE = ("zenml.save_artifact", "zenml.artifacts.utils.save_artifact")
LOAD = ("zenml.load_artifact", "zenml.artifacts.utils.load_artifact")


class Artifacts(ZenRule):
    """`save_artifact(value, "name")` becomes `save(value, "name")`, `load_artifact("name", "3")` `load("name@3")`.

    Versions are numbered by bridge, so a version of one's own is not kept; an alias does that:
    `save(…, aliases=["live"])`. What is loaded by an id is not found by it here. A name that ZenML made up is bridge's;
    where it is a text that is used elsewhere, a finding says so.
    """

    name = "zenml/artifacts"
    words = ("save_artifact", "load_artifact", "register_artifact", "::output")
    pairs = (
        Pair(
            "from zenml import load_artifact, save_artifact\n\nsave_artifact(x, name='n', tags=['a'])\n"
            "y = load_artifact('n', version='3')\n",
            "from zenml import load_artifact, save_artifact\nfrom bridge import load, save\n\n"
            "save(x, 'n', tags={'a': \"\"})\ny = load(\"n@3\")\n",
            ("direct", "direct"),
        ),
        Pair(
            "from zenml import load_artifact\n\n\ndef load(): ...\n\n\ny = load_artifact(NAME, version)\n",
            "from zenml import load_artifact\nimport bridge\n\n\ndef load(): ...\n\n\n"
            'y = bridge.load(f"{NAME}@{version}")\n',
            ("direct",),
        ),
        Pair(
            "from zenml import load_artifact\n\nx = load_artifact('first::make::output')\ny = load_artifact(run.id)\n",
            'from zenml import load_artifact\nfrom bridge import load\n\nx = load("first/make")\ny = load(run.id)\n',
            ("direct", "approximate"),
            says="tag `zenml`",
        ),
        Pair(
            "from zenml import save_artifact\n\nsave_artifact(x, 'n', version='1')\n",
            "from zenml import save_artifact\nfrom bridge import save\n\nsave(x, 'n')\n",
            ("approximate",),
        ),
        Pair("from zenml import save_artifact\n\nsave_artifact(**given)\n", None, ("manual",)),
        Pair("from zenml import pipeline\n\nmain('first::make::output')\n", None, ("manual",), says="`first/make`"),
        Pair("from joblib import load\n\nload('x')\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Make it `save` or `load`."""
        made: cst.BaseExpression | None = None
        if self.means(original_node.func, *SAVE):
            made = self._saved(original_node, updated_node)
        elif self.means(original_node.func, *LOAD):
            made = self._loaded(original_node, updated_node)
        elif self.means(original_node.func, "zenml.register_artifact", "zenml.artifacts.utils.register_artifact"):
            self.report(
                "manual",
                original_node,
                self.code(original_node),
                'write `bridge.import_folder("path", "name")` or `bridge.import_file("path", "name")`',
            )
        return made or updated_node

    def leave_SimpleString(  # noqa: N802
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.BaseExpression:
        """Say what an artifact is called that ZenML has named, where that is not clear to another rule."""
        made_up = made_up_name(text_of(original_node)) if "::output" in original_node.value else None
        call = self.get_metadata(Parents, self.get_metadata(Parents, original_node), None)
        asks = (
            code_of(call.func).endswith(("artifact", "_version", "_metadata")) if isinstance(call, cst.Call) else False
        )
        if made_up is not None and not asks:
            self.report("manual", original_node, self.code(original_node), f"is called `{made_up}` here")
        return updated_node

    def _saved(self, node: cst.Call, now: cst.Call) -> cst.BaseExpression | None:
        value, name = argument(now, "data", 0), argument(now, "name", 1)
        given = {arg.keyword.value: arg.value for arg in now.args if arg.keyword is not None}
        takes = ("data", "name", "version", "tags", "user_metadata", "artifact_type", "materializer",
                 "extract_metadata", "include_visualizations", "has_custom_name")  # fmt: skip
        if value is None or name is None or not only(now, *takes, positions=2) or has_comment(node):
            self.report("manual", node, self.code(node), 'write `bridge.save(value, "name", metadata={…}, tags={…})`')
            return None
        arguments = [cst.Arg(value.value), cst.Arg(name.value)]
        if "user_metadata" in given:
            arguments.append(named("metadata", given["user_metadata"]))
        if "tags" in given:
            arguments.append(named("tags", tags_of(given["tags"])))
        lost = [word for word in ("version", "materializer") if word in given]
        note = f"taken out: {' and '.join(lost)}; versions are numbered, and stored by their type" if lost else ""
        self.report("approximate" if lost else "direct", node, self.code(node), note)
        return call_of(self.bridges("save"), arguments)

    def _loaded(self, node: cst.Call, now: cst.Call) -> cst.BaseExpression | None:
        name = argument(now, "name_or_id", 0) or argument(now, "name", 0)
        wanted = selector(name, argument(now, "version", 1))
        if wanted is None or not only(now, "name_or_id", "name", "version", positions=2) or has_comment(node):
            self.report("manual", node, self.code(node), 'write `bridge.load("name@3")`')
            return None
        asked = is_id(name)
        self.report("approximate" if asked else "direct", node, self.code(node), BROUGHT if asked else "becomes `load`")
        return call_of(self.bridges("load"), [cst.Arg(wanted)])
