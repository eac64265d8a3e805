"""Facts about outputs, steps and models."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, call_of, keyword, only
from bridge.migrate.kinds import Kinds
from bridge.migrate.nodes import code_of, has_comment, text_of
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.client import wanted_of
from bridge.migrate.rules.zenml.names import ZenRule
from bridge.migrate.rules.zenml.selectors import selector
from bridge.migrate.scopes import parents

LOG = {
    "zenml.log_metadata": "",
    "zenml.utils.metadata_utils.log_metadata": "",
    "zenml.log_artifact_metadata": "artifact",
    "zenml.artifacts.utils.log_artifact_metadata": "artifact",
    "zenml.log_model_metadata": "model",
    "zenml.model.utils.log_model_metadata": "model",
    "zenml.log_model_version_metadata": "model",
    "zenml.model.utils.log_model_version_metadata": "model",
    "zenml.log_step_metadata": "step",
    "zenml.steps.utils.log_step_metadata": "step",
}
INFERRED = ("infer_model", "infer_artifact")


class Metadata(ZenRule):
    """`log_metadata` and its older names become bridge's, which adds facts to what the running task returns.

    With a name, and outside tasks, they are added to the version that is named. A name that is one of the step's own
    outputs is not needed: facts are added to all of them. ZenML also keeps facts about a step
    or a model; here they are with the step's outputs, one of which the model is. Numbers that are to be compared
    across runs are metrics: return them from a task with `output=Metrics()`, or `mlflow.log_metrics(…)`.
    """

    name = "zenml/metadata"
    words = ("_metadata",)
    pairs = (
        Pair(
            "from zenml import log_metadata\n\nlog_metadata(metadata={'rows': 3}, infer_artifact=True)\n",
            "from zenml import log_metadata\nfrom bridge import log_metadata\n\nlog_metadata({'rows': 3})\n",
            ("direct",),
        ),
        Pair(
            "from zenml import log_artifact_metadata\n\n"
            "log_artifact_metadata(artifact_name='n', artifact_version='3', metadata=facts)\n",
            'from zenml import log_artifact_metadata\nfrom bridge import log_metadata\n\nlog_metadata(facts, "n@3")\n',
            ("direct",),
        ),
        Pair(
            "from zenml import log_artifact_metadata\n\nlog_artifact_metadata(metadata=facts, artifact_name='n')\n",
            "from zenml import log_artifact_metadata\nfrom bridge import log_metadata\n\nlog_metadata(facts, 'n')\n",
            ("approximate",),
            says="the latest version of that name",
        ),
        Pair(
            "from zenml import log_artifact_metadata, step\nfrom bridge import Artifact\n\n\n@step\n"
            "def fit() -> tuple[Annotated[int, 'n'], Annotated[int, Artifact('m')]]:\n"
            "    log_artifact_metadata(metadata={'a': 1}, artifact_name='m')\n"
            "    log_artifact_metadata({'a': 1}, 'reg_model')\n    return 1, 2\n",
            "from zenml import log_artifact_metadata, step\nfrom bridge import Artifact, log_metadata\n\n\n@step\n"
            "def fit() -> tuple[Annotated[int, 'n'], Annotated[int, Artifact('m')]]:\n"
            "    log_metadata({'a': 1})\n    log_metadata({'a': 1}, 'reg_model')\n    return 1, 2\n",
            ("approximate", "approximate"),
            says="every output",
        ),
        Pair(
            "from zenml import log_artifact_metadata, step\n\n\n@step\ndef fit() -> Annotated[int, NAME]:\n"
            "    log_artifact_metadata(artifact_name=NAME, metadata={'a': 1})\n    return 1\n",
            "from zenml import log_artifact_metadata, step\nfrom bridge import log_metadata\n\n\n@step\n"
            "def fit() -> Annotated[int, NAME]:\n    log_metadata({'a': 1})\n    return 1\n",
            ("direct",),
        ),
        Pair(
            "from zenml import log_model_metadata\n\nlog_model_metadata({'f1': 0.5})\n",
            "from zenml import log_model_metadata\nfrom bridge import log_metadata\n\nlog_metadata({'f1': 0.5})\n",
            ("approximate",),
        ),
        Pair(
            "from zenml import log_metadata\nfrom zenml.client import Client\n\n"
            "found = Client().get_artifact_version('n', '3')\nlog_metadata(facts, artifact_version_id=found.id)\n",
            "from zenml import log_metadata\nfrom zenml.client import Client\nfrom bridge import log_metadata\n\n"
            "found = Client().get_artifact_version('n', '3')\nlog_metadata(facts, \"n@3\")\n",
            ("direct",),
        ),
        Pair("from zenml import log_metadata\n\nlog_metadata(facts, run_id_name_or_prefix=run)\n", None, ("manual",)),
        Pair("from mine import log_metadata\n\nlog_metadata(metadata=facts)\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Make it bridge's."""
        meant = self.names(original_node.func)
        if len(meant) != 1 or not meant <= LOG.keys():
            return updated_node
        about = LOG[meant.pop()]
        first = 1 if about == "artifact" and _names_first(updated_node) else 0
        facts = argument(updated_node, "metadata", first)
        name = argument(updated_node, "artifact_name", 1 - first) if about in {"", "artifact"} else None
        version = argument(updated_node, "artifact_version", 2)
        takes = ("metadata", "artifact_name", "artifact_version", "model_name", "model_version", "step_name", *INFERRED)
        outputs = self._outputs(original_node)
        is_output = version is None and name is not None and _said(name.value) in outputs
        is_output |= keyword(updated_node, "infer_artifact") is not None
        is_named = name is not None and not is_output
        wanted = selector(name, version) if is_named else self._by_id(updated_node)
        if (
            facts is None
            or has_comment(original_node)
            or not only(updated_node, *takes, *(["artifact_version_id"] if wanted is not None else []), positions=3)
            or (is_named and wanted is None)
            or (version is not None and wanted is None)
        ):
            self.report(
                "manual",
                original_node,
                self.code(original_node),
                'write `bridge.log_metadata({…})` within a task, or `bridge.log_metadata({…}, "name@3")`',
            )
            return updated_node
        note = _note(about, updated_node)
        if is_output:
            note = "the facts are added to every output of the task" if len(outputs) > 1 else ""
        elif is_named and version is None:
            note = "the facts are added to the latest version of that name, which has to be there"
        self.report("approximate" if note else "direct", original_node, self.code(original_node), note)
        arguments = [cst.Arg(facts.value), *([cst.Arg(wanted)] if wanted is not None else [])]
        return call_of(self.bridges("log_metadata"), arguments)

    def _outputs(self, call: cst.Call) -> set[str]:
        """The names of outputs that a call may mean: its step's, or in a function that is none any step's."""
        functions = [one for one in parents(self, call) if isinstance(one, cst.FunctionDef)]
        steps = [one for one in functions if self.made.get(one.name.value) == "step"]
        if functions and not steps:
            module = next(one for one in parents(self, call) if isinstance(one, cst.Module))
            steps = [one for one in Kinds.of(module).all(cst.FunctionDef) if self.made.get(one.name.value) == "step"]
        return {name for step in steps for name in _names_of(step.returns) or ["'output'"]}

    def _by_id(self, call: cst.Call) -> cst.BaseExpression | None:
        """The selector behind `artifact_version_id=version.id`, where the client was asked for the version by name."""
        given = keyword(call, "artifact_version_id")
        value = given.value if given is not None else None
        if not (isinstance(value, cst.Attribute) and value.attr.value == "id" and isinstance(value.value, cst.Name)):
            return None
        asked = self.bindings.assigned.get(value.value.value, [None])
        if len(asked) != 1 or not self.asks(asked[0], "get_artifact_version"):
            return None
        return wanted_of(cst.ensure_type(asked[0], cst.Call))


def _names_first(call: cst.Call) -> bool:
    """Whether the artifact's name stands before the facts, as it did once."""
    return bool(call.args) and call.args[0].keyword is None and isinstance(call.args[0].value, cst.SimpleString)


def _note(about: str, call: cst.Call) -> str:
    given = {arg.keyword.value for arg in call.args if arg.keyword is not None}
    if about in {"model", "step"} or given & {"infer_model", "model_name", "model_version", "step_name"}:
        return "the facts are with the task's outputs, not with the model or the step"
    return ""


def _names_of(returns: cst.Annotation | None) -> list[str]:
    """What a step calls its outputs, as it is written; a name in `Artifact("name")`, too."""
    names: list[str] = []
    if returns is None:
        return names
    for one in m.findall(returns, m.Subscript(value=m.Name("Annotated") | m.Attribute(attr=m.Name("Annotated")))):
        for element in cst.ensure_type(one, cst.Subscript).slice[1:]:
            value = cst.ensure_type(element.slice, cst.Index).value
            name = argument(value, "name", 0) if isinstance(value, cst.Call) else value
            if name is not None:
                names.append(_said(name.value if isinstance(name, cst.Arg) else name))
    return names


def _said(value: cst.BaseExpression) -> str:
    text = text_of(value)
    return repr(text) if text is not None else code_of(value)
