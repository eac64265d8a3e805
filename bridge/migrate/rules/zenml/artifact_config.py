"""What is said about an output."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.arguments import argument, call_of, named
from bridge.migrate.nodes import has_comment
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ARTIFACT_CONFIG, ZenRule

TAKEN = {"name", "version", "tags", "run_metadata", "artifact_type", "is_model_artifact", "is_deployment_artifact",
         "overwrite", "model_name", "model_version"}  # fmt: skip


class ArtifactConfigs(ZenRule):
    """`ArtifactConfig(name="data", tags=["raw"])` becomes `Artifact("data", tags={"raw": ""})`.

    Versions are numbered by bridge, so `version=` is taken out; of which kind an artifact is goes by its value, so
    `artifact_type=` is taken out too. An output that says no name of its own gets one from the flow and the task.
    """

    name = "zenml/artifact-config"
    words = ("ArtifactConfig",)
    pairs = (
        Pair(
            "from zenml import ArtifactConfig\n\nx: Annotated[int, ArtifactConfig(name='n', version='1')]\n",
            "from zenml import ArtifactConfig\nfrom bridge import Artifact\n\nx: Annotated[int, Artifact('n')]\n",
            ("approximate",),
            says="numbered",
        ),
        Pair(
            "from zenml import ArtifactConfig\n\n"
            "a = ArtifactConfig(name=NAME, run_metadata={'k': 1}, tags=['raw', 'eu'])\n",
            "from zenml import ArtifactConfig\nfrom bridge import Artifact\n\n"
            "a = Artifact(NAME, metadata={'k': 1}, tags={'raw': \"\", 'eu': \"\"})\n",
            ("direct",),
        ),
        Pair(
            "from zenml import ArtifactConfig\nfrom models import Artifact\n\na = ArtifactConfig('n', tags=TAGS)\n",
            "from zenml import ArtifactConfig\nfrom models import Artifact\nimport bridge\n\n"
            "a = bridge.Artifact('n', tags={tag: \"\" for tag in TAGS})\n",
            ("direct",),
        ),
        Pair("from zenml import ArtifactConfig\n\na = ArtifactConfig(artifact_type=kind)\n", None, ("manual",)),
        Pair("a = ArtifactConfig(name='n')\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Make it an `Artifact`."""
        if not self.means(original_node.func, *ARTIFACT_CONFIG):
            return updated_node
        name = argument(updated_node, "name", 0)
        given = {arg.keyword.value: arg.value for arg in updated_node.args if arg.keyword is not None}
        if name is None or has_comment(original_node) or not given.keys() <= TAKEN:
            self.report(
                "manual",
                original_node,
                self.code(original_node),
                'write `Artifact("name", metadata={…}, tags={…})`, with `from bridge import Artifact`; leave it out '
                "where there is no name",
            )
            return updated_node
        arguments = [cst.Arg(name.value)]
        if "run_metadata" in given:
            arguments.append(named("metadata", given["run_metadata"]))
        if "tags" in given:
            arguments.append(named("tags", tags_of(given["tags"])))
        what = "versions are numbered by bridge" if "version" in given else ""
        self.report("approximate" if what else "direct", original_node, self.code(original_node), what)
        return call_of(self.bridges("Artifact"), arguments)


def tags_of(value: cst.BaseExpression) -> cst.BaseExpression:
    """Tags as bridge has them, key to value, of a list of texts."""
    empty = cst.SimpleString('""')
    if isinstance(value, (cst.List, cst.Tuple)) and all(isinstance(one, cst.Element) for one in value.elements):
        return cst.Dict([cst.DictElement(one.value, empty) for one in value.elements])
    if isinstance(value, (cst.Dict, cst.DictComp)) or (isinstance(value, cst.Name) and value.value == "None"):
        return cst.parse_expression("{}") if isinstance(value, cst.Name) else value
    each = cst.CompFor(target=cst.Name("tag"), iter=value)
    return cst.DictComp(key=cst.Name("tag"), value=empty, for_in=each)
