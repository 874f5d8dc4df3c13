// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * System calls without the C library, for a process that shares the memory of a thread
 * that goes on: they touch no errno, which would be that thread's, and no other state of
 * a thread. A failure is returned as a negative errno value.
 */
#pragma once

#include "sandbox/base/kernel.h"

/* Always in its caller's own frame, where clone() may return twice. */
#define RAW_INLINE                    \
	static inline __attribute__(( \
		always_inline, no_sanitize("address", "undefined", "thread")))

/* For functions that run there: neither a sanitizer nor a stack protector may look at
 * what belongs to the thread. */
#if defined(__has_attribute) && __has_attribute(no_stack_protector)
#define RAW_NO_STACK_PROTECTOR __attribute__((no_stack_protector))
#else
#define RAW_NO_STACK_PROTECTOR
#endif
#define RAW_FUNCTION           \
	RAW_NO_STACK_PROTECTOR \
	__attribute__((noinline, no_sanitize("address", "undefined", "thread")))

#if defined(__x86_64__)

#define RAW_AUDIT_ARCH AUDIT_ARCH_X86_64

RAW_INLINE long raw_syscall(long number, long a, long b, long c, long d, long e)
{
	register long d_ __asm__("r10") = d;
	register long e_ __asm__("r8") = e;
	register long f_ __asm__("r9") = 0;

	__asm__ volatile("syscall"
			 : "+a"(number)
			 : "D"(a), "S"(b), "d"(c), "r"(d_), "r"(e_), "r"(f_)
			 : "rcx", "r11", "memory");
	return number;
}

#elif defined(__aarch64__)

#define RAW_AUDIT_ARCH AUDIT_ARCH_AARCH64

RAW_INLINE long raw_syscall(long number, long a, long b, long c, long d, long e)
{
	register long number_ __asm__("x8") = number;
	register long a_ __asm__("x0") = a;
	register long b_ __asm__("x1") = b;
	register long c_ __asm__("x2") = c;
	register long d_ __asm__("x3") = d;
	register long e_ __asm__("x4") = e;

	__asm__ volatile("svc 0"
			 : "+r"(a_)
			 : "r"(number_), "r"(b_), "r"(c_), "r"(d_), "r"(e_)
			 : "memory");
	return a_;
}

#elif defined(__riscv)

#define RAW_AUDIT_ARCH AUDIT_ARCH_RISCV64

RAW_INLINE long raw_syscall(long number, long a, long b, long c, long d, long e)
{
	register long number_ __asm__("a7") = number;
	register long a_ __asm__("a0") = a;
	register long b_ __asm__("a1") = b;
	register long c_ __asm__("a2") = c;
	register long d_ __asm__("a3") = d;
	register long e_ __asm__("a4") = e;

	__asm__ volatile("ecall"
			 : "+r"(a_)
			 : "r"(number_), "r"(b_), "r"(c_), "r"(d_), "r"(e_)
			 : "memory");
	return a_;
}

#elif defined(__powerpc64__)

#define RAW_AUDIT_ARCH AUDIT_ARCH_PPC64LE

RAW_INLINE long raw_syscall(long number, long a, long b, long c, long d, long e)
{
	register long number_ __asm__("r0") = number;
	register long a_ __asm__("r3") = a;
	register long b_ __asm__("r4") = b;
	register long c_ __asm__("r5") = c;
	register long d_ __asm__("r6") = d;
	register long e_ __asm__("r7") = e;

	/* The kernel reports a failure by a flag, and leaves the value positive. */
	__asm__ volatile(
		"sc\n\tbns+ 1f\n\tneg %1, %1\n1:"
		: "+r"(number_), "+r"(a_), "+r"(b_), "+r"(c_), "+r"(d_), "+r"(e_)
		:
		: "memory", "cr0", "ctr", "xer", "r8", "r9", "r10", "r11", "r12");
	return a_;
}

#elif defined(__i386__)

#define RAW_AUDIT_ARCH AUDIT_ARCH_I386

RAW_INLINE long raw_syscall(long number, long a, long b, long c, long d, long e)
{
	__asm__ volatile("int $0x80"
			 : "+a"(number)
			 : "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory");
	return number;
}

#else
#error "how this architecture calls the kernel"
#endif

/* Beyond this no descriptor is looked for one by one. */
#define RAW_DESCRIPTORS_MAX (1024 * 1024)

/* Closes the descriptors from @first to @last, also where the kernel has no close_range()
 * (before Linux 5.9), or a filter refuses it. */
RAW_INLINE void raw_close_range(unsigned first, unsigned last)
{
	if (raw_syscall(SYS_close_range, first, last, 0, 0, 0) == 0)
		return;
	for (unsigned fd = first; fd <= last && fd < RAW_DESCRIPTORS_MAX; fd++)
		raw_syscall(SYS_close, fd, 0, 0, 0, 0);
}
