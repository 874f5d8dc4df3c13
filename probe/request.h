// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A request from within: what its setters, the environment and the configuration have
 * made of it. Inside the library it is only read.
 */
#pragma once

#include <sys/types.h>

#include "probe/config.h"
#include "probe/vhost-probe.h"
#include "sandbox/sandbox.h"

/* What the environment says. NULL: unset. */
typedef struct {
	bool known;                          /* it was asked */
	const char *data_dirs, *config_home; /* of XDG */
	const char *runtime_dir, *cache_home;
	const char *home;
} RequestEnvironment;

/* All pointers are the request's own, except where it was not made by vp_request_new():
 * then nothing is. */
struct VpRequest {
	VpMode mode;
	const char *type;                         /* or NULL */
	const char *const *need, *const *exclude; /* or NULL */
	/* General to specific. */
	const char *const *search;
	/* The caller has named them: one that exists and cannot be read ends the work. */
	bool search_must_be_readable;
	const char *binary; /* or NULL */
	/* Effective ids of the process: who, beside root, is trusted. */
	uid_t uid;
	gid_t gid;
	/* See SandboxPolicy for this and what follows. */
	SandboxLevel sandbox;
	uint32_t without;
	uint64_t timeout_us;
	uint64_t total_timeout_us; /* of the whole call; 0: as long as it takes */
	unsigned jobs;
	const char *const *expose; /* or NULL */
	const char *const *links;  /* by which these are named; or NULL */
	const char *home;          /* or NULL */
	const char *warden;        /* or NULL */
	const VpConfig *config;    /* or NULL */
	VpCacheMode cache;
	/* The caller's own directory, read and written; root's, read only. Or NULL. */
	const char *cache_dir, *shared_cache_dir;
	/* Somebody has named it, and may have mistyped it: its parent has to exist. */
	bool cache_dir_is_named;
	VpProgress progress; /* or NULL */
	void *progress_data;

	/* Only for the setters: what was said, of which the above is the result. */
	struct {
		uint64_t timeout_us;       /* 0: nothing */
		unsigned jobs;             /* likewise */
		const char *const *expose; /* real paths, or NULL */
		const char *const *links;  /* by which these are named, or NULL */
		const char *home;          /* or NULL */
		int search_user;           /* -1: nothing */
	} said;
	RequestEnvironment environment;
	GPtrArray *places;                /* of VpCachePlace *; or NULL */
	const char *const *without_names; /* or NULL */
};

/* One that was not made by vp_request_new(). uid and gid are the caller's to fill in. */
#define VP_REQUEST_INIT                                                             \
	{                                                                           \
		.sandbox = SANDBOX_LEVEL_FULL, .timeout_us = VP_TIMEOUT_DEFAULT_US, \
		.jobs = VP_JOBS_DEFAULT                                             \
	}

/* Returns: whether it makes sense, as far as that can be seen by itself; else FALSE with
 * VP_ERROR_INVALID. */
bool request_check(const VpRequest *request, GError **error);

/* Returns: whether @path is absolute, or NULL; else FALSE likewise. */
bool request_check_path(const char *path, GError **error);

/* As sandbox_reach(), of the home. One that is not reached counts as none from now on. */
SandboxReached request_reach_home(VpRequest *request, SandboxReach *reach);

/* environment.c. Fills in what the process' environment says, all of it owned. */
void request_read_environment(RequestEnvironment *ret_environment);
