// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What GO says.
 */
#include "sandbox/warden/plan.h"

#include <fcntl.h>
#include <string.h>

#include "common/autofd.h"
#include "sandbox/base/kernel.h"
#include "sandbox/warden/control.h"

void plan_receive(Plan *ret_plan)
{
	static char buffer[sizeof(Message) + PLAN_PATHS_MAX] __attribute__((aligned(8)));
	const Message *message = (const Message *)buffer;
	size_t length = control_receive(
		buffer, sizeof buffer, ret_plan->opened, MESSAGE_OPENED_MAX);

	if (message->type != MESSAGE_GO || length == sizeof *message ||
		buffer[length - 1] != '\0')
		_exit(EXIT_PROTOCOL);
	ret_plan->entries = buffer + sizeof *message;
	ret_plan->n_opened = message->go.n_opened;
	ret_plan->n_entries = 0;
	for (const char *entry = ret_plan->entries; *entry; entry += strlen(entry) + 1)
		ret_plan->n_entries++;
	if (ret_plan->n_opened > MESSAGE_OPENED_MAX ||
		ret_plan->n_opened > ret_plan->n_entries)
		_exit(EXIT_PROTOCOL);
}

int plan_open(const Plan *plan, unsigned i, const char *entry, bool *ret_detached)
{
	unsigned first = plan->n_entries - plan->n_opened;

	*ret_detached = i >= first;
	return *ret_detached ? fcntl(plan->opened[i - first], F_DUPFD_CLOEXEC, 0)
			     : sys_open_real_path(plan_entry_path(entry));
}

void plan_close(Plan *plan)
{
	for (unsigned i = 0; i < plan->n_opened; i++)
		close_fd(&plan->opened[i]);
}
