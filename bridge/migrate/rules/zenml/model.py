"""Which registered model a flow is about."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.arguments import argument, call_of, named, names_of, only
from bridge.migrate.kinds import Kinds, Parents
from bridge.migrate.nodes import code_of, has_comment, lost_comments, text_of
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.artifact_config import tags_of
from bridge.migrate.rules.zenml.model_versions import ARTIFACTS
from bridge.migrate.rules.zenml.names import MODEL, ZenRule
from bridge.migrate.scopes import nearest, reads, scope_of

ARGUMENTS = {"name": "", "license": "licence", "description": "description", "use_cases": "intended_use",
             "tags": "tags"}  # fmt: skip
WITHOUT_PLACE = {"version", "audience", "limitations", "trade_offs", "ethics", "save_models_to_registry",
                 "delete_new_version_on_failure", "suppress_class_validation_warnings"}  # fmt: skip
STAGES = {"production", "staging", "latest", "archived"}
HAS = {"name", "description"}
"""What both have under one name."""

_ARTIFACT = 'write `bridge.load("artifact@run:<flow run id>")`, with the `run_id` of `bridge.models.get("{}")`'
HANDLE = {
    "version": "versions are numbered by the registry; a word of one's own is an alias, "
    '`bridge.promote("{0}@3", to="word")`, or a tag, `Model("{0}", tags={{"version": "word"}})`',
    "number": 'write `bridge.models.get("{}").number`',
    "id": 'write `bridge.models.get("{}").selector`',
    "stage": 'stages are aliases: write `bridge.models.get("{}").aliases`',
    "set_stage": 'write `bridge.promote("{}", to="production")`',
    "tags": 'write `bridge.models.get("{}").tags`',
    **dict.fromkeys((*ARTIFACTS, "load_artifact"), _ARTIFACT),
}
"""What to write for what is read of a model, or set."""


class Models(ZenRule):
    """`Model(name="churn", license="MIT")` becomes `Model("churn", licence="MIT")` of bridge's.

    In a decorator it says which registered model the results become versions of. Versions are numbered by the
    registry, so a version of one's own is taken out. A `Model` with a stage or a number means one that is there: it is
    loaded instead, `bridge.load("churn@production")`, which the finding says. One that is not in a decorator is
    such a handle as well, or is made for one; it is done if it has no version, and if nothing is read of it or set that
    bridge's has not: it stays ZenML's then, and each such place has a finding.
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
            "@pipeline(\n    model=Model(  # ours\n        name='churn'\n    ),\n)\ndef main(): ...\n\n\n"
            "m = Model(\n    name='churn',  # theirs\n)\n",
            "from zenml import Model, pipeline\nfrom bridge import Model\n\n\n"
            "# ours\n@pipeline(\n    model=Model('churn'),\n)\ndef main(): ...\n\n\n# theirs\nm = Model('churn')\n",
            ("direct", "direct"),
        ),
        Pair(
            "from zenml import Model, pipeline\n\n\n"
            "@pipeline(model=Model(name='churn', version='production'))\ndef main(): ...\n",
            None,
            ("manual",),
            says='bridge.load("churn@production")',
        ),
        Pair(
            "from zenml import Model\n\nm = Model(name='clf')\nm.version = 'sgd'\nprint(m.number)\n"
            "main.with_options(model=m)()\noptions['model'] = Model(name='reg')\noptions[\"model\"].set_stage(stage)\n",
            None,
            ("manual", "manual", "manual", "manual", "manual", "manual"),
            says='bridge.models.get("clf").number',
        ),
        Pair(
            "from zenml import Model\n\n\ndef name():\n    m = Model(name='clf')\n    return m.name\n\n\n"
            "def fit(m):\n    m.version = 1\n",
            "from zenml import Model\nfrom bridge import Model\n\n\ndef name():\n    m = Model('clf')\n"
            "    return m.name\n\n\ndef fit(m):\n    m.version = 1\n",
            ("direct",),
        ),
        Pair("from zenml import Model\n\ndata = Model(name='m').load_artifact('data')\n", None, ("manual",)),
        Pair("from keras import Model\n\nm = Model(name='m')\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find what is read of models, or set, that bridge's have not."""
        super().visit_Module(node)
        kinds = Kinds.of(node)
        self.asked: dict[cst.Attribute, str] = {}
        self.given: dict[cst.CSTNode | None, str] = {}
        self.handles: set[cst.Call] = set()
        self.commented: set[cst.CSTNode | None] = set()
        for call in kinds.all(cst.Call):
            if self.means(call.func, *MODEL):
                found = [one for one in self._read_of(call, kinds) if not self._is_had(one)]
                model = text_of(argument(call, "name", 0)) or "name"
                self.asked.update(dict.fromkeys(found, model))
                if found:
                    self.handles.add(call)
                    self.given.update(dict.fromkeys(self._given(call), model))

    def leave_Attribute(  # noqa: N802
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Say what to write where a model is asked for what bridge's has not."""
        model = self.asked.get(original_node)
        if model is not None:
            word = original_node.attr.value
            note = HANDLE.get(word, 'write `bridge.models.get("{}")` for what is known of it').format(model)
            self.report("manual", original_node, self.code(original_node), note)
        return updated_node

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:  # noqa: N802
        """Say what to write where a flow is given a handle."""
        if original_node in self.given:
            note = (
                f'a flow takes bridge\'s: write `Model("{self.given[original_node]}")`, with `from bridge import Model`'
            )
            self.report("manual", original_node, self.code(original_node), note)
        return updated_node

    def _given(self, call: cst.Call) -> list[cst.CSTNode]:
        """Arguments `model=m` of a variable that holds a model."""
        target, scope = self._target(call), scope_of(self, call)
        read = reads(scope, target.value) if isinstance(target, cst.Name) and scope is not None else []
        above = (self.get_metadata(Parents, one, None) for one in read)
        return [one for one in above if isinstance(one, cst.Arg) and names_of([one]) & {"model", "model_version"}]

    def _target(self, call: cst.Call) -> cst.BaseExpression | None:
        parent = self.get_metadata(Parents, call)
        return parent.targets[0].target if isinstance(parent, cst.Assign) else None

    def _read_of(self, call: cst.Call, kinds: Kinds) -> list[cst.Attribute]:
        """What is read of what holds a model, or set: `m.number`, `settings["model"].version`."""
        target, scope = self._target(call), scope_of(self, call)
        if isinstance(target, cst.Name) and scope is not None:
            above = (self.get_metadata(Parents, one, None) for one in reads(scope, target.value))
            return [one for one in above if isinstance(one, cst.Attribute)]
        if not isinstance(target, (cst.Subscript, cst.Attribute)):
            return []
        held = _plain(target)
        return [one for one in kinds.all(cst.Attribute) if one.value is not target and _plain(one.value) == held]

    def _is_had(self, node: cst.Attribute) -> bool:
        """Whether bridge's has it, too, and it is not set."""
        return node.attr.value in HAS and not isinstance(self.get_metadata(Parents, node), cst.AssignTarget)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Make it bridge's, unless it stands for a version that is there."""
        if not self.means(original_node.func, *MODEL):
            return updated_node
        name = argument(updated_node, "name", 0)
        given = {arg.keyword.value: arg.value for arg in updated_node.args if arg.keyword is not None}
        if (
            name is None
            or not only(updated_node, *ARGUMENTS, *WITHOUT_PLACE, positions=1)
            or (has_comment(original_node) and self._line_of(original_node) is None)
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
        if original_node in self.handles:
            self._left(original_node, "bridge's `Model` says what results become; for a version, see where it is used")
            return updated_node
        arguments = [cst.Arg(name.value)]
        for word, value in given.items():
            if ARGUMENTS.get(word):
                arguments.append(named(ARGUMENTS[word], tags_of(value) if word == "tags" else value))
        lost = [word for word in given if word in WITHOUT_PLACE and word != "version"]
        said = ["versions are numbered by the registry"] if "version" in given else []
        said += [f"taken out: {', '.join(lost)}; a description or `Model(tags=…)` can say it"] if lost else []
        self.report("approximate" if said else "direct", original_node, self.code(original_node), "; ".join(said))
        if has_comment(original_node):
            self.commented.add(self._line_of(original_node))
        return call_of(self.bridges("Model"), arguments)

    def leave_Decorator(self, original_node: cst.Decorator, updated_node: cst.Decorator) -> cst.Decorator:  # noqa: N802
        """Keep comments that stood within a model, above."""
        if original_node not in self.commented:
            return updated_node
        above = lost_comments(original_node, updated_node)
        return updated_node.with_changes(leading_lines=[*updated_node.leading_lines, *above])

    def leave_SimpleStatementLine(  # noqa: N802
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        """Keep comments that stood within a model, above."""
        if original_node not in self.commented:
            return updated_node
        above = lost_comments(original_node, updated_node)
        return updated_node.with_changes(leading_lines=[*updated_node.leading_lines, *above])

    def _line_of(self, node: cst.Call) -> cst.CSTNode | None:
        """What a comment can stand above that stood within a call."""
        return nearest(self, node, (cst.Decorator, cst.SimpleStatementLine))

    def _left(self, node: cst.Call, note: str) -> None:
        self.report("manual", node, self.code(node), note)


def _plain(node: cst.BaseExpression) -> str:
    return code_of(node).replace("'", '"')


def _is_label(text: str | None, value: cst.BaseExpression) -> bool:
    """Whether a version is a name that somebody gave, not a stage or a number; None is no version."""
    if isinstance(value, cst.Name) and value.value == "None":
        return True
    return text is not None and text.lower() not in STAGES and not text.isdigit()
