// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the caller wants run: one program after another, and at most one ahead of time, so
 * that it begins as soon as the previous one has ended.
 *
 * Nothing returns where the caller is gone or speaks nonsense: see control.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "sandbox/base/protocol.h"

/* MESSAGE_RUN, as it came. */
typedef struct {
	char data[MESSAGE_RUN_MAX] __attribute__((aligned(8)));
	size_t length; /* 0: there is none */
	int fds[MESSAGE_RUN_FDS];
} Order;

static inline const Message *order_message(const Order *order)
{
	return (const Message *)order->data;
}

/* Waits for the next one if it has not come yet. Returns: (transfer none): it, which is
 * the current one until orders_finish(). */
Order *orders_take(void);
void orders_finish(void);

/* While the current order is carried out: receives one message, and deals with it.
 * Returns: whether the current order is cancelled. */
bool orders_listen(void);
