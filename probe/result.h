// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A result from within: what the stages fill in, one after the other.
 */
#pragma once

#include "probe/request.h"
#include "probe/vhost-probe-words.h"
#include "probe/vhost-probe.h"
#include "sandbox/sandbox.h"

/* Names of layers, ended by NULL. */
typedef const char *LayerNames[SANDBOX_N_LAYERS + 1];

#define VP_N_REMEDIES (VP_REMEDY_LEVEL + 1)

struct VpCapabilities {
	char *type;
	char **features; /* NULL-terminated; as printed, without duplicates */
};

struct VpProbe {
	VpProbeSource source;
	VpStale stale; /* why there was an entry that was not believed */
	/* FALSE: something else may be the reason why it failed, or lacks a feature, and
	 * it was not run once more by itself. */
	bool confirmed;
	bool kept;     /* what it said is in the cache now */
	gint64 age_us; /* of what the cache knew: how long ago it was run; -1: unknown */
	SandboxLevel level;
	uint32_t held; /* bits of SANDBOX_LAYER_BIT: the layers in which it ran */
	uint64_t duration_us;
	int exit_status; /* -1: none */
	int signal;      /* 0: none */
	/* What it wrote there: beginning and end, where that is long. Valid UTF-8. */
	char *stderr_text;
	char *stdout_text; /* "" if the answer is of use */
};

struct VpCandidate {
	char *name;        /* of the file; NULL for a binary that was given */
	char *manifest;    /* its path; NULL likewise */
	char *type;        /* of the manifest, or NULL */
	char *description; /* or NULL */
	char *binary;      /* or NULL */
	char **tags;       /* or NULL (M2: for people) */
	VpVerdict verdict;
	char *reason;    /* for people, one line, not escaped */
	char *masked_by; /* path of the file that took its place, or disables it; or NULL
			  */
	char **remedies[VP_N_REMEDIES]; /* values of each; or NULL */
	VpCapabilities *capabilities;   /* or NULL */
	char **missing;                 /* needed features that it lacks, or NULL */
	char **excluded;                /* unwanted features that it has, or NULL */
	VpProbe probe;
	char *real_path;
	SandboxWay way; /* all zero where it is called by that */
	SandboxFile program;
	bool in_doubt; /* it failed in the sandbox, and nothing is known of the cause */
};

struct VpSearchDir {
	char *dir;
	bool found;
	guint n_files; /* in it, whatever they are */
	char *error;   /* why it exists but was not read, or NULL */
};

struct VpResult {
	VpRequest *request; /* its own copy */
	/* Of VpSearchDir *, as searched. */
	GPtrArray *search;
	/* One that must be readable and is not: nothing was done. Or NULL. */
	const VpSearchDir *unreadable;
	/* Of VpCandidate *, in order of precedence (D2): by name, and within a name the
	 * most specific first. */
	GPtrArray *candidates;
	/* The first one, or NULL. */
	const VpCandidate *selected;
	/* An earlier candidate could not be run, its failure is not confirmed, or only
	 * the cache may answer and does not have it: nothing may be chosen. */
	bool blocked;
	/* Whether anything was to be run: only then is the report filled in. */
	bool ran;
	SandboxReport sandbox;
	LayerNames held_layers, missing_layers; /* of the report */
	LayerNames dispensable_layers;
	bool exposes_devices; /* programs can open some of the host's */
	guint n_stored;       /* entries written to the cache */
	GHashTable *stored;   /* their names; or NULL */
	char *cache_error;    /* why not all that could be was written, or NULL */
};

/* @request: copied. */
VpResult *result_new(const VpRequest *request);

/* Whether devices are among the exposed paths. */
void result_note_devices(VpResult *result);

/* What is known of the sandbox when programs have run. */
void result_set_report(VpResult *result, const SandboxReport *report);
