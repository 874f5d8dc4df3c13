// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the healthy backends share (backend.c, which has the table of all shapes), and the
 * shapes of the other files.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIB (1024ul * 1024)

#define ANSWER "{\"type\": \"sample\", \"features\": [\"healthy\"]}\n"

/* A failure is named as programs do. */
#define MUST(condition)                                                           \
	do {                                                                      \
		if (!(condition)) {                                               \
			fprintf(stderr, "%s: %s\n", #condition, strerror(errno)); \
			exit(1);                                                  \
		}                                                                 \
	} while (0)

extern const char *own_name; /* by which it was called */
extern bool executed;        /* by itself */
extern bool has_answered;    /* the answer is there already */

/* ---- output.c ---- */

void writes_in_pieces(void);
void answers_from_a_grandchild(void);
void answers_from_a_thread(void);
void moves_its_answer(void);
void reopens_its_output(void);
void does_not_block(void);

/* ---- itself.c ---- */

void restarts_itself(void);
void executes_a_copy_of_itself(void);
void confines_itself(void);
void gives_up_what_it_has(void);
void keeps_a_directory_of_its_own(void);
void limits_itself_by_number(void);
void places_its_memory(void);
void looks_for_huge_pages(void);
void has_a_home(void);

/* ---- events.c ---- */

void waits_for_events(void);
void is_woken_by_timers(void);
void stops_its_children(void);
void reads_asynchronously(void);
