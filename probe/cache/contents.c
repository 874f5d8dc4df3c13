// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Paths come in, digests of files go out, or that there is more to be read first: then
 * the caller goes on reading in its next step, and asks again. What cannot be read has no
 * digest, and is not tried again.
 */
#include "probe/cache/contents.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "common/autofd.h"

typedef struct {
	char *path;
	SandboxFile file;
	Digest digest; /* "": it could not be read, or is still being read */
} Content;

struct Contents {
	GHashTable *by_path; /* of Content */
	size_t *left;        /* or NULL */
	Digester *digester;  /* or NULL: nothing is being read */
	Content *latest;     /* that is being read, or was last */
};

static void content_free(void *data)
{
	Content *content = data;

	g_free(content->path);
	g_free(content);
}

Contents *contents_new(size_t *left)
{
	Contents *contents = g_new(Contents, 1);

	*contents = (Contents){
		.by_path = g_hash_table_new_full(
			g_str_hash, g_str_equal, NULL, content_free),
		.left = left,
	};
	return contents;
}

void contents_free(Contents *contents)
{
	digester_free(contents->digester);
	g_hash_table_unref(contents->by_path);
	g_free(contents);
}

const char *contents_reading(const Contents *contents)
{
	return contents->digester ? contents->latest->path : NULL;
}

bool contents_read_on(Contents *contents)
{
	size_t all = SIZE_MAX;

	if (!contents->digester)
		return true;
	if (digester_read(contents->digester, contents->left ? contents->left : &all,
		    contents->latest->digest) == DIGEST_GOES_ON)
		return false;
	digester_free(g_steal_pointer(&contents->digester));
	return true;
}

/* Returns: whether @path is @file still, and can be read. */
static bool begin(Contents *contents, const char *path, const SandboxFile *file)
{
	autofd fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	SandboxFile opened;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return false;
	opened = sandbox_file(&st);
	if (!sandbox_file_equal(&opened, file))
		return false;
	contents->digester = digester_new(steal_fd(&fd), file->size);
	contents->latest = g_new(Content, 1);
	*contents->latest = (Content){.path = g_strdup(path), .file = *file};
	g_hash_table_insert(contents->by_path, contents->latest->path, contents->latest);
	return true;
}

bool contents_digest(
	Contents *contents, const char *path, const SandboxFile *file, Digest ret_digest)
{
	const Content *content = g_hash_table_lookup(contents->by_path, path);

	if (contents->digester)
		return false;
	if (!content && begin(contents, path, file) && contents_read_on(contents))
		content = contents->latest;
	if (!content || !*content->digest || !sandbox_file_equal(&content->file, file))
		return false;
	memcpy(ret_digest, content->digest, sizeof(Digest));
	return true;
}
