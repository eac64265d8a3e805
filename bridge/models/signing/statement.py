"""What is signed: a model version as the catalog knows it, as one canonical JSON text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from bridge.domain.errors import BytesMissingError
from bridge.domain.model import ModelDetails, ModelVersion
from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef
from bridge.models.finding import data_of
from bridge.workspace.recorded import version_at

TYPE = "application/vnd.prefect-bridge.model-version+json"
"""What the signed bytes are said to be: a signature of anything else is no signature of a model."""

LAYOUT = 1
"""Version of the statement's layout, which stands in it."""

FORGOTTEN = "forgotten"
"""In place of the digest of data that the catalog has forgotten."""

NAMES = {
    "model": "its name",
    "number": "its number",
    "version": "its artifact version",
    "digest": "the digest of its bytes",
    "format": "its format",
    "files": "its files",
    "flavour": "its flavour",
    "details": "its details (description, owners, intended use, requirements, signature, …)",
    "data": "the data that it was trained on",
}
"""What is compared with the catalog, and how that is called."""


def statement_of(catalog: Catalog, model: ModelVersion) -> dict[str, Any]:
    """What can be said of a model version now: what is signed, but for the time and the key.

    Raises:
        BytesMissingError: If its artifact version has no bytes.
        VersionNotFoundError: If its artifact version is gone.
    """
    version = catalog.resolve(Selector(model.version.name, "number", str(model.version.number)))
    if version.digest is None:
        raise BytesMissingError(str(version.ref), "it was recorded without them, so there is nothing to sign")
    manifest = catalog.manifest(version.digest)
    return {
        "layout": LAYOUT,
        "model": model.name,
        "number": model.number,
        "version": str(model.version),
        "digest": version.digest,
        "format": manifest.format,
        "files": [[entry.path, entry.size, entry.digest] for entry in manifest.files],
        "flavour": model.flavour,
        "details": digest_of_details(model.details),
        "data": [[str(ref), _digest(catalog, ref)] for ref in data_of(catalog, model)],
    }


def canonical(document: Mapping[str, Any]) -> str:
    r"""JSON in one way only: sorted keys, no spaces, ASCII.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"\\u00e9","b":1}'
    """
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def enveloped(statement: str) -> bytes:
    """The bytes that are signed: the statement behind its type, as DSSE (v1) puts them.

    >>> enveloped("{}")[:12]
    b'DSSEv1 49 ap'
    """
    kind, body = TYPE.encode(), statement.encode("utf-8", "surrogatepass")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def digest_of_details(details: ModelDetails) -> str:
    """SHA-256 of a model version's details; what says nothing does not count, so that details may get new fields.

    >>> digest_of_details(ModelDetails())
    'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
    """
    told = {name: getattr(details, name) for name in ModelDetails.__dataclass_fields__}
    told["data"] = [str(ref) for ref in details.data]
    told["example"] = None if details.example is None else str(details.example)
    text = canonical({name: _plain(value) for name, value in told.items() if value})
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def time_of(moment: datetime) -> str:
    """A time as statements have it.

    >>> time_of(datetime(2026, 5, 3, tzinfo=timezone.utc))
    '2026-05-03T00:00:00.000000+00:00'
    """
    return moment.astimezone(timezone.utc).isoformat(timespec="microseconds")


def differences(signed: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """One sentence for each thing that the catalog says otherwise than what was signed.

    >>> now = {"model": "churn", "number": 3, "data": []}
    >>> list(differences({"model": "churn", "number": 2, "data": []}, now))
    ['its number was signed as 2 and is 3 in the catalog']
    """
    for name, called in NAMES.items():
        was, is_now = signed.get(name), now.get(name)
        if name == "data":
            is_now = _but_forgotten(was, is_now or [])
        if was == is_now:
            continue
        if name in {"files", "data"}:
            yield f"{called}: {_first_change(was, is_now)}"
        elif name == "details":
            yield f"{called} are not those that were signed"
        else:
            yield f"{called} was signed as {was} and is {is_now} in the catalog"


def forgotten(now: Mapping[str, Any]) -> list[str]:
    """Selectors of data that the catalog has forgotten: what was signed of them cannot be compared.

    >>> forgotten({"data": [["churn-data@3", "forgotten"], ["churn-data@4", "blake3:ab"]]})
    ['churn-data@3']
    """
    return [str(name) for name, digest in now["data"] if digest == FORGOTTEN]


def _but_forgotten(was: Any, is_now: Any) -> Any:
    """The data of now, with the signed digest for versions that were forgotten: forgetting is no contradiction."""
    signed = _by_name(was)
    return [[name, *(signed.get(name, [None]) if digest == FORGOTTEN else [digest])] for name, digest in is_now]


def _first_change(was: Any, is_now: Any) -> str:
    before, after = (_by_name(rows) for rows in (was, is_now))
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    if not changed:
        return "the list is not the one that was signed"
    what = "was added" if changed[0] not in before else "is gone" if changed[0] not in after else "is another"
    return f"{changed[0]} {what}{more} since it was signed"


def _by_name(rows: Any) -> dict[str, Any]:
    listed = rows if isinstance(rows, list) else []
    return {str(row[0]): row[1:] for row in listed if isinstance(row, list) and row}


def _digest(catalog: Catalog, ref: VersionRef) -> str | None:
    version = version_at(catalog, ref)
    return FORGOTTEN if version is None else version.digest


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
