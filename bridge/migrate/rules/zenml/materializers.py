"""How types of one's own are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst
import libcst.matchers as m

from bridge.migrate.kinds import Parents
from bridge.migrate.nodes import has_comment
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.files import PLAIN, plainly
from bridge.migrate.rules.zenml.names import ZenRule
from bridge.migrate.scopes import nearest

BASES = ("zenml.materializers.base_materializer.BaseMaterializer", "zenml.materializers.BaseMaterializer")
GONE = {"ASSOCIATED_TYPES", "ASSOCIATED_ARTIFACT_TYPE", "ASSOCIATED_ARTIFACT_TYPES", "SKIP_REGISTRATION"}
NAMES = {"save": "save", "load": "load", "handle_return": "save", "handle_input": "load"}


class Materializers(ZenRule):
    """A class of `BaseMaterializer` becomes one with `@materializer(Type)` of bridge's.

    `save` writes into a folder of the value's files, and returns facts about it, which are none; `load` reads from it.
    `self.uri` is that folder, a path on this machine, for whose files `self.artifact_store.open(…)` becomes `open(…)`.
    The class's name is the format under which versions are kept. It is registered when its module is imported, for
    values of exactly those types, and no step has to name it. Other methods stay as they are, and are not called.
    """

    name = "zenml/materializer"
    words = ("BaseMaterializer",)
    pairs = (
        Pair(
            "import os\nfrom zenml.io import fileio\n"
            "from zenml.materializers.base_materializer import BaseMaterializer\n\n\n"
            "class Graphs(BaseMaterializer):\n    ASSOCIATED_TYPES = (Graph, Tree)\n\n"
            "    def load(self, data_type):\n        # whole\n"
            "        with fileio.open(os.path.join(self.uri, 'g'), 'r') as f:\n            return Graph(f.read())\n\n"
            "    def save(self, data):\n        super().save(data)\n"
            "        write(data, self.uri)\n",
            "import os\nfrom zenml.io import fileio\n"
            "from zenml.materializers.base_materializer import BaseMaterializer\nfrom bridge import materializer\n\n\n"
            '@materializer(Graph, Tree)\nclass Graphs:\n    format = "Graphs"\n\n'
            '    def load(self, source):\n        # whole\n        folder = source.local() / "files"\n'
            "        with fileio.open(os.path.join(str(folder), 'g'), 'r') as f:\n"
            "            return Graph(f.read())\n\n"
            '    def save(self, data, sink):\n        with sink.local("files") as folder:\n'
            "            folder.mkdir()\n            write(data, str(folder))\n        return {}\n",
            ("approximate",),
        ),
        Pair(
            "from zenml.materializers import BaseMaterializer\n\n\n"
            "class Graphs(BaseMaterializer):\n    ASSOCIATED_TYPES = (Graph,)\n\n"
            "    def load(self, kind):\n        return Graph(self.uri)\n\n    def save(self, data) -> None:\n"
            "        if not data:\n            return\n        write(data, self.uri)\n        return None  # done\n",
            "from zenml.materializers import BaseMaterializer\nfrom bridge import materializer\n\n\n"
            '@materializer(Graph)\nclass Graphs:\n    format = "Graphs"\n\n    def load(self, source):\n'
            '        folder = source.local() / "files"\n        return Graph(str(folder))\n\n'
            '    def save(self, data, sink) -> dict:\n        with sink.local("files") as folder:\n'
            "            folder.mkdir()\n            if not data:\n                return {}\n"
            "            write(data, str(folder))\n            return {}  # done\n",
            ("approximate",),
        ),
        Pair(
            "from zenml.materializers.base_materializer import BaseMaterializer\n\n\n"
            "class Odd(BaseMaterializer):\n    def keep(self): ...\n",
            None,
            ("manual",),
        ),
        Pair(
            "from zenml.materializers.base_materializer import BaseMaterializer\n\n\n"
            "class Graphs(BaseMaterializer):\n    ASSOCIATED_TYPES = (Graph,)\n\n"
            "    def load(self, kind):\n        with self.artifact_store.open(self.uri + '/g', 'r') as f:\n"
            "            return Graph(f.read())\n\n"
            "    def save(self, data):\n        if not self.artifact_store.exists(self.uri):\n"
            "            self.artifact_store.cleanup()\n        self._write(data)\n\n"
            "    def _write(self, data):\n        write(data, self.uri)\n",
            "from zenml.materializers.base_materializer import BaseMaterializer\nfrom bridge import materializer\n"
            "import os\n\n\n"
            '@materializer(Graph)\nclass Graphs:\n    format = "Graphs"\n\n'
            '    def load(self, source):\n        folder = source.local() / "files"\n'
            "        with open(str(folder) + '/g', 'r') as f:\n            return Graph(f.read())\n\n"
            '    def save(self, data, sink):\n        with sink.local("files") as folder:\n'
            "            folder.mkdir()\n            if not os.path.exists(str(folder)):\n"
            "                self.artifact_store.cleanup()\n            self._write(data)\n        return {}\n\n"
            "    def _write(self, data):\n        write(data, self.uri)\n",
            ("approximate", "approximate", "approximate", "manual", "manual"),
            says="give it the folder",
        ),
        Pair("class Graphs(BaseMaterializer):\n    ASSOCIATED_TYPES = (Graph,)\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """Use Python's own functions for files in the place of the artifact store's."""
        function = original_node.func
        if not isinstance(function, cst.Attribute) or not self._is_store(function.value):
            return updated_node
        plain = self._plain(function)
        if plain is None:
            return updated_node
        return plainly(self, original_node, updated_node, plain)

    def leave_Attribute(  # noqa: N802
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Say what is left of the artifact store."""
        if not self._is_store(original_node):
            return updated_node
        above = self.get_metadata(Parents, original_node)
        shown = above if isinstance(above, cst.Attribute) else original_node
        called = self.get_metadata(Parents, shown)
        if not (isinstance(called, cst.Call) and called.func is shown and self._plain(shown) is not None):
            self.report("manual", original_node, self.code(shown), "there is none: write into the folder, with `os`")
        return updated_node

    def _plain(self, function: cst.Attribute) -> str | None:
        """Python's own function in the place of an artifact store's; None if there is none, or its name is taken."""
        plain = PLAIN.get(function.attr.value)
        return plain if plain is not None and plain.split(".")[0] not in self.bindings.assigned else None

    def _is_store(self, node: cst.BaseExpression) -> bool:
        """Whether this is `self.artifact_store`, in a class of materializers."""
        if not m.matches(node, m.Attribute(value=m.Name("self"), attr=m.Name("artifact_store"))):
            return False
        around = nearest(self, node, cst.ClassDef)
        return around is not None and any(self.means(base.value, *BASES) for base in around.bases)

    def leave_ClassDef(  # noqa: N802
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        """Change the class, if all that it needs is there."""
        if not any(self.means(base.value, *BASES) for base in original_node.bases):
            return updated_node
        types = _types(original_node)
        methods = {NAMES.get(one.name.value): one for one in _methods(original_node)}
        if not types or not {"load", "save"} <= methods.keys() or not all(map(_is_plain, methods.values())):
            self.report(
                "manual",
                original_node,
                f"`class {original_node.name.value}`",
                "write `@bridge.materializer(Type)` on a class with `format`, `save(value, sink)`, `load(source)`",
            )
            return updated_node
        self.report("approximate", original_node, f"`class {original_node.name.value}`",
                    "is registered by its decorator where its module is imported; files are in a folder of this "
                    "machine meanwhile")  # fmt: skip
        for one in m.findall(methods["save"], m.Return(value=m.DoesNotMatch(m.Name("None") | m.Dict()))):
            if cst.ensure_type(one, cst.Return).value is not None:
                self.report("manual", one, self.code(one), "`save` returns facts about the value, a dictionary")
        for method in _helpers(original_node):
            self.report("manual", method, f"`{method.name.value}`", "there is no `self.uri`: give it the folder")
        decorator = cst.Decorator(cst.Call(cst.parse_expression(self.bridges("materializer")), types))
        bases = [base for base in updated_node.bases if not m.matches(base.value, _BASE)]
        paren: dict[str, object] = (
            {} if bases else {"lpar": cst.MaybeSentinel.DEFAULT, "rpar": cst.MaybeSentinel.DEFAULT}
        )
        body = cst.ensure_type(updated_node.body, cst.IndentedBlock)
        return updated_node.with_changes(
            decorators=[*updated_node.decorators, decorator],
            bases=bases,
            body=body.with_changes(body=_members(body, updated_node.name.value)),
            **paren,
        )


_URI = m.Attribute(
    value=m.Name("self") | m.Attribute(value=m.Name("self"), attr=m.Name("artifact")), attr=m.Name("uri")
)
_BASE = m.Name("BaseMaterializer") | m.Attribute(attr=m.Name("BaseMaterializer"))


def _methods(node: cst.ClassDef) -> Sequence[cst.FunctionDef]:
    return [one for one in node.body.body if isinstance(one, cst.FunctionDef)]


def _helpers(node: cst.ClassDef) -> Iterator[cst.FunctionDef]:
    """Methods that `save` and `load` call, and that read `self.uri`."""
    own = [one for one in _methods(node) if one.name.value in NAMES]
    for method in _methods(node):
        calls = m.Call(func=m.Attribute(value=m.Name("self"), attr=m.Name(method.name.value)))
        if method not in own and any(m.findall(one, calls) for one in own) and m.findall(method, _URI):
            yield method


def _is_plain(method: cst.FunctionDef) -> bool:
    return isinstance(method.body, cst.IndentedBlock) and not has_comment(method.params)


def _types(node: cst.ClassDef) -> list[cst.Arg]:
    for line in node.body.body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            value = _assigned(statement, "ASSOCIATED_TYPES")
            if isinstance(value, (cst.Tuple, cst.List)):
                return [cst.Arg(one.value) for one in value.elements if isinstance(one, cst.Element)]
            if value is not None:
                return [cst.Arg(value)]
    return []


def _assigned(statement: cst.CSTNode, *names: str) -> cst.BaseExpression | None:
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        target: cst.BaseExpression = statement.targets[0].target
    elif isinstance(statement, cst.AnnAssign):
        target = statement.target
    else:
        return None
    return statement.value if isinstance(target, cst.Name) and target.value in names else None


def _members(body: cst.IndentedBlock, name: str) -> list[cst.BaseStatement]:
    """The class's members: the format in the place of the types, `save` and `load` with bridge's arguments."""
    made: list[cst.BaseStatement] = []
    has_format = False
    for line in body.body:
        if isinstance(line, cst.SimpleStatementLine) and _assigned(line.body[0], *GONE) is not None:
            if has_format and not has_comment(line):
                continue
            text = cst.parse_statement(f'format = "{name}"')
            new = cst.ensure_type(text, cst.SimpleStatementLine).body if not has_format else [cst.Pass()]
            line, has_format = line.with_changes(body=new), True
        elif isinstance(line, cst.FunctionDef) and NAMES.get(line.name.value):
            line = _saving(line) if NAMES[line.name.value] == "save" else _loading(line)
        made.append(line)
    return made


def _saving(method: cst.FunctionDef) -> cst.FunctionDef:
    params = [*method.params.params[:2], cst.Param(cst.Name("sink"))]
    body = cst.ensure_type(_with_folder(_without_super(method.body)).visit(_Facts()), cst.IndentedBlock)
    lines = list(body.body)
    docstring = lines[:1] if method.get_docstring() is not None else []
    inside = body.with_changes(body=[cst.parse_statement("folder.mkdir()"), *lines[len(docstring):]])  # fmt: skip
    asked = cst.ensure_type(cst.parse_statement('with sink.local("files") as folder:\n    pass'), cst.With)
    last = lines[-1] if lines else None
    ends = isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[-1], cst.Return)
    said = [] if ends else [cst.parse_statement("return {}")]
    returns = method.returns
    if returns is not None and m.matches(returns.annotation, m.Name("None")):
        returns = returns.with_changes(annotation=cst.Name("dict"))
    return method.with_changes(
        name=cst.Name("save"),
        params=method.params.with_changes(params=params),
        returns=returns,
        body=body.with_changes(body=[*docstring, asked.with_changes(body=inside.with_changes(footer=[])), *said]),
    )


class _Facts(cst.CSTTransformer):
    """Makes a method that returns nothing return facts, which are none."""

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:  # noqa: N802  LibCST's
        return False

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:  # noqa: N802
        is_nothing = updated_node.value is None or m.matches(updated_node.value, m.Name("None"))
        space = cst.SimpleWhitespace(" ")
        return (
            updated_node.with_changes(value=cst.Dict([]), whitespace_after_return=space) if is_nothing else updated_node
        )


def _loading(method: cst.FunctionDef) -> cst.FunctionDef:
    body = _with_folder(_without_super(method.body))
    lines = list(body.body)
    at = 1 if method.get_docstring() is not None else 0
    folder = cst.ensure_type(cst.parse_statement('folder = source.local() / "files"'), cst.SimpleStatementLine)
    if len(lines) > at and hasattr(lines[at], "leading_lines"):
        first = lines[at]
        folder = folder.with_changes(leading_lines=first.leading_lines)  # type: ignore[attr-defined]
        lines[at] = first.with_changes(leading_lines=[])
    lines.insert(at, folder)
    params = [method.params.params[0], cst.Param(cst.Name("source"))]
    asked = method.params.params[1].name.value if len(method.params.params) > 1 else ""
    if asked and m.findall(body, m.Name(asked)):
        default = cst.ensure_type(cst.parse_statement(f"{asked} = None"), cst.SimpleStatementLine)
        lines.insert(at + 1, default)
    return method.with_changes(
        name=cst.Name("load"),
        params=method.params.with_changes(params=params),
        body=body.with_changes(body=lines),
    )


def _without_super(body: cst.BaseSuite) -> cst.IndentedBlock:
    """Without the calls of the base's own methods, which did nothing."""
    block = cst.ensure_type(body, cst.IndentedBlock)
    pattern = m.SimpleStatementLine(body=[m.Expr(m.Call(func=m.Attribute(value=m.Call(func=m.Name("super")))))])
    kept = [line for line in block.body if has_comment(line) or not m.matches(line, pattern)]
    return block.with_changes(body=kept)


def _with_folder(body: cst.IndentedBlock) -> cst.IndentedBlock:
    made = m.replace(body, _URI, cst.parse_expression("str(folder)"))
    return cst.ensure_type(made, cst.IndentedBlock)
