from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from mlflow import MlflowClient
from rich.console import Console

from bridge.cli.app import app, main
from bridge.cli.console import Column, print_json, print_table
from bridge.domain.decision import Action, Change
from bridge.models.signing import make_key, sign
from bridge.workspace import Workspace
from bridge.workspace.archives import archive
from tests.migrate.data.stores import zenml_store
from tests.models.promotion.conftest import Told
from tests.tuning.made import kept, searched

from .conftest import FIRST, SECOND, Said

Run = Callable[..., Said]


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


ALL = dict(commands(typer.main.get_command(app)))

WORDS = {
    ("runs",): [],
    ("runs", "show"): ["wise-otter"],
    ("artifacts",): [],
    ("artifacts", "show"): ["training/train"],
    ("artifacts", "versions"): ["training/train"],
    ("artifacts", "preview"): ["training/load"],
    ("artifacts", "alias"): ["training/train@1", "golden"],
    ("artifacts", "tag"): ["training/train@1", "quality=checked"],
    ("artifacts", "diff"): ["training/train"],
    ("artifacts", "export"): ["training/train", "{folder}/out"],
    ("artifacts", "archive"): ["{folder}/new.tar", "training/train"],
    ("artifacts", "restore"): ["{folder}/packed.tar"],
    ("artifacts", "import"): [__file__, "this-test", "--reference"],
    ("artifacts", "prune"): ["--keep-last", "1", "--yes"],
    ("artifacts", "delete"): ["training/load@1", "--yes"],
    ("artifacts", "sweep"): [],
    ("load",): ["training/train"],
    ("models",): [],
    ("models", "promote"): ["churn@1", "--to", "challenger"],
    ("models", "rollback"): ["churn", "--alias", "staging"],
    ("models", "demote"): ["churn", "champion"],
    ("audit",): [],
    ("audit", "show"): ["1"],
    ("audit", "verify"): [],
    ("audit", "export"): [],
    ("models", "show"): ["churn@1"],
    ("models", "versions"): ["churn"],
    ("models", "compare"): ["churn@1", "churn"],
    ("models", "set"): ["churn@1", "--owner", "ann"],
    ("models", "tag"): ["churn@1"],
    ("models", "archive"): ["churn@2"],
    ("models", "delete"): ["churn@2", "--yes"],
    ("models", "card"): ["churn@1"],
    ("models", "keygen"): ["{folder}/new.key"],
    ("models", "sign"): ["churn@1", "--key", "{folder}/signed.key"],
    ("models", "verify"): ["churn@1", "--key", "{folder}/signed.key.pub"],
    ("lineage",): ["training/evaluate"],
    ("lineage", "show"): ["training/evaluate"],
    ("lineage", "affected"): ["training/load@1"],
    ("lineage", "models"): ["training/load@1"],
    ("lineage", "run"): ["wise-otter"],
    ("lineage", "path"): ["training/load@1", "training/evaluate@1"],
    ("lineage", "export"): ["wise-otter", "--openlineage", "{folder}/events.ndjson"],
    ("cache",): [],
    ("cache", "explain"): ["wise-otter"],
    ("cache", "clear"): [],
    ("studies",): [],
    ("studies", "show"): ["churn"],
    ("studies", "export"): ["churn", "--html", "{folder}/churn.html"],
    ("studies", "delete"): ["churn", "--yes"],
    ("diff",): ["wise-otter", "bold-heron"],
    ("migrate",): ["{folder}"],
    ("migrate-data", "zenml"): ["{folder}/zenml", "--dry-run"],
    ("migrate-data", "mlflow"): ["sqlite:///{folder}/mlflow.db", "--dry-run"],
    ("migrate-data", "prefect-results"): ["{folder}", "--dry-run", "--no-names"],
    ("sync",): [],
    ("doctor",): ["--verify"],
}


@pytest.mark.parametrize("path", ALL, ids=lambda path: " ".join(path) or "bridge")
def test_every_command_has_help_and_an_example(path: tuple[str, ...]) -> None:
    command = ALL[path]
    assert command.help and len(command.help) > 20
    assert f"bridge {' '.join(path)}".strip() in re.sub(r"\[/?bold\]", "", command.epilog)
    for option in command.params:
        assert option.help or option.name in {"install_completion", "show_completion"}, option.name


def test_every_command_that_takes_json_is_called_with_it_below() -> None:
    others = {("demo",), ("run",), ("reproduce",), ("models", "register"), ("migrate-data",)}
    assert {path for path in ALL if path} == set(WORDS) | others


@pytest.fixture()
def packed(recorded: Workspace, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """What the command of the test asks for beside the two runs; MLflow is not told of aliases that move."""
    path: tuple[str, ...] = request.node.callspec.params["path"]
    words = " ".join([*path, *WORDS[path]])
    recorded.tracker.close(0)
    recorded.tracker = Told(uri=recorded.tracker.uri)  # type: ignore[assignment]
    if path[0] in ("models", "audit"):
        _promoted(recorded)
    if path[0] == "studies":
        kept(searched("churn"))
    if "packed.tar" in words:
        archive(tmp_path / "packed.tar", "training/train")
    if "{folder}/zenml" in words:
        zenml_store(tmp_path / "zenml")
    if "mlflow.db" in words:
        MlflowClient(f"sqlite:///{tmp_path / 'mlflow.db'}").search_experiments()  # which makes it
    if "signed.key" in words:
        make_key(tmp_path / "signed.key")
        sign("churn@1", tmp_path / "signed.key")


def _promoted(workspace: Workspace) -> None:
    (first,) = workspace.catalog.models("churn")
    workspace.catalog.put_model(replace(first, number=2, uri="models:/churn/2"))
    for alias, number, before in (("champion", 1, None), ("staging", 1, None), ("staging", None, 1)):
        action: Action = "remove" if number is None else "promote"
        assert workspace.catalog.decide(Change(action, "churn", alias, number, before, "ann@laptop")).is_moved


@pytest.mark.parametrize("path", WORDS, ids=" ".join)
def test_every_command_prints_one_json_document_and_nothing_else(
    path: tuple[str, ...],
    bridge: Run,
    recorded: Workspace,
    packed: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if path == ("sync",):
        monkeypatch.setenv("BRIDGE_TRACKER", "null")  # the registry has no such model, which sync would say
    words = [word.format(folder=tmp_path) for word in WORDS[path]]
    said = bridge(*path, *words, "--json")
    assert isinstance(said.json, dict), said.err
    assert said.err == ""


@pytest.mark.parametrize("path", WORDS, ids=" ".join)
def test_every_command_prints_text_without_colour_codes_into_a_pipe(
    path: tuple[str, ...], bridge: Run, recorded: Workspace, packed: None, tmp_path: Path
) -> None:
    said = bridge(*path, *[word.format(folder=tmp_path) for word in WORDS[path]])
    assert said.out.strip()
    assert "\x1b" not in said.out


def test_load_prints_a_value_as_python_would(bridge: Run, recorded: Workspace) -> None:
    said = bridge("load", "training/train@1")
    assert said.out.splitlines()[0].startswith("training/train@1: dict, ")
    assert said.out.splitlines()[1] == "{'weights': [0.5, 0.5, 0.5]}"
    assert bridge("load", "training/train@1", "--json").json["value"] == "{'weights': [0.5, 0.5, 0.5]}"
    said = bridge("load", "training/trian")
    assert (said.code, said.out) == (1, "")
    assert "training/trian" in said.err


def test_json_of_runs_has_the_keys_that_scripts_rely_on(bridge: Run, recorded: Workspace) -> None:
    latest, first = bridge("runs", "--json").json["runs"]
    assert (latest["id"], first["id"]) == (SECOND, FIRST)
    assert first["started"] == "2026-05-03T12:00:00.000000Z"
    assert first["seconds"] == 4.0
    assert first["steps"] == 3
    assert first["artifacts"] == ["training/load@1", "training/train@1", "training/evaluate@1"]
    assert latest["artifacts"] == ["training/load@2", "training/train@2", "training/evaluate@1"]
    assert first["parameters"] == {"trees": 100}


def test_runs_are_limited_and_chosen_by_flow(bridge: Run, recorded: Workspace) -> None:
    assert len(bridge("runs", "--limit", "1", "--json").json["runs"]) == 1
    assert bridge("runs", "--flow", "other", "--json").json == {"runs": []}
    assert "No runs of a flow called 'other'" in bridge("runs", "--flow", "other").out


def test_a_run_is_shown_by_name_and_by_the_beginning_of_its_id(bridge: Run, recorded: Workspace) -> None:
    by_name, by_id = bridge("runs", "show", "wise-otter"), bridge("runs", "show", "1111")
    assert by_name.out == by_id.out
    for told in ("wise-otter", "training", "trees", "100", "abc123", "training/load@1 → training/train@1"):
        assert told in by_name.out
    assert "mlflow ui --backend-store-uri sqlite:////tmp/mlflow.db" in by_name.out


def test_an_artifact_is_shown_with_its_maker_its_files_and_its_users(bridge: Run, recorded: Workspace) -> None:
    shown = bridge("artifacts", "show", "training/train@1")
    for told in ("training/train@1", "made by  train", "wise-otter", "evaluate  data", "blake3:"):
        assert told in shown.out
    document = bridge("artifacts", "show", "training/train@1", "--json").json
    assert document["run_id"] == FIRST
    assert sum(file["size"] for file in document["files"]) == document["size"]
    assert {edge["direction"] for edge in document["edges"]} == {"input", "output"}


def test_artifacts_are_listed_with_their_latest_version(bridge: Run, recorded: Workspace) -> None:
    found = bridge("artifacts", "--json").json["artifacts"]
    assert {one["selector"]: one["versions"] for one in found} == {
        "training/evaluate@1": 1,
        "training/load@2": 2,
        "training/train@2": 2,
    }
    assert len(bridge("artifacts", "--prefix", "training/t", "--json").json["artifacts"]) == 1


def test_the_versions_of_a_name_nobody_saved_are_an_error_that_names_what_there_is(
    bridge: Run, recorded: Workspace
) -> None:
    said = bridge("artifacts", "versions", "nope")
    assert said.code == 1
    assert said.out == ""
    assert "training/load" in said.err


def test_a_model_is_found_by_number_latest_or_alias(bridge: Run, recorded: Workspace) -> None:
    recorded.catalog.set_alias(recorded.resolve("training/train@1").ref, "champion")
    for text in ("churn", "churn@1", "churn@champion"):
        assert bridge("models", "show", text, "--json").json["uri"] == "models:/churn/1"
    assert bridge("models", "show", "churn", "--json").json["data"] == ["training/load@1"]
    said = bridge("models", "show", "churn@2")
    assert (said.code, "churn@1" in said.err) == (1, True)


def test_lineage_draws_both_ways(bridge: Run, recorded: Workspace) -> None:
    up = bridge("lineage", "training/evaluate@1").out
    assert up.splitlines()[0].startswith("training/evaluate@1 · dict")
    assert "└─ train [returned] · run wise-otter · Completed · 250 ms" in up
    down = bridge("lineage", "training/load@2", "--down").out
    assert "run bold-heron" in down and "wise-otter" not in down
    assert len(bridge("lineage", "training/evaluate@1", "--depth", "1").out.splitlines()) == 3


def test_lineage_of_a_run_shows_that_runs_steps(bridge: Run, recorded: Workspace) -> None:
    assert "run bold-heron" in bridge("lineage", f"training/evaluate@run:{SECOND}").out


@pytest.mark.parametrize("words", [["runs"], ["artifacts"], ["models"], ["studies"]], ids=" ".join)
def test_where_nothing_is_yet_a_command_says_what_to_do(words: list[str], bridge: Run) -> None:
    said = bridge(*words)
    assert said.code == 0
    assert said.out.startswith("No ")
    assert "from bridge import" in said.out


@pytest.mark.parametrize(
    "words",
    [
        ["lineage", "@"],
        ["lineage", "nope"],
        ["runs", "show", "nope"],
        ["models", "show", "x@y@z"],
        ["artifacts", "show", "training/train@99"],
        ["artifacts", "show", "training/train@blake3:zz"],
        ["artifacts", "show", "[red]x[/red]"],
    ],
    ids=" ".join,
)
def test_an_error_is_one_line_on_stderr(words: list[str], bridge: Run, recorded: Workspace) -> None:
    said = bridge(*words)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("Error: ")
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err


def test_the_traceback_of_an_error_is_shown_on_request(bridge: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_DEBUG", "1")
    with pytest.raises(LookupError):
        bridge("lineage", "nope")


def test_wrong_usage_is_told_on_stderr(bridge: Run) -> None:
    said = bridge("runs", "--limit", "many")
    assert (said.code, said.out) == (2, "")
    assert "--limit" in said.err


def test_the_version_is_told(bridge: Run) -> None:
    assert bridge("--version").out == "bridge 0.1.0\n"


def test_names_are_not_read_as_markup_and_control_characters_do_not_reach_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console = Console(width=200, highlight=False)
    print_table((Column("name"),), [["[red]a\x1b[31m\n"]], console=console)
    assert "[red]a [31m" in capsys.readouterr().out


@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_a_terminal(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(width=width, force_terminal=True, no_color=True, highlight=False)
    columns = (Column("name", keep=False), Column("state"), Column("extra", roomy=True))
    print_table(columns, [["n" * 150, "Completed", "more"]], console=console)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out).splitlines()
    assert max(map(len, lines)) <= width
    assert "Completed" in lines[1] and "…" in lines[1]
    assert ("more" in lines[1]) is (width >= 100)


def test_a_pipe_gets_names_whole(bridge: Run, bridge_home: Path) -> None:
    import bridge as package

    name = "n" * 300
    package.save({"a": 1}, name)
    assert name in bridge("artifacts").out


def test_json_has_no_nan(bridge: Run, bridge_home: Path) -> None:
    import bridge as package

    package.save({"a": 1}, "odd", metadata={"text": "é\u2028"})
    assert bridge("artifacts", "show", "odd", "--json").json["metadata"]["text"] == "é\u2028"
    with pytest.raises(ValueError):
        print_json({"a": float("nan")})


def in_process(words: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys; from bridge.cli.app import main; code = main(sys.argv[1:]); "
        "heavy = {'prefect', 'mlflow', 'numpy', 'pandas', 'pyarrow', 'sklearn'} & set(sys.modules); "
        "print(sorted(heavy), file=sys.stderr); sys.exit(code)"
    )
    environment = os.environ | {"BRIDGE_HOME": str(home)} | variables
    return subprocess.run(
        [sys.executable, "-c", code, *words.split()], capture_output=True, text=True, env=environment, timeout=120
    )


@pytest.mark.parametrize(
    "words",
    [
        "runs",
        "artifacts",
        "artifacts show training/load",
        "artifacts diff training/train",
        "models",
        "lineage training/evaluate",
        "doctor",
    ],
)
def test_a_command_that_only_looks_imports_no_heavy_library(words: str, recorded: Workspace) -> None:
    done = in_process(words, recorded.settings.home)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"


def test_a_terminal_without_utf8_gets_something_to_read(recorded: Workspace) -> None:
    done = in_process("lineage training/evaluate", recorded.settings.home, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert "training/train@1" in done.stdout


def test_a_closed_pipe_ends_a_command_quietly(recorded: Workspace) -> None:
    command = f"{sys.executable} -m bridge.cli artifacts | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stderr


def test_a_home_that_cannot_be_made_is_one_line(bridge: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BRIDGE_HOME", str(tmp_path / "file" / "home"))
    said = bridge("runs")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "BRIDGE_HOME" in said.err


def test_main_returns_the_exit_code() -> None:
    assert main(["--help"]) == 0


def test_a_large_document_is_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for count, lines in ((3, 5), (600_000, 1)):
        print_json(list(range(count)))
        text = capsys.readouterr().out
        assert (text.count("\n"), json.loads(text)) == (lines, list(range(count)))
