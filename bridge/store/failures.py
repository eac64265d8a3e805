"""What went wrong below, said as a `StoreError`: no driver's exception leaves this room."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from bridge.domain.errors import BridgeError, StoreError
from bridge.domain.secret_urls import redacted

DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
"""What only a disk says: raised by code that writes a file for us, it is the store's failure."""

_EXTRAS = {
    **dict.fromkeys(("s3", "s3a"), "prefect-bridge[s3]"),
    **dict.fromkeys(("gs", "gcs"), "prefect-bridge[gcs]"),
    **dict.fromkeys(("az", "abfs", "abfss"), "prefect-bridge[azure]"),
}
_DRIVERS = {"sftp": "paramiko", "ssh": "paramiko"}
_ELSEWHERE = "or set BRIDGE_STORE to another place"


@contextmanager
def store_errors(url: str) -> Iterator[None]:
    """Turn what drivers and the operating system raise into `StoreError`; let bridge's own errors pass.

    >>> try:
    ...     with store_errors("/data"):
    ...         raise OSError(28, "No space left on device")
    ... except StoreError as error:
    ...     print(str(error)[:61])
    The store /data cannot be used: no space is left on its disk;
    """
    try:
        yield
    except BridgeError:
        raise
    except Exception as error:
        raise store_error(url, error) from error


def store_error(url: str, error: Exception) -> StoreError:
    """Say in one sentence what happened and what to do.

    >>> str(store_error("s3://bucket", ImportError("Install s3fs")))[32:99].rstrip(".")
    "used: its driver is missing; run: pip install 'prefect-bridge[s3]'"
    """
    return StoreError(redacted(url), _why(url, error))


def _why(url: str, error: Exception) -> str:
    protocol = re.split(r"::|://", url, maxsplit=1)[0]
    lacking = driver_lacking(protocol, error)
    if lacking:
        return lacking
    if isinstance(error, FileNotFoundError) and protocol in _EXTRAS:
        return "its bucket or container is not there; make it, or correct BRIDGE_STORE"
    if isinstance(error, OSError):
        return _os_reason(error)
    return f"{type(error).__name__}: {error}".rstrip(". ")


def driver_lacking(protocol: str, error: Exception) -> str:
    """Say which driver to install, if it is what fsspec complains about; else nothing.

    >>> driver_lacking("gs", ImportError("Install gcsfs"))
    "its driver is missing; run: pip install 'prefect-bridge[gcs]'"
    """
    if isinstance(error, ImportError):
        package = _EXTRAS.get(protocol) or _DRIVERS.get(protocol)
        run = f"run: pip install '{package}'" if package else str(error).rstrip(".")
        return f"its driver is missing; {run}"
    if isinstance(error, ValueError) and "Protocol not known" in str(error):
        return f"no fsspec driver is installed for {protocol}://; check the spelling or install the driver"
    return ""


def _os_reason(error: OSError) -> str:
    place = error.filename or "it"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"no space is left on its disk; free some, {_ELSEWHERE}"
    if error.errno == errno.EROFS:
        return f"its file system is read-only; make it writable, {_ELSEWHERE}"
    if isinstance(error, PermissionError):
        return f"no permission for {place} ({error}); ask for access, {_ELSEWHERE}"
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"{place} is in the way: a file where a folder has to be; move it, {_ELSEWHERE}"
    return f"{type(error).__name__}: {error}".rstrip(". ")
