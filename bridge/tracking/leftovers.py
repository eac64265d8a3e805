"""Sends what processes that are gone could not send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.domain.ports.tracker import Callbacks, Synced, Unsent
from bridge.domain.secret_urls import redacted
from bridge.tracking.aside import refused, set_aside
from bridge.tracking.entries import Begin, End
from bridge.tracking.journal import Journal, Leftover, claimed, files, read, waiting
from bridge.tracking.loaded import load
from bridge.tracking.reach import silence
from bridge.tracking.sending import NotBegunError, Place, Sender, UnreachableError

if TYPE_CHECKING:
    from bridge.tracking.lane import Lane

MOST = 1000
"""Entries that are sent before what was sent is noted, and shown."""


def unsent(folder: Path) -> list[Unsent]:
    """What waits in a folder, and what was refused."""
    there = [Unsent(left.uri, left.count, _runs(left), left.is_live) for left in waiting(folder)]
    return there + [Unsent(one.tracker, 1, (one.run,), why=one.why, is_refused=True) for one in refused(folder)]


def sync(folder: Path, place: Place, callbacks: Callbacks, on_sent: Callable[[int], None]) -> Synced:
    """Send everything that processes which are gone have left.

    Files that begin runs come first, as others may wait for those.
    """
    sent: dict[str, int] = {}
    left: list[Unsent] = []
    silent: dict[str, str] = {}
    closed = 0
    in_force = str(load().get_tracking_uri())
    paths = sorted(files(folder), key=lambda path: not any(isinstance(one, Begin) for _, one in read(path).entries))
    for path in paths:
        with claimed(path) as claim:
            if claim is None:
                continue
            file, journal = claim
            uri = in_force if redacted(in_force) == file.uri else file.uri  # it is written down without its password
            if uri and file.uri not in silent and (why := silence(uri)):
                silent[file.uri] = why
            sender = Sender(uri, place, callbacks)
            why = silent.get(file.uri, "")
            if not why:
                try:
                    for done in _send(file, journal, sender, folder):
                        sent[file.uri] = sent.get(file.uri, 0) + done
                        on_sent(done)
                    closed += _close(file, journal, sender)
                except UnreachableError as error:
                    why = error.why
                    if not isinstance(error, NotBegunError):
                        silent[file.uri] = why
            if why:
                left.append(Unsent(file.uri, file.count, _runs(file), why=why))
    left += [one for one in unsent(folder) if one.is_live or one.is_refused]
    return Synced(sent, closed, tuple(left))


def send_bit_by_bit(lane: Lane) -> Iterator[object]:
    """Send what others have left for the tracker of a lane, some of it at a time, by the lane's own thread."""
    for path in files(lane.folder):
        if read(path).uri != redacted(lane.uri):
            continue
        with claimed(path) as claim:
            if claim is None:
                continue
            file, journal = claim
            sender = Sender(lane.uri, lane.sender.place, lane.sender.callbacks)
            with suppress(NotBegunError):  # a later run may know
                yield from _send(file, journal, sender, lane.folder)
                _close(file, journal, sender)


def _send(file: Leftover, journal: Journal, sender: Sender, folder: Path) -> Iterator[int]:
    """Send what a file holds, in parts; gives the number of entries in each. What is sent is taken off the file."""
    sender.ids.update(file.ids)
    sender.on_begun = lambda begin, run: journal.begun(begin.run, run.info.run_id)
    while file.entries:
        part = file.entries[:MOST]
        for refusal in sender.send([entry for _, entry in part], again=True):
            if refusal.is_ours:
                sender.callbacks.on_error(refusal.error, "sending what was kept")
            else:
                set_aside(folder, file.uri, refusal.entry, refusal.why)
        file.entries = file.entries[len(part) :]
        journal.sent(part[-1][0], {run: sender.ids[run] for run in file.open if run in sender.ids})
        yield len(part)


def _close(file: Leftover, journal: Journal, sender: Sender) -> int:
    """End what a killed process left open, as killed; it ended when it last wrote."""
    ends = [End(run, "KILLED", file.written_ms) for run in file.open if run in sender.ids]
    numbers = [journal.append(end) for end in ends]
    if ends:
        sender.send(ends, again=True)
        journal.sent(numbers[-1], {})
    return len(ends)


def _runs(file: Leftover) -> tuple[str, ...]:
    named = [entry.run for _, entry in file.entries if entry.run] or file.open
    return tuple(dict.fromkeys(named))
