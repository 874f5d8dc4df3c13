// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Landlock by its system calls; there is no C library for it. The constants stand here
 * because the headers of the oldest supported distribution know the first two ABIs only.
 */
#include "sandbox/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>

#include "common/autofd.h"
#include "sandbox/kernel.h"

#define FS_EXECUTE    (1u << 0)
#define FS_WRITE_FILE (1u << 1)
#define FS_READ_FILE  (1u << 2)
#define FS_READ_DIR   (1u << 3)
#define FS_TRUNCATE   (1u << 14)

#define CREATE_RULESET_VERSION (1u << 0)
#define RULE_PATH_BENEATH      1

/* What each ABI added; the highest that the kernel has or that stands here is used. */
static const struct {
	uint64_t fs, net, scoped;
	size_t size; /* of struct landlock_ruleset_attr: an older kernel refuses a longer
			one */
} handled[] = {
	[1] = {(1u << 13) - 1, 0, 0, 8},
	[2] = {(1u << 14) - 1, 0, 0, 8},  /* REFER */
	[3] = {(1u << 15) - 1, 0, 0, 8},  /* TRUNCATE */
	[4] = {(1u << 15) - 1, 3, 0, 16}, /* BIND_TCP, CONNECT_TCP */
	[5] = {(1u << 16) - 1, 3, 0, 16}, /* IOCTL_DEV */
	[6] = {(1u << 16) - 1, 3, 3, 24}, /* ABSTRACT_UNIX_SOCKET, SIGNAL */
};

#define NEWEST_ABI ((int)(sizeof handled / sizeof *handled) - 1)

typedef struct {
	uint64_t fs, net, scoped;
} RulesetAttr;

typedef struct {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed)) PathBeneathAttr;

static const struct {
	const char *path;
	uint64_t allowed;
} rules[] = {
	{"/", FS_EXECUTE | FS_READ_FILE | FS_READ_DIR},
	/* a shell's >/dev/null */
	{"/dev/null", FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE},
	{"/dev/zero", FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE},
};

int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

	return abi < 0 ? 0 : (int)abi;
}

int landlock_restrict(int abi)
{
	int known = abi < NEWEST_ABI ? abi : NEWEST_ABI;
	RulesetAttr attr = {handled[known].fs, handled[known].net, handled[known].scoped};
	autofd ruleset =
		(int)syscall(SYS_landlock_create_ruleset, &attr, handled[known].size, 0);

	if (ruleset < 0)
		return errno;
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		autofd path = open(rules[i].path, O_PATH | O_CLOEXEC);
		PathBeneathAttr rule = {
			.allowed = rules[i].allowed & handled[known].fs,
			.parent_fd = path,
		};

		if (path < 0 && errno == ENOENT)
			continue;
		if (path < 0 || syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH,
					&rule, 0) < 0)
			return errno;
	}
	return syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? errno : 0;
}
