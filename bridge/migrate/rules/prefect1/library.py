"""Tasks of Prefect 1's own library."""

from __future__ import annotations

import re

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument
from bridge.migrate.nodes import code_of, text_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.scopes import bindings, scope_of, statement_of

PACKAGES = {
    "shell": "`ShellOperation(commands=[…]).run()` of prefect-shell",
    "dbt": "`PrefectDbtRunner().invoke([…])` of prefect-dbt",
    "snowflake": "`SnowflakeConnector` of prefect-snowflake",
    "postgres": "`SqlAlchemyConnector` of prefect-sqlalchemy",
    "mysql": "`SqlAlchemyConnector` of prefect-sqlalchemy",
    "sql_server": "`SqlAlchemyConnector` of prefect-sqlalchemy",
    "database": "`SqlAlchemyConnector` of prefect-sqlalchemy",
    "gcp": "prefect-gcp (`GcsBucket`, `BigQueryWarehouse`)",
    "aws": "prefect-aws (`S3Bucket`, `AwsCredentials`)",
    "azure": "prefect-azure (`AzureBlobStorageCredentials`)",
    "docker": "prefect-docker (`DockerHost`)",
    "kubernetes": "prefect-kubernetes (`KubernetesJob`)",
    "databricks": "prefect-databricks",
    "github": "prefect-github",
    "gitlab": "prefect-gitlab",
    "redis": "prefect-redis",
    "notifications": "prefect-slack or prefect-email, or an automation",
}
"""Where tasks of a module of the library have a successor."""

SECRET = ("prefect.tasks.secrets.PrefectSecret", "prefect.tasks.secrets.base.PrefectSecret")
OLD_SECRET = ("prefect.client.Secret", "prefect.client.secrets.Secret")
VARIABLE = ("prefect.tasks.secrets.EnvVarSecret", "prefect.tasks.secrets.env_var.EnvVarSecret")

ELSEWHERE = re.compile(r"prefect\.tasks\.(secrets|control_flow|core|prefect|ml)(\.|$)")
"""Modules that have rules of their own."""

IS_LIBRARY = re.compile(r"prefect\.tasks\.[a-z_]+")


class Library(Rule):
    """Tasks that came with Prefect 1.

    `from prefect.tasks.ml import mlflow` becomes `import mlflow`: what is logged in a task lands in the flow's run.
    `PrefectSecret("KEY")` becomes `Secret.load("key").get()`, `EnvVarSecret("KEY")` `os.environ.get("KEY")`. Tasks for
    other services have successors in packages of their own, which are named; their imports stay.
    """

    name = "prefect1/library"
    words = ("prefect.tasks.", "Secret")
    pairs = (
        Pair(
            "from prefect.tasks.ml import mlflow\n\nmlflow.log_metrics({})\n",
            "import mlflow\n\nmlflow.log_metrics({})\n",
            ("direct",),
        ),
        Pair(
            "from prefect.tasks.secrets import PrefectSecret, EnvVarSecret\n\n"
            'a = PrefectSecret("API_KEY")\nb = EnvVarSecret(name="HOME")\n',
            "from prefect.blocks.system import Secret\nimport os\n\n"
            'a = Secret.load("api-key").get()\nb = os.environ.get("HOME")\n',
            ("approximate", "direct"),
            'Secret(value=…).save("api-key")',
        ),
        Pair(
            'from prefect.client import Secret\n\na = Secret("KEY").get()\n',
            'from prefect.blocks.system import Secret\n\na = Secret.load("key").get()\n',
            ("approximate",),
        ),
        Pair(
            'from prefect.tasks.secrets import PrefectSecret\n\na = PrefectSecret("b")\nprint(a.run(), b.run())\n',
            'from prefect.blocks.system import Secret\n\na = Secret.load("b").get()\nprint(a, b.run())\n',
            ("approximate",),
        ),
        Pair("from prefect.tasks.shell import ShellTask\n\nShellTask()\n", kinds=("manual",), says="ShellOperation"),
        Pair("from prefect.tasks import task\nfrom prefect.blocks.system import Secret\n\nSecret.load('a')\n"),
    )

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802  LibCST's
        """Which tasks of the library are imported."""
        if node.relative or node.module is None or isinstance(node.names, cst.ImportStar):
            return
        module = code_of(node.module)
        if module == "prefect.tasks.ml":
            for alias in node.names:
                if alias.evaluated_name == "mlflow":
                    self.imports.drop(module, "mlflow")
                    self.imports.add("mlflow", alias=alias.evaluated_alias)
                    self.report("direct", node, self.code(node), "MLflow itself")
        elif IS_LIBRARY.match(module) and not ELSEWHERE.match(module):
            kind = module.split(".")[2]
            instead = PACKAGES.get(kind, "a task of your own around the service's client")
            self.report("manual", node, self.code(node), f"is not part of Prefect any more: {instead}")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """Secrets."""
        func = original_node.func
        if m.matches(func, m.Attribute(value=m.Call(), attr=m.Name("get"))):
            secret = cst.ensure_type(cst.ensure_type(func, cst.Attribute).value, cst.Call)
            made = cst.ensure_type(updated_node.func, cst.Attribute).value
            if self.means(secret.func, *OLD_SECRET) and code_of(made).endswith(".get()"):
                return made
        if isinstance(func, cst.Attribute) and func.attr.value == "run" and self._is_secret(func.value):
            return cst.ensure_type(updated_node.func, cst.Attribute).value
        if self.means(func, *SECRET, *OLD_SECRET):
            return self._secret(original_node, updated_node)
        if self.means(func, *VARIABLE):
            return self._variable(original_node, updated_node)
        return updated_node

    def _is_secret(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is a secret's task, or a name that is bound to one, whose `run()` is its value."""
        if isinstance(node, cst.Call):
            return self.means(node.func, *SECRET, *VARIABLE)
        scope = scope_of(self, node) if isinstance(node, cst.Name) else None
        if scope is None or not isinstance(node, cst.Name):
            return False
        statements = [statement_of(self, one) for each in scope[node.value] for one in bindings(each.scope, node.value)]
        pattern = m.SimpleStatementLine(body=[m.Assign(value=m.Call())])
        return bool(statements) and all(
            m.matches(one, pattern)
            and self._is_secret(
                cst.ensure_type(cst.ensure_type(one, cst.SimpleStatementLine).body[0], cst.Assign).value
            )
            for one in statements
        )

    def _secret(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        given = argument(original, "name", 0)
        name = text_of(given.value) if given is not None else None
        if name is None:
            self.report(
                "manual", original, self.code(original), "`Secret.load(name).get()` (from prefect.blocks.system)"
            )
            return updated
        block = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        self.report(
            "approximate",
            original,
            self.code(original),
            f'`Secret.load("{block}").get()`; make the block once: `Secret(value=…).save("{block}")`',
        )
        for home in ("prefect.tasks.secrets", "prefect.tasks.secrets.base"):
            self.imports.drop_unused(home, "PrefectSecret")
        for home in ("prefect.client", "prefect.client.secrets"):
            self.imports.move(home, "Secret", to="prefect.blocks.system")
        if not self.means(original.func, *OLD_SECRET):
            self.imports.add("prefect.blocks.system", "Secret")
        return cst.parse_expression(f'Secret.load("{block}").get()')

    def _variable(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        given = argument(original, "name", 0)
        if given is None or len(original.args) != 1:
            self.report("manual", original, self.code(original), '`os.environ["NAME"]`')
            return updated
        for home in ("prefect.tasks.secrets", "prefect.tasks.secrets.env_var"):
            self.imports.drop_unused(home, "EnvVarSecret")
        self.imports.add("os")
        self.report("direct", original, self.code(original), "`os.environ.get`")
        return cst.parse_expression(f"os.environ.get({code_of(given.value)})")
