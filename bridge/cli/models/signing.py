"""`bridge models keygen`, `sign` and `verify`: whose word there is for a model version."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from bridge.cli.console import AsJson, out, print_facts, print_heading, print_json
from bridge.domain.errors import KeyFileError
from bridge.lineage.humane import size

KEYGEN_EXAMPLE = "Example: [bold]bridge models keygen ~/keys/release.key --passphrase[/bold]"
SIGN_EXAMPLE = "Example: [bold]bridge models sign churn@3 --key ~/keys/release.key[/bold]"
VERIFY_EXAMPLE = "Example: [bold]bridge models verify churn@3 --key ~/keys/release.key.pub[/bold]"

Wanted = Annotated[str, typer.Argument(metavar="NAME[@N]", help="The model's name; its latest version, or the Nth.")]
FromVariable = Annotated[
    str | None,
    typer.Option("--passphrase-env", metavar="NAME", help="Environment variable that holds the key's passphrase."),
]


def keygen(
    file: Annotated[Path, typer.Argument(help="File for the private key; the public key goes beside it, in FILE.pub.")],
    passphrase: Annotated[bool, typer.Option("--passphrase", help="Ask for a passphrase to encrypt it with.")] = False,
    variable: FromVariable = None,
    as_json: AsJson = False,
) -> None:
    """Make a key to sign models with (Ed25519); the private key is readable by its owner only."""
    from bridge.models.signing import make_key

    words = None
    if variable is not None:
        words = _from_variable(file, variable)
    elif passphrase:
        words = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    public = make_key(file.expanduser(), passphrase=words)
    if as_json:
        print_json({"private": str(file.expanduser().absolute()), "public": public.file, "key": public.fingerprint})
        return
    console = out()
    kept = "encrypted with the passphrase" if words else "not encrypted: whoever reads it can sign"
    facts = [("private key", f"{file} ({kept})"), ("public key", public.file), ("fingerprint", public.fingerprint)]
    print_facts(facts, console=console)
    said = "Give the public key to those who verify:  BRIDGE_TRUSTED_KEYS names its folder, or --key the file."
    console.print(Text(said, style="dim"), soft_wrap=True)


def sign(
    model: Wanted,
    key: Annotated[Path, typer.Option("--key", help="File of the private key.")],
    variable: FromVariable = None,
    as_json: AsJson = False,
) -> None:
    """Sign a registered model version: its bytes, read and checked, its details and its training data."""
    from bridge.models import signing

    key = key.expanduser()
    signature = signing.sign(model, key, passphrase=_opening(key, variable))
    if as_json:
        print_json({"model": signature.selector, "key": signature.key, "statement": signature.statement})
        return
    out().print(Text(f"{signature.selector} is signed by {signature.key}"), soft_wrap=True)


def verify(
    model: Wanted,
    key: Annotated[Path | None, typer.Option("--key", help="File of the one public key that counts.")] = None,
    trusted: Annotated[
        list[Path] | None,
        typer.Option("--trusted", help="Folder or file of public keys that count, instead of BRIDGE_TRUSTED_KEYS."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make sure that a model version is what somebody you trust has signed: every byte is read and hashed.

    Exit code 1 if it is unsigned, signed by others only, or not what was signed.
    """
    from bridge.models import signing

    found = signing.verify(model, key=None if key is None else key.expanduser(), trusted=trusted)
    if as_json:
        print_json(_document(found))
        return
    console = out()
    good = [one for one in found.signatures if one.vouches]
    console.print(Text(f"{found.model.selector} is what was signed", style="bold green"), soft_wrap=True)
    files = f"{found.files} file{'' if found.files == 1 else 's'}, {size(found.size)}, read and hashed"
    facts: list[tuple[str, str | Text]] = [("artifact", str(found.model.version)), ("bytes", files)]
    for one in good:
        facts += [("signed by", one.key), ("key", one.file), ("signed at", _time(one.signed))]
    for one in found.signatures:
        if not one.vouches:
            facts.append(
                ("does not count", Text(one.problem or f"signed by the unknown key {one.key}", style="yellow"))
            )
    if found.forgotten:
        facts.append(("not compared", f"{', '.join(found.forgotten)}: forgotten since"))
    print_facts(facts, console=console)
    print_heading("To load what was verified", console=console)
    console.print(Text(f'bridge.load("{found.selector}")'), soft_wrap=True)


def _opening(key: Path, variable: str | None) -> str | Callable[[], str] | None:
    """What opens a private key: a variable, or else a person, if there is one to ask."""
    if variable is not None:
        return _from_variable(key, variable)
    if sys.stdin.isatty():
        return lambda: str(typer.prompt(f"Passphrase of {key}", hide_input=True, err=True))
    return None


def _from_variable(key: Path, variable: str) -> str:
    words = os.environ.get(variable, "")
    if not words:
        raise KeyFileError(str(key), f"its passphrase was to be in {variable}, and that is not set")
    return words


def _time(moment: Any) -> str:
    return "at a time that is not told" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _document(found: Any) -> dict[str, Any]:
    return {
        "model": found.model.selector,
        "version": str(found.model.version),
        "digest": found.digest,
        "verified": True,
        "files": found.files,
        "size": found.size,
        "signatures": [
            {
                "key": one.key,
                "signed": None if one.signed is None else one.signed.isoformat(),
                "trusted": one.is_trusted,
                "vouches": one.vouches,
                "problem": one.problem,
            }
            for one in found.signatures
        ],
        "forgotten": list(found.forgotten),
    }
