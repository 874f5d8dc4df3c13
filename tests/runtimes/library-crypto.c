// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A backend with three libraries for cryptography, which look at random numbers, at the
 * processor and at the system's certificates, and want locked memory for secrets.
 */
#include <gcrypt.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <stdio.h>

#define MUST(condition)                                              \
	do {                                                         \
		if (!(condition)) {                                  \
			fprintf(stderr, "not so: %s\n", #condition); \
			return 1;                                    \
		}                                                    \
	} while (0)

int main(void)
{
	gnutls_certificate_credentials_t credentials;
	unsigned char bytes[16];
	SSL_CTX *context = SSL_CTX_new(TLS_method());

	MUST(context && SSL_CTX_set_default_verify_paths(context) == 1);
	MUST(RAND_bytes(bytes, sizeof bytes) == 1);
	MUST(CRYPTO_secure_malloc_init(64 * 1024, 16) > 0);
	MUST(gnutls_global_init() == 0);
	MUST(gnutls_certificate_allocate_credentials(&credentials) == 0);
	gnutls_certificate_set_x509_system_trust(credentials);
	MUST(gnutls_rnd(GNUTLS_RND_KEY, bytes, sizeof bytes) == 0);
	MUST(gcry_check_version(NULL));
	MUST(gcry_control(GCRYCTL_INIT_SECMEM, 16384, 0) == 0);
	MUST(gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0) == 0);
	MUST(gcry_random_bytes_secure(sizeof bytes, GCRY_STRONG_RANDOM));
	puts("{\"type\": \"sample\", \"features\": [\"healthy\"]}");
	return 0;
}
