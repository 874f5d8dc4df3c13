// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A call: a pipeline, and when its next step is due. A request comes in; a descriptor
 * goes out that is readable whenever vp_call_dispatch() has something to do, and at the
 * end a result. It may end before, by its deadline or because it is cancelled.
 *
 * The descriptor is an epoll instance with a timer, and with what the pipeline listens
 * to. A synchronous call, which nobody else can watch or cancel, has none: most answers
 * come from the cache, in less time than the kernel takes to make and close these.
 */
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include "common/autofd.h"
#include "common/lack.h"
#include "common/text.h"
#include "probe/error.h"
#include "probe/pipeline.h"
#include "probe/request.h"
#include "probe/vhost-probe-call.h"

struct VpCall {
	Pipeline *pipeline;
	uint64_t total_us;
	gint64 deadline_us; /* monotonic; or G_MAXINT64 */
	int fd, timer;      /* both -1: synchronous */
	int listening_to;   /* of the pipeline's; or -1 */
	gint64 due_us; /* when the next step is due, unless somebody cancels; 0: now */
	gint is_cancelled; /* atomic: any thread may set it */
};

static bool add(const VpCall *call, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	return epoll_ctl(call->fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* ---- when ---- */

/* At @us in monotonic microseconds; 0: at once. */
static void set_timer(const VpCall *call, gint64 us)
{
	const struct itimerspec time = {
		.it_value = {.tv_sec = us / G_USEC_PER_SEC,
			.tv_nsec = us % G_USEC_PER_SEC * 1000 + 1}};

	if (call->timer >= 0)
		timerfd_settime(call->timer, TFD_TIMER_ABSTIME, &time, NULL);
}

/* A thread that cancels sets its mark first and then the timer; here it is the other way
 * round, so that one of the two sees the other. Once all is settled it may have set the
 * timer for nothing. */
static void wake_at(VpCall *call, gint64 us)
{
	bool is_settled = pipeline_is_settled(call->pipeline);

	if (us != call->due_us || is_settled)
		set_timer(call, us);
	call->due_us = us;
	if (!is_settled && g_atomic_int_get(&call->is_cancelled))
		set_timer(call, 0);
}

static bool listen_to(VpCall *call, int fd)
{
	if (fd == call->listening_to)
		return true;
	if (call->fd >= 0 && call->listening_to >= 0)
		epoll_ctl(call->fd, EPOLL_CTL_DEL, call->listening_to, NULL);
	call->listening_to = fd;
	return fd < 0 || call->fd < 0 || add(call, fd);
}

/* ---- the call ---- */

/* Returns: (transfer full) (nullable): a synchronous one. */
static VpCall *call_new(const VpRequest *request, GError **error)
{
	VpCall *call;

	if (!request_check(request, error))
		return NULL;
	call = g_new(VpCall, 1);
	*call = (VpCall){
		.pipeline = pipeline_new(request),
		.total_us = request->total_timeout_us,
		.deadline_us = G_MAXINT64,
		.fd = -1,
		.timer = -1,
		.listening_to = -1,
	};
	if (call->total_us)
		call->deadline_us = g_get_monotonic_time() +
				    (gint64)MIN(call->total_us, G_MAXINT64 / 2);
	return call;
}

static bool watch(VpCall *call, GError **error)
{
	GError *cause = NULL;

	call->fd = epoll_create1(EPOLL_CLOEXEC);
	call->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (call->fd >= 0 && call->timer >= 0 && add(call, call->timer)) {
		set_timer(call, 0);
		return true;
	}
	lack_set_error(&cause, errno, "cannot watch the call");
	error_publish(error, VP_ERROR_HOST, cause);
	return false;
}

VpCall *vp_call_new(const VpRequest *request, GError **error)
{
	g_autoptr(VpCall) call = call_new(request, error);

	return call && watch(call, error) ? g_steal_pointer(&call) : NULL;
}

int vp_call_get_fd(const VpCall *call)
{
	return call->fd;
}

static void stop_at_deadline(VpCall *call)
{
	g_autofree char *what = pipeline_describe(call->pipeline);
	g_autofree char *total = text_seconds(call->total_us);

	pipeline_stop(call->pipeline, g_error_new(VP_ERROR, VP_ERROR_DEADLINE,
					      "no answer within %s: %s", total, what));
}

static void stop_if_due(VpCall *call)
{
	if (pipeline_is_settled(call->pipeline))
		return;
	if (g_atomic_int_get(&call->is_cancelled))
		pipeline_stop(
			call->pipeline, g_error_new_literal(VP_ERROR, VP_ERROR_CANCELLED,
						"the call was cancelled"));
	else if (g_get_monotonic_time() >= call->deadline_us)
		stop_at_deadline(call);
}

bool vp_call_dispatch(VpCall *call)
{
	gint64 wake;

	if (!call->pipeline)
		return false;
	stop_if_due(call);
	if (!pipeline_step(call->pipeline)) {
		listen_to(call, -1);
		wake_at(call, 0);
		return false;
	}
	wake = pipeline_wake_time(call->pipeline);
	if (!pipeline_is_settled(call->pipeline))
		wake = MIN(wake, call->deadline_us);
	/* Where it cannot listen it looks again and again. */
	wake_at(call, listen_to(call, pipeline_fd(call->pipeline)) ? wake : 0);
	return true;
}

void vp_call_cancel(VpCall *call)
{
	g_atomic_int_set(&call->is_cancelled, 1);
	set_timer(call, 0);
}

VpResult *vp_call_finish(VpCall *call, GError **error)
{
	if (call->pipeline && !pipeline_is_settled(call->pipeline))
		pipeline_stop(
			call->pipeline, g_error_new_literal(VP_ERROR, VP_ERROR_CANCELLED,
						"the call was finished before its end"));
	if (call->pipeline)
		return pipeline_end(g_steal_pointer(&call->pipeline), error);
	g_set_error_literal(
		error, VP_ERROR, VP_ERROR_CANCELLED, "the call has been finished before");
	return NULL;
}

void vp_call_free(VpCall *call)
{
	if (!call)
		return;
	if (call->pipeline)
		vp_result_free(pipeline_end(call->pipeline, NULL));
	close_fd(&call->timer);
	close_fd(&call->fd);
	g_free(call);
}

/* ---- all of it ---- */

/* Interrupted by a signal it ends early, which does no harm. */
static void wait_for(const VpCall *call)
{
	struct pollfd event = {.fd = call->listening_to, .events = POLLIN};
	gint64 left_us = call->due_us ? call->due_us - g_get_monotonic_time() : 0;
	const struct timespec time = {.tv_sec = left_us / G_USEC_PER_SEC,
		.tv_nsec = left_us % G_USEC_PER_SEC * 1000};

	if (left_us > 0)
		ppoll(&event, 1, &time, NULL);
}

VpResult *vp_probe(const VpRequest *request, GError **error)
{
	g_autoptr(VpCall) call = call_new(request, error);

	if (!call)
		return NULL;
	while (vp_call_dispatch(call))
		wait_for(call);
	return vp_call_finish(call, error);
}
