// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Two orders: the one that is carried out, and the one that waits for its end.
 */
#include "sandbox/warden/orders.h"

#include <unistd.h>

#include "common/autofd.h"
#include "sandbox/warden/control.h"

static Order orders[2];
static Order *current = &orders[0], *next = &orders[1];

static void receive(Order *order)
{
	order->length = control_receive(
		order->data, sizeof order->data, order->fds, MESSAGE_RUN_FDS);
}

static void discard(Order *order)
{
	order->length = 0;
	for (int i = 0; i < MESSAGE_RUN_FDS; i++)
		close_fd(&order->fds[i]);
}

/* Whether it is about one that has ended. */
static bool is_too_late(const Message *message)
{
	return message->type == MESSAGE_CANCEL || message->type == MESSAGE_RECALL;
}

Order *orders_take(void)
{
	Order *taken = next;

	next = current;
	current = taken;
	while (!current->length || is_too_late(order_message(current)))
		receive(current);
	if (order_message(current)->type != MESSAGE_RUN || current->fds[1] < 0)
		_exit(EXIT_PROTOCOL);
	return current;
}

void orders_finish(void)
{
	discard(current);
}

bool orders_listen(void)
{
	Message message;

	if (next->length) {
		control_receive(&message, sizeof message, NULL, 0);
	} else {
		receive(next);
		message = *order_message(next);
		if (message.type == MESSAGE_RUN)
			return false;
		discard(next);
	}
	if (message.type != MESSAGE_CANCEL && message.type != MESSAGE_RECALL)
		_exit(EXIT_PROTOCOL);
	if (next->length && message.number == order_message(next)->number) {
		discard(next);
		control_send(
			&(Message){.type = MESSAGE_RETURNED, .number = message.number});
	}
	return message.type == MESSAGE_CANCEL &&
	       message.number == order_message(current)->number;
}
