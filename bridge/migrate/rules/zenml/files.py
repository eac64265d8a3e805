"""Files, near and far."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.zenml.names import ZenRule

MODULES = ("zenml.io.fileio", "zenml.utils.io_utils", "zenml.io.utils")
PLAIN = {
    "open": "open",
    "exists": "os.path.exists",
    "isdir": "os.path.isdir",
    "listdir": "os.listdir",
    "makedirs": "os.makedirs",
    "mkdir": "os.mkdir",
    "remove": "os.remove",
    "rename": "os.rename",
    "rmtree": "shutil.rmtree",
    "copy": "shutil.copyfile",
    "copyfile": "shutil.copyfile",
    "walk": "os.walk",
    "glob": "glob.glob",
    "getsize": "os.path.getsize",
    "size": "os.path.getsize",
    "stat": "os.stat",
}
"""Functions of ZenML's for files, and of its artifact stores, as Python's own."""

HERE = "reads and writes this machine; `fsspec.open` `s3://`"


class Files(ZenRule):
    """`fileio.open(path)` becomes `open(path)`, and its other functions those of `os`, `shutil` and `glob`.

    ZenML's also read `s3://` and the like. Where a path may be one, write `fsspec.open(path)`.
    """

    name = "zenml/files"
    words = ("fileio", "io_utils")
    pairs = (
        Pair(
            "from zenml.io import fileio\n\nwith fileio.open(p, 'wb') as f:\n    ...\nfileio.makedirs(p)\n",
            "from zenml.io import fileio\nimport os\n\nwith open(p, 'wb') as f:\n    ...\nos.makedirs(p)\n",
            ("approximate", "approximate"),
            says="fsspec",
        ),
        Pair("from zenml.io import fileio\n\nfileio.convert_to_str(p)\n", None, ("manual",)),
        Pair("from mine import fileio\n\nfileio.open(p)\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Make it Python's own."""
        meant = self.names(original_node.func)
        if len(meant) != 1:
            return updated_node
        module, _, word = meant.pop().rpartition(".")
        if module not in MODULES:
            return updated_node
        plain = PLAIN.get(word) if module == MODULES[0] else None
        if plain is None or plain.split(".")[0] in self.bindings.assigned:
            self.report("manual", original_node, self.code(original_node), "write it with `fsspec` or `pathlib`")
            return updated_node
        return plainly(self, original_node, updated_node, plain)


def plainly(rule: Rule, original: cst.Call, updated: cst.Call, plain: str) -> cst.Call:
    """The call of one of Python's own functions, `open` or `os.path.exists`, in the place of another."""
    home = plain.split(".")[0]
    if home != plain:
        rule.imports.add(home)
    rule.report("approximate", original, rule.code(original), HERE)
    return updated.with_changes(func=cst.parse_expression(plain))
