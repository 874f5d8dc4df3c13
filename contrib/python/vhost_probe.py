# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks vhost-probe which vhost-user backend a virtual machine should use:

    find("gpu", "virgl")  # "/usr/lib/qemu/vhost-user-gpu"

This module is one file without dependencies, for Python 3.7 or newer. It starts vhost-probe with a
list of words, never by a shell, and reads its JSON document. What vhost-probe remarks on success,
such as a broken backend that it passed over, goes to the logger "vhost_probe".
"""

from __future__ import annotations

import json
import logging
import subprocess
from typing import List, NamedTuple, Optional, Sequence, Tuple

SCHEMA = 1  # of the documents that this module reads


class Candidate(NamedTuple):
    """A manifest that is not of another type, and why it was not chosen. The verdict is a stable
    name. All three may hold any character: escape them before you show them."""

    name: str
    verdict: str
    reason: str


class Error(Exception):
    """No backend was found. The text, of one or more lines, can be shown on a terminal."""

    candidates: Sequence[Candidate] = ()


class NoMatch(Error):
    """No backend of this type works and has all features (exit status 1)."""


class Failed(Error):
    """The request is malformed, or the work could not be done, such as without a sandbox (2)."""


class NotCached(Error):
    """With the option --cache=only: the cache does not know one that may be the choice (3)."""


class Unavailable(Error):
    """There is no vhost-probe that this module can use."""


class Timeout(Error):
    """vhost-probe did not answer in time, and was killed together with all that it ran."""


def find(backend_type: str, *need: str, options: Sequence[str] = (),
         timeout: Optional[float] = None, program: str = "vhost-probe") -> str:
    """Returns the path of the first backend of this type that has all features of `need`.

    `options` are those of `vhost-probe select`, such as "--cache=only", or "--timeout=2" for two
    seconds per backend. `timeout` is in seconds, for the whole call; None is no deadline."""
    if timeout is not None and not timeout < 1_000_000:  # NaN, and more than poll() can wait
        raise Failed(f"timeout: {timeout!r} is not a number of seconds below a million")
    command = [program, "select", "--json", f"--type={backend_type}"]
    command += [*(f"--need={feature}" for feature in need), *options]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise Timeout(f"{program}: no answer within {timeout:g} s") from error
    except OSError as error:
        raise Unavailable(f"{program}: {error.strerror}") from error
    except ValueError as error:  # a NUL, or half a character
        raise Failed(f"{program}: no program can be given such a word: {error}") from error
    text = done.stderr.decode(errors="replace").strip()
    path, candidates = _read(program, done.stdout) if done.stdout else (None, [])
    if done.returncode == 0 and path:
        if text:
            logging.getLogger(__name__).warning("%s", text)
        return path
    kind = {1: NoMatch, 2: Failed, 3: NotCached}.get(done.returncode, Unavailable)
    failure = kind(text or f"{program}: no answer, exit status {done.returncode}")
    failure.candidates = candidates
    raise failure


def _read(program: str, document: bytes) -> Tuple[Optional[str], List[Candidate]]:
    try:
        result = json.loads(document)
        if result["schema"] == SCHEMA:
            return result["selected"], [
                Candidate(one["name"] or "", one["verdict"], one["reason"])
                for one in result["candidates"]
                if one["verdict"] != "other-type"
            ]
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    raise Unavailable(f"{program}: does not print a document of schema {SCHEMA}")
