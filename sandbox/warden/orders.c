// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Two letters: the order that is carried out, and the one that came ahead of time.
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

/* There is no other message that the caller may send now. */
static void insist_on(const Message *message, MessageType type)
{
	if (message->type != type)
		_exit(EXIT_PROTOCOL);
}

Order *orders_take(void)
{
	Order *taken = next;

	next = current;
	current = taken;
	if (!current->length)
		receive(current);
	/* Of one that has ended. */
	while (order_message(current)->type == MESSAGE_CANCEL)
		receive(current);
	insist_on(order_message(current), MESSAGE_RUN);
	if (current->fds[1] < 0)
		_exit(EXIT_PROTOCOL);
	return current;
}

void orders_finish(void)
{
	discard(current);
}

bool orders_cancelled(void)
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
	insist_on(&message, MESSAGE_CANCEL);
	if (next->length && message.number == order_message(next)->number) {
		discard(next);
		control_send(&(Message){.type = MESSAGE_ENDED, .number = message.number});
	}
	return message.number == order_message(current)->number;
}
