// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which ids and capabilities the room's programs have.
 */
#include "sandbox/warden/ids.h"

#include <errno.h>
#include <grp.h>
#include <unistd.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "sandbox/base/protocol.h"

/* Makes the permitted capabilities effective. */
static int raise_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct have[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, have) < 0)
		return errno;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		have[i].effective = have[i].permitted;
	return syscall(SYS_capset, &header, have) < 0 ? errno : 0;
}

int ids_become_nobody(bool keep_groups)
{
	/* Leaving an id without a name in this user namespace loses no capability;
	 * leaving root's own would, and the root is still to be built. */
	prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
	/* EPERM where the user namespace denies setgroups(): the groups stay, but own
	 * nothing that can be seen inside. */
	if (!keep_groups && setgroups(0, NULL) < 0 && errno != EPERM)
		return errno;
	if (setresgid(SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID) < 0)
		return errno;
	if (setresuid(SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID) < 0)
		return errno;
	return raise_capabilities();
}

int ids_keep(uid_t uid, gid_t gid)
{
	uid_t uids[3] = {0};
	gid_t gids[3] = {0};

	/* EINVAL: the id has no name in this user namespace. Then programs can name no
	 * other group either that they might have. */
	if ((setresgid(gid, gid, gid) < 0 && errno != EINVAL) ||
		(setresuid(uid, uid, uid) < 0 && errno != EINVAL))
		return errno;
	if (getresuid(&uids[0], &uids[1], &uids[2]) < 0 ||
		getresgid(&gids[0], &gids[1], &gids[2]) < 0)
		return errno;
	for (int i = 0; i < 3; i++)
		if (uids[i] != uid || gids[i] != gid)
			return EPERM;
	return 0;
}

int ids_drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

	/* The bounding set ends with EINVAL at the first capability the kernel does not
	 * know. A process that may not lower it gains nothing from it, because of
	 * no_new_privs. */
	for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0;)
		capability++;
	if (errno != EINVAL && errno != EPERM)
		return errno;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return errno;
	return syscall(SYS_capset, &header, none) < 0 ? errno : 0;
}

int ids_canary(void)
{
	uid_t real, effective, saved;

	if (getresuid(&real, &effective, &saved) < 0)
		return errno;
	if (real != SANDBOX_INSIDE_ID || effective != real || saved != real)
		return EPERM;
	/* An id without a name in this user namespace is shown as that one too; but
	 * without capabilities only a process that has it can take it. */
	return setreuid(SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID) < 0 ? errno : 0;
}

int ids_canary_groups(const gid_t *groups, unsigned n)
{
	gid_t found[WARDEN_GROUPS_MAX];
	/* EINVAL if there are more. */
	int n_found = getgroups(WARDEN_GROUPS_MAX, found);

	if (n_found < 0)
		return errno == EINVAL ? EPERM : errno;
	if ((unsigned)n_found != n)
		return EPERM;
	for (unsigned i = 0; i < n; i++) {
		unsigned j = 0;

		/* One without a name in this user namespace is shown as that id. */
		while (j < n && found[i] != groups[j])
			j++;
		if (j == n && found[i] != SANDBOX_INSIDE_ID)
			return EPERM;
	}
	return 0;
}

int ids_canary_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct have[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, have) < 0)
		return errno;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		if (have[i].effective || have[i].permitted || have[i].inheritable)
			return EPERM;
	return prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN, 0, 0, 0) == 0 ||
			       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
		       ? 0
		       : EPERM;
}
