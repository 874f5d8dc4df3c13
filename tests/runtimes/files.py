#!/usr/bin/python3
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A backend in Python with files of its own: a directory below /tmp, a file without a name, a
cache in its home."""
import json
import pathlib
import tempfile

with tempfile.TemporaryDirectory() as name:
    file = pathlib.Path(name) / "state"
    file.write_text("here")
    file.rename(file.with_suffix(".old"))
    assert [entry.name for entry in pathlib.Path(name).iterdir()] == ["state.old"]
with tempfile.TemporaryFile() as file:
    file.write(b"here")
with tempfile.NamedTemporaryFile() as file:
    assert pathlib.Path(file.name).exists()
cache = pathlib.Path.home() / ".cache"
cache.mkdir(exist_ok=True)
(cache / "vhost-probe-test").touch()
(cache / "vhost-probe-test").unlink()
print(json.dumps({"type": "sample", "features": ["healthy"]}))
