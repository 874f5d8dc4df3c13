// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Names of layers and levels, and the text for people about a layer that is missing.
 */
#include "sandbox/base/layers.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <linux/capability.h>
#include <sys/syscall.h>

#include "sandbox/base/root.h"

#define BIT               SANDBOX_LAYER_BIT
#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	uint32_t required;
} levels[] = {
	[SANDBOX_LEVEL_NONE] = {"none", 0},
	[SANDBOX_LEVEL_PARTIAL] = {"partial",
		BIT(SANDBOX_LAYER_UID) | BIT(SANDBOX_LAYER_CAPS) |
			BIT(SANDBOX_LAYER_NO_NEW_PRIVS) | BIT(SANDBOX_LAYER_LIMITS) |
			BIT(SANDBOX_LAYER_SECCOMP) | BIT(SANDBOX_LAYER_LANDLOCK)},
	/* The other layers of this level leave little for these three to do: where they
	 * are missing they are reported, but not required. */
	[SANDBOX_LEVEL_FULL] = {"full",
		SANDBOX_ALL_LAYERS &
			~(BIT(SANDBOX_LAYER_UTS) | BIT(SANDBOX_LAYER_CGROUP) |
				BIT(SANDBOX_LAYER_LANDLOCK))},
};

#define USER_NAMESPACES                                                              \
	"user namespaces are forbidden here: see kernel.unprivileged_userns_clone, " \
	"kernel.apparmor_restrict_unprivileged_userns and user.max_user_namespaces " \
	"(sysctl), a container's system call filter, a chroot, or a caller whose "   \
	"user or group has no id in the present one"

/* Ubuntu's AppArmor lets the user namespace be made, and refuses all capabilities in it.
 */
#define RESTRICTED                                                                    \
	"; if user is not missing, see kernel.apparmor_restrict_unprivileged_userns " \
	"(sysctl)"
#define IN_USER_NAMESPACE "it needs the user namespace, or CAP_SYS_ADMIN" RESTRICTED

/* Also of a container: docker run --cap-drop=ALL. */
#define LACKS_CAPABILITIES                                                               \
	"root has no CAP_SETUID or no CAP_SETGID here, and so cannot give its programs " \
	"the id of nobody (65534): see the container's capabilities, or a unit's "       \
	"CapabilityBoundingSet="
#define GIVES_IDS (1u << CAP_SETUID | 1u << CAP_SETGID)

#define NAMED(name) name, "it needs " name ", which was left out"

static const struct {
	const char *name, *left_out; /* left_out: what another layer lacks then */
	uint32_t needs;              /* not available without one of these */
	const char *hint;
} layers[] = {
	[SANDBOX_LAYER_USER] = {NAMED("user"), 0, USER_NAMESPACES},
	[SANDBOX_LAYER_MOUNT] = {NAMED("mount"),
		BIT(SANDBOX_LAYER_USER) | BIT(SANDBOX_LAYER_PID) | BIT(SANDBOX_LAYER_UID),
		"the private root cannot be built: it needs Linux 5.12 or newer, and no "
		"chroot"},
	[SANDBOX_LAYER_PID] = {NAMED("pid"), BIT(SANDBOX_LAYER_USER),
		"it comes with the user namespace"},
	[SANDBOX_LAYER_NET] = {NAMED("net"), BIT(SANDBOX_LAYER_USER), IN_USER_NAMESPACE},
	[SANDBOX_LAYER_IPC] = {NAMED("ipc"), BIT(SANDBOX_LAYER_USER), IN_USER_NAMESPACE},
	[SANDBOX_LAYER_UTS] = {NAMED("uts"), BIT(SANDBOX_LAYER_USER), IN_USER_NAMESPACE},
	[SANDBOX_LAYER_CGROUP] = {NAMED("cgroup"), BIT(SANDBOX_LAYER_USER),
		IN_USER_NAMESPACE},
	[SANDBOX_LAYER_UID] = {NAMED("uid"), 0,
		"root's id cannot be given up: where the user namespace is missing, that "
		"needs CAP_SETUID and CAP_SETGID, and 65534 to have an id here"},
	[SANDBOX_LAYER_CAPS] = {NAMED("caps"), 0, "capabilities cannot be given up"},
	[SANDBOX_LAYER_NO_NEW_PRIVS] = {NAMED("no-new-privs"), 0,
		"the kernel refuses no_new_privs"},
	/* Of root's processes, and with CAP_SYS_RESOURCE, any number is allowed. */
	[SANDBOX_LAYER_LIMITS] = {NAMED("limits"),
		BIT(SANDBOX_LAYER_UID) | BIT(SANDBOX_LAYER_CAPS),
		"resource limits cannot be set, or are not enforced"},
	[SANDBOX_LAYER_SECCOMP] = {NAMED("seccomp"), BIT(SANDBOX_LAYER_NO_NEW_PRIVS),
		"no system call filter: the kernel needs CONFIG_SECCOMP_FILTER, and this "
		"architecture the rules"},
	[SANDBOX_LAYER_LANDLOCK] = {NAMED("landlock"), BIT(SANDBOX_LAYER_NO_NEW_PRIVS),
		"the kernel lacks CONFIG_SECURITY_LANDLOCK or does not name landlock in "
		"lsm=, or a container's system call filter forbids it"},
};

_Static_assert(N_ELEMENTS(layers) == SANDBOX_N_LAYERS, "a row for each layer");

const char *sandbox_layer_name(SandboxLayer layer)
{
	return layers[layer].name;
}

bool sandbox_layer_parse(const char *name, SandboxLayer *ret_layer)
{
	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		if (strcmp(name, layers[layer].name) == 0) {
			*ret_layer = layer;
			return true;
		}
	}
	return false;
}

const char *sandbox_level_name(SandboxLevel level)
{
	return levels[level].name;
}

SandboxLevel sandbox_level_of(uint32_t held)
{
	SandboxLevel level = SANDBOX_LEVEL_FULL;

	while (levels[level].required & ~held)
		level--;
	return level;
}

/* @without, and the layers that are not available without those. */
static uint32_t excused_layers(uint32_t without)
{
	uint32_t excused = without;

	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++)
		if (layers[layer].needs & without)
			excused |= BIT(layer);
	return excused;
}

bool sandbox_is_enough(SandboxLevel wanted, uint32_t held, uint32_t without)
{
	uint32_t excused = excused_layers(without);
	uint32_t missing;

	/* As read from another process it may be any number. */
	if (wanted >= N_ELEMENTS(levels))
		return false;
	missing = levels[wanted].required & ~held & ~excused;
	if (sandbox_level_of(held) >= wanted)
		return true;
	/* Where a caller leaves out a namespace, the layers that take its place are
	 * required. */
	if (excused & SANDBOX_NAMESPACES)
		missing |= levels[SANDBOX_LEVEL_PARTIAL].required & ~held & ~excused;
	return !missing;
}

/* As sandbox_is_enough() once these are left out: what needs them does not hold then. */
static bool would_be_enough(SandboxLevel wanted, uint32_t held, uint32_t without)
{
	return sandbox_is_enough(wanted, held & ~excused_layers(without), without);
}

uint32_t sandbox_find_without(SandboxLevel wanted, uint32_t held, uint32_t without)
{
	uint32_t more = SANDBOX_ALL_LAYERS & ~held & ~without;

	if (sandbox_is_enough(wanted, held, without) ||
		!would_be_enough(wanted, held, without | more))
		return 0;
	for (SandboxLayer layer = SANDBOX_N_LAYERS; layer-- > 0;)
		if (would_be_enough(wanted, held, without | (more & ~BIT(layer))))
			more &= ~BIT(layer);
	return more;
}

/* Whether this is root, and may not give its programs another id. */
static bool lacks_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct have[_LINUX_CAPABILITY_U32S_3];

	return sandbox_is_root(geteuid()) && syscall(SYS_capget, &header, have) == 0 &&
	       (have->permitted & GIVES_IDS) != GIVES_IDS;
}

const char *sandbox_layer_hint(SandboxLayer layer, int errnum, uint32_t without)
{
	if (without & BIT(layer))
		return "left out on request";
	if (without & layers[layer].needs)
		return layers[__builtin_ctz(without & layers[layer].needs)].left_out;
	if (layer == SANDBOX_LAYER_USER && errnum == ENOSPC)
		return "the limit user.max_user_namespaces (sysctl) is 0 or used up";
	if (layer == SANDBOX_LAYER_USER && errnum == ENOENT)
		return "/proc is not mounted: ids cannot be mapped";
	if (layer == SANDBOX_LAYER_USER && errnum == EPERM && lacks_capabilities())
		return LACKS_CAPABILITIES;
	if (layer == SANDBOX_LAYER_UID && errnum == EPERM && lacks_capabilities())
		return LACKS_CAPABILITIES;
	if (layer == SANDBOX_LAYER_UID && errnum == EINVAL)
		return "root's programs are to run as user and group 65534, which have "
		       "no id in this user namespace: it has to have 65536 ids (of a "
		       "container: /etc/subuid and /etc/subgid, or its own id map)";
	if (layer == SANDBOX_LAYER_LANDLOCK && errnum == EPROTONOSUPPORT)
		return "where a namespace is missing it has to keep signals in as well, "
		       "which needs ABI 6 (Linux 6.12)";
	if (layer == SANDBOX_LAYER_LANDLOCK && errnum == E2BIG)
		return "the caller is in as many Landlock domains as there can be (16); "
		       "or in one less, where there is no private root or signals have "
		       "to be kept in: the sandbox needs two then";
	if (layer == SANDBOX_LAYER_LANDLOCK && errnum == ENOENT)
		return "whether it holds cannot be tried: programs may list none of the "
		       "directories / /dev /sys /run /var /tmp anyway, or --expose shows "
		       "them";
	if (layer == SANDBOX_LAYER_MOUNT && errnum == EPERM)
		return "it needs the user namespace, and a /proc that is not partly "
		       "covered by mounts, as in containers: findmnt -R /proc shows "
		       "them" RESTRICTED;
	return layers[layer].hint;
}
