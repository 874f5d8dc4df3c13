// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * qemu-command TYPE SOCKET: prints two shell commands: the first starts the backend that
 * was chosen for this device type, to which fs needs further arguments; the second starts
 * a virtual machine that shares its memory with the backend.
 */
#include <stdio.h>
#include <vhost-probe.h>

static const char *const devices[][2] = {
	{"block", "vhost-user-blk-pci"},
	{"fs", "vhost-user-fs-pci,tag=shared"},
	{"gpu", "vhost-user-gpu-pci"},
	{"input", "vhost-user-input-pci"},
	{"scsi", "vhost-user-scsi-pci"},
};

static void print_commands(const char *program, const char *path, const char *device)
{
	/* In an option of QEMU a comma is written twice. */
	g_auto(GStrv) parts = g_strsplit(path, ",", -1);
	g_autofree char *doubled = g_strjoinv(",,", parts);
	g_autofree char *chardev = g_strconcat("socket,id=c,path=", doubled, NULL);
	g_autofree char *quoted_chardev = g_shell_quote(chardev);
	g_autofree char *quoted_program = g_shell_quote(program);
	g_autofree char *quoted_path = g_shell_quote(path);

	printf("%s --socket-path=%s &\n", quoted_program, quoted_path);
	printf("qemu-system-x86_64 -machine q35,memory-backend=m -m 1G "
	       "-object memory-backend-memfd,id=m,size=1G,share=on "
	       "-chardev %s -device %s,chardev=c\n",
		quoted_chardev, device);
}

int main(int argc, char **argv)
{
	g_autoptr(VpRequest) request = vp_request_new();
	g_autoptr(VpResult) result = NULL;
	g_autoptr(GError) error = NULL;
	const VpCandidate *selected = NULL;
	const char *device = NULL;
	for (gsize i = 0; argc == 3 && i < G_N_ELEMENTS(devices); i++)
		device = g_str_equal(argv[1], devices[i][0]) ? devices[i][1] : device;
	if (device) {
		vp_request_set_from_environment(request);
		vp_request_set_type(request, argv[1]);
		result = vp_probe(request, &error);
		selected = result ? vp_result_get_selected(result) : NULL;
	}
	if (selected)
		print_commands(vp_candidate_get_binary(selected), argv[2], device);
	else
		fprintf(stderr, "qemu-command: %s\n",
			!device ? "usage: qemu-command TYPE SOCKET"
			: error ? error->message
				: "no backend");
	return selected ? 0 : 1;
}
