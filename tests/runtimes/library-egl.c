// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A backend that draws, with Mesa's software renderer where no device is shown: a context
 * without a surface, as virglrenderer makes one.
 */
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <stdio.h>

#define MUST(condition)                                           \
	do {                                                      \
		if (!(condition)) {                               \
			fprintf(stderr, "%s: 0x%x\n", #condition, \
				(unsigned)eglGetError());         \
			return 1;                                 \
		}                                                 \
	} while (0)

int main(void)
{
	static const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_NONE};
	EGLDisplay display = eglGetPlatformDisplay(
		EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL);
	EGLContext context;

	MUST(display && eglInitialize(display, NULL, NULL) && eglBindAPI(EGL_OPENGL_API));
	context =
		eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
	MUST(context && eglMakeCurrent(display, NULL, NULL, context));
	puts("{\"type\": \"sample\", \"features\": [\"healthy\"]}");
	return 0;
}
