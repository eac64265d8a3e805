"""`bridge doctor`: whether everything that bridge stands on works, and what to do where it does not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli.checks.decisions import check_log
from bridge.cli.checks.finding import Finding
from bridge.cli.checks.hosts import check_hosts
from bridge.cli.checks.parts import check_parts
from bridge.cli.checks.plugin import check_plugin
from bridge.cli.checks.servers import check_servers
from bridge.cli.checks.surroundings import check_settings, check_variables
from bridge.cli.console import AsJson, out, print_json
from bridge.cli.verifying import Verification, verify
from bridge.domain.errors import BridgeError, SettingsError
from bridge.workspace import Settings, enabled, read_settings

EXAMPLE = "Example: [bold]bridge doctor --verify[/bold]"

MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failed": ("✗", "red")}


def examine(
    verify_all: Annotated[
        bool,
        typer.Option("--verify", help="Read and hash every file, and check the log of decisions, too."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check Python, the libraries, the settings, the store, the catalog and the servers.

    Each line says what to do where something is wrong. The exit code is 1 if anything is marked with ✗.
    """
    console = out()
    findings: list[Finding] = []
    for section, found in _sections():
        if not as_json:
            console.print(Text(section, style="bold"))
        for finding in found:
            findings.append(finding)
            if not as_json:
                _print(finding, console)
    looked = len(findings)
    verified = _verified(findings) if verify_all and not _broken(findings) else None
    failed = bool(verified and verified.problems) or any(finding.verdict == "failed" for finding in findings)
    if as_json:
        print_json(_document(findings, verified, ok=not failed))
    else:
        for finding in findings[looked:]:
            _print(finding, console)
        _print_end(findings, verified, console)
    raise typer.Exit(1 if failed else 0)


def _sections() -> Iterator[tuple[str, Iterator[Finding]]]:
    yield "Python and libraries", check_hosts()
    settings, trouble = _settings()
    yield "Settings", _settings_findings(settings, trouble)
    if settings is not None:
        yield "Workspace", check_parts(settings)
    yield "Servers", check_servers(os.environ, settings.tracking_url if settings is not None else None)
    yield "Workers", check_plugin(os.environ, enabled=enabled())


def _settings() -> tuple[Settings | None, SettingsError | None]:
    try:
        return read_settings(), None
    except SettingsError as error:
        return None, error


def _settings_findings(settings: Settings | None, trouble: SettingsError | None) -> Iterator[Finding]:
    if trouble is not None:
        yield Finding(trouble.setting, "failed", str(trouble), f"Correct or unset {trouble.setting}.")
    if settings is not None:
        yield from check_settings(settings, os.environ)
    yield from check_variables(os.environ)


def _broken(findings: list[Finding]) -> bool:
    """Whether there is no workspace to verify."""
    bad = {finding.topic for finding in findings if finding.verdict == "failed"}
    there = {finding.topic for finding in findings}
    return bool(bad & {"home", "store", "catalog"}) or "catalog" not in there


def _verified(findings: list[Finding]) -> Verification | None:
    from bridge.catalog import open_catalog
    from bridge.store import open_store

    settings = read_settings()
    try:
        catalog = open_catalog(settings.catalog_url)
        try:
            staging, options = settings.home / "staging", settings.store_options
            store = open_store(settings.store_url, staging=staging, options=options)
            findings.append(check_log(catalog))
            return verify(catalog, store, options_for=settings.options_for)
        finally:
            catalog.close()
    except BridgeError as error:
        findings.append(Finding("verify", "failed", str(error)))
        return None


def _print(finding: Finding, console: Console) -> None:
    mark, colour = MARKS[finding.verdict]
    line = Text.assemble(
        (mark, colour), f" {finding.topic}  ", (finding.said, "" if finding.verdict != "ok" else "dim")
    )
    console.print(line, soft_wrap=True)
    if finding.todo:
        console.print(Text(f"    {finding.todo}", style="bold" if finding.verdict != "ok" else "dim"), soft_wrap=True)


def _print_end(findings: list[Finding], verified: Verification | None, console: Console) -> None:
    console.print()
    if verified is not None:
        for problem in verified.problems:
            console.print(Text.assemble(("✗", "red"), f" {problem}"), soft_wrap=True)
        if verified.unstored:
            few = ", ".join(verified.unstored[:5]) + ("…" if len(verified.unstored) > 5 else "")
            said = f" {len(verified.unstored)} recorded without bytes, as their steps warned: {few}"
            console.print(Text.assemble(("!", "yellow"), said), soft_wrap=True)
        for unreached in verified.unreached:
            console.print(Text.assemble(("!", "yellow"), f" not looked at: {unreached}"), soft_wrap=True)
        console.print(Text(str(verified), style="red" if verified.problems else "green"), soft_wrap=True)
    counts = {verdict: sum(finding.verdict == verdict for finding in findings) for verdict in MARKS}
    said = f"{counts['ok']} fine, {counts['warning']} to look at, {counts['failed']} wrong"
    console.print(Text(said, style="bold red" if counts["failed"] else "bold"))


def _document(findings: list[Finding], verified: Verification | None, *, ok: bool) -> dict[str, object]:
    return {
        "ok": ok,
        "checks": [asdict(finding) for finding in findings],
        "verification": None if verified is None else asdict(verified),
    }
