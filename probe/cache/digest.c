// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Four lanes of 64 bits take the words of the content in turn, and each lane is two
 * accumulators of different kinds. In either, one step is a bijection of the accumulator
 * and of the word: contents that differ in one word of a lane can never meet again there,
 * and others meet in one accumulator once in 2^64, in both once in 2^128. The eight
 * multiplications of a block do not wait for each other, so that a processor needs about
 * as many cycles for its 32 bytes; copying them from the page cache takes longer.
 *
 * The file is read, not mapped: a mapping of a file that is truncated ends the process.
 */
#include "probe/cache/digest.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "common/autofd.h"

#define N_LANES 4
#define BLOCK   (N_LANES * sizeof(uint64_t))
/* Stays in a processor's second cache. */
#define CHUNK ((size_t)128 * 1024)

/* Odd, and without pattern: the golden ratio's, and those of splitmix64 and murmur3. */
#define FACTOR_A 0x9E3779B97F4A7C15u
#define FACTOR_B 0xBF58476D1CE4E5B9u
#define FACTOR_C 0xFF51AFD7ED558CCDu
#define FACTOR_D 0xC4CEB9FE1A85EC53u

typedef struct {
	uint64_t a[N_LANES], b[N_LANES];
} Lanes;

struct Digester {
	int fd;
	uint64_t length; /* that has been read */
	Lanes lanes;     /* of that */
	unsigned char *chunk;
	size_t room; /* in it */
};

static inline uint64_t rotate(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

static inline uint64_t word_at(const unsigned char *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof word);
	return word;
}

/* Different injections and rotations, so that what cancels out in one accumulator does
 * not in the other. */
#define STEP(i)                                              \
	do {                                                 \
		uint64_t word = word_at(data + 8 * (i));     \
                                                             \
		a##i = rotate((a##i ^ word) * FACTOR_A, 31); \
		b##i = rotate((b##i + word) * FACTOR_B, 23); \
	} while (0)

static void add_blocks(Lanes *lanes, const unsigned char *data, size_t n)
{
	/* In registers. */
	uint64_t a0 = lanes->a[0], a1 = lanes->a[1], a2 = lanes->a[2], a3 = lanes->a[3];
	uint64_t b0 = lanes->b[0], b1 = lanes->b[1], b2 = lanes->b[2], b3 = lanes->b[3];

	for (; n; n--, data += BLOCK) {
		STEP(0);
		STEP(1);
		STEP(2);
		STEP(3);
	}
	*lanes = (Lanes){{a0, a1, a2, a3}, {b0, b1, b2, b3}};
}

/* A bijection in which each bit depends on all (murmur3's last step). */
static uint64_t spread(uint64_t x)
{
	x = (x ^ x >> 33) * FACTOR_C;
	x = (x ^ x >> 33) * FACTOR_D;
	return x ^ x >> 33;
}

static void finish(const Lanes *lanes, uint64_t length, Digest ret_digest)
{
	uint64_t high = length, low = ~length;

	for (size_t i = 0; i < N_LANES; i++) {
		high = spread(high * FACTOR_A + lanes->a[i]);
		low = spread(low * FACTOR_B + lanes->b[i]);
	}
	g_snprintf(ret_digest, sizeof(Digest),
		"%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", high, low);
}

/* Fills @chunk as far as there is content. Returns: how much there was, or -1. */
static ssize_t read_chunk(int fd, unsigned char *chunk, size_t size, uint64_t offset)
{
	size_t length = 0;

	while (length < size) {
		ssize_t count = pread(
			fd, chunk + length, size - length, (off_t)(offset + length));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		if (count == 0)
			break;
		length += (size_t)count;
	}
	return (ssize_t)length;
}

Digester *digester_new(int fd, uint64_t size)
{
	Digester *digester = g_new(Digester, 1);
	/* No more than a small file needs, and one byte, to see its end. */
	const size_t room = size < CHUNK ? (size_t)(size / BLOCK + 1) * BLOCK : CHUNK;

	*digester = (Digester){
		.fd = fd,
		.chunk = g_malloc(room),
		.room = room,
		.lanes = {{1, 2, 3, 4}, {5, 6, 7, 8}},
	};
	return digester;
}

void digester_free(Digester *digester)
{
	if (!digester)
		return;
	close_fd(&digester->fd);
	g_free(digester->chunk);
	g_free(digester);
}

DigestProgress digester_read(Digester *digester, size_t *left, Digest ret_digest)
{
	const size_t room = digester->room;
	unsigned char *chunk = digester->chunk;

	while (*left) {
		ssize_t count = read_chunk(digester->fd, chunk, room, digester->length);
		size_t n_blocks = ((size_t)MAX(count, 0) + BLOCK - 1) / BLOCK;

		if (count < 0)
			return DIGEST_FAILED;
		memset(chunk + count, 0, n_blocks * BLOCK - (size_t)count);
		add_blocks(&digester->lanes, chunk, n_blocks);
		digester->length += (uint64_t)count;
		*left -= MIN(*left, (size_t)count);
		if ((size_t)count < room) {
			finish(&digester->lanes, digester->length, ret_digest);
			return DIGEST_DONE;
		}
	}
	return DIGEST_GOES_ON;
}
