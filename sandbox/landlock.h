// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Landlock: files, sockets and signals once more, by means that no mount or namespace
 * shares. Called by the warden in its own process; async-signal-safe.
 */
#pragma once

/* Returns: the ABI version of the running kernel, or 0 with errno set (ENOSYS: not built
 * in, EOPNOTSUPP: switched off at boot). */
int landlock_abi(void);

/*
 * landlock_restrict:
 * @abi: of landlock_abi()
 *
 * From now on nothing but reading and executing what is below "/", and writing to
 * the harmless devices; with every right and scope that the kernel handles denied
 * otherwise.
 *
 * Returns: 0 or an errno value.
 */
int landlock_restrict(int abi);
