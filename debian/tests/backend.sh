# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
#
# For the tests beside it: makes a backend and its manifest in $AUTOPKGTEST_TMP, and finds out what
# sandbox this machine offers. Sourced. Sets $backend, $manifests and $level.

umask 022
set -e
backend=$AUTOPKGTEST_TMP/backend
manifests=$AUTOPKGTEST_TMP/manifests
mkdir -p "$manifests"
cat > "$backend" << 'end'
#!/bin/sh
echo '{"type": "gpu", "features": ["virgl"]}'
end
chmod 755 "$backend"
printf '{"description": "for the test", "type": "gpu", "binary": "%s"}\n' "$backend" > "$manifests/50-test.json"

# Containers offer less, most chroots nothing.
for level in full partial none; do
	! vhost-probe list --dir "$manifests" --cache off --sandbox "$level" > /dev/null || break
done
echo "sandbox: $level"
