# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module of a virtual environment, which the environment's interpreter alone finds."""
import sys

assert sys.prefix != sys.base_prefix
print('{"type": "sample", "features": ["healthy"]}')
