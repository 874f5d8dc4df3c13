// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Names of layers and levels, and what the absence of a layer says to a person.
 */
#include "sandbox/sandbox.h"

#include <errno.h>

static const char *const level_names[] = {
	[SANDBOX_LEVEL_NONE] = "none",
	[SANDBOX_LEVEL_PARTIAL] = "partial",
	[SANDBOX_LEVEL_FULL] = "full",
};

#define USER_NAMESPACES                                                              \
	"user namespaces are forbidden here: see kernel.unprivileged_userns_clone, " \
	"kernel.apparmor_restrict_unprivileged_userns and user.max_user_namespaces " \
	"(sysctl), a container's system call filter, or a chroot"

static const struct {
	const char *name;
	const char *hint;
} layers[] = {
	[SANDBOX_LAYER_USER] = {"user", USER_NAMESPACES},
	[SANDBOX_LAYER_MOUNT] = {"mount",
		"the private root cannot be built: it needs Linux 5.12 or newer, and no "
		"chroot"},
	[SANDBOX_LAYER_PID] = {"pid", "it comes with the user namespace"},
	[SANDBOX_LAYER_NET] = {"net", "it needs the user namespace, or CAP_SYS_ADMIN"},
	[SANDBOX_LAYER_IPC] = {"ipc", "it needs the user namespace, or CAP_SYS_ADMIN"},
	[SANDBOX_LAYER_UTS] = {"uts", "it needs the user namespace, or CAP_SYS_ADMIN"},
	[SANDBOX_LAYER_CGROUP] = {"cgroup",
		"it needs the user namespace, or CAP_SYS_ADMIN"},
	[SANDBOX_LAYER_UID] = {"uid",
		"root's id is given up in the user namespace; that needs CAP_SETUID, and "
		"id 65534 mapped in this container"},
	[SANDBOX_LAYER_CAPS] = {"caps", "capabilities cannot be given up"},
	[SANDBOX_LAYER_NO_NEW_PRIVS] = {"no-new-privs",
		"the kernel refuses no_new_privs"},
	[SANDBOX_LAYER_LIMITS] = {"limits", "resource limits cannot be set"},
	[SANDBOX_LAYER_SECCOMP] = {"seccomp",
		"no system call filter: the kernel needs CONFIG_SECCOMP_FILTER, and this "
		"architecture the rules"},
	[SANDBOX_LAYER_LANDLOCK] = {"landlock",
		"the kernel lacks CONFIG_SECURITY_LANDLOCK or does not name landlock in "
		"lsm="},
};

G_STATIC_ASSERT(G_N_ELEMENTS(layers) == SANDBOX_N_LAYERS);

const char *sandbox_layer_name(SandboxLayer layer)
{
	return layers[layer].name;
}

bool sandbox_layer_parse(const char *name, SandboxLayer *ret_layer)
{
	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		if (g_str_equal(name, layers[layer].name)) {
			*ret_layer = layer;
			return true;
		}
	}
	return false;
}

const char *sandbox_level_name(SandboxLevel level)
{
	return level_names[level];
}

bool sandbox_level_parse(const char *name, SandboxLevel *ret_level)
{
	for (size_t i = 0; i < G_N_ELEMENTS(level_names); i++) {
		if (g_str_equal(name, level_names[i])) {
			*ret_level = (SandboxLevel)i;
			return true;
		}
	}
	return false;
}

const char *sandbox_layer_hint(SandboxLayer layer, int errnum)
{
	if (layer == SANDBOX_LAYER_USER && errnum == ENOSPC)
		return "the limit user.max_user_namespaces (sysctl) is 0 or used up";
	if (layer == SANDBOX_LAYER_USER && errnum == ENOENT)
		return "/proc is not mounted: ids cannot be mapped";
	if (layer == SANDBOX_LAYER_MOUNT && errnum == EPERM)
		return "it needs the user namespace, and a /proc that no container has "
		       "partly covered";
	return layers[layer].hint;
}
