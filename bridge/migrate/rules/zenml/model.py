"""Which registered model a flow is about."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.arguments import argument, call_of, named, only
from bridge.migrate.kinds import Parents
from bridge.migrate.nodes import has_comment, text_of
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.artifact_config import tags_of
from bridge.migrate.rules.zenml.names import MODEL, ZenRule

ARGUMENTS = {"name": "", "license": "licence", "description": "description", "use_cases": "intended_use",
             "tags": "tags"}  # fmt: skip
WITHOUT_PLACE = {"version", "audience", "limitations", "trade_offs", "ethics", "save_models_to_registry",
                 "delete_new_version_on_failure", "suppress_class_validation_warnings"}  # fmt: skip
STAGES = {"production", "staging", "latest", "archived"}


class Models(ZenRule):
    """`Model(name="churn", license="MIT")` becomes `Model("churn", licence="MIT")` of bridge's.

    In a decorator it says which registered model the results become versions of. Versions are numbered by the
    registry, so a version of one's own is taken out. A `Model` with a stage or a number means one that is there: it is
    loaded instead, `bridge.load("churn@production")`, which the finding says. One that is not in a decorator is
    such a handle as well, or is made for one; it is done if it has no version.
    """

    name = "zenml/model"
    words = ("Model",)
    pairs = (
        Pair(
            "from zenml import Model, pipeline\n\n\n"
            "@pipeline(model=Model(name='churn', license='MIT', tags=['a'], version='1.0'))\ndef main(): ...\n",
            "from zenml import Model, pipeline\nfrom bridge import Model\n\n\n"
            "@pipeline(model=Model('churn', licence='MIT', tags={'a': \"\"}))\ndef main(): ...\n",
            ("approximate",),
            says="numbered",
        ),
        Pair(
            "from zenml import Model\n\nchurn = Model(name='churn')\n",
            "from zenml import Model\nfrom bridge import Model\n\nchurn = Model('churn')\n",
            ("direct",),
        ),
        Pair(
            "from zenml import Model, pipeline\n\n\n"
            "@pipeline(model=Model(name='churn', version='production'))\ndef main(): ...\n",
            None,
            ("manual",),
            says='bridge.load("churn@production")',
        ),
        Pair("from zenml import Model\n\ndata = Model(name='m').load_artifact('data')\n", None, ("manual",)),
        Pair("from keras import Model\n\nm = Model(name='m')\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Make it bridge's, unless it stands for a version that is there."""
        if not self.means(original_node.func, *MODEL):
            return updated_node
        name = argument(updated_node, "name", 0)
        given = {arg.keyword.value: arg.value for arg in updated_node.args if arg.keyword is not None}
        if (
            name is None
            or not only(updated_node, *ARGUMENTS, *WITHOUT_PLACE, positions=1)
            or has_comment(original_node)
        ):
            self._left(original_node, "write bridge's `Model(name, description=, licence=, owners=, tags={…})`")
            return updated_node
        parent = self.get_metadata(Parents, original_node)
        wanted = text_of(given.get("version"))
        if isinstance(parent, cst.Attribute) or ("version" in given and not _is_label(wanted, given["version"])):
            model = text_of(name) or "name"
            self._left(
                original_node,
                f'it means a version that is there: `bridge.load("{model}@{wanted or "production"}")` gives the model, '
                f'`bridge.models.get("{model}@{wanted or "production"}")` what is known of it',
            )
            return updated_node
        arguments = [cst.Arg(name.value)]
        for word, value in given.items():
            if ARGUMENTS.get(word):
                arguments.append(named(ARGUMENTS[word], tags_of(value) if word == "tags" else value))
        lost = [word for word in given if word in WITHOUT_PLACE and word != "version"]
        said = ["versions are numbered by the registry"] if "version" in given else []
        said += [f"taken out: {', '.join(lost)}; a description or `Model(tags=…)` can say it"] if lost else []
        self.report("approximate" if said else "direct", original_node, self.code(original_node), "; ".join(said))
        return call_of(self.bridges("Model"), arguments)

    def _left(self, node: cst.Call, note: str) -> None:
        self.report("manual", node, self.code(node), note)


def _is_label(text: str | None, value: cst.BaseExpression) -> bool:
    """Whether a version is a name that somebody gave, not a stage or a number; None is no version."""
    if isinstance(value, cst.Name) and value.value == "None":
        return True
    return text is not None and text.lower() not in STAGES and not text.isdigit()
