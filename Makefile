# SPDX-License-Identifier: LGPL-2.1-or-later
# `make help` lists what can be done. All that is built lies under $(BUILD).

VERSION := 0.1.0
BUILD   ?= build

prefix      ?= /usr/local
bindir      ?= $(prefix)/bin
datarootdir ?= $(prefix)/share
mandir      ?= $(datarootdir)/man
docdir      ?= $(datarootdir)/doc/vhost-probe

CC         ?= cc
INSTALL    ?= install
PKG_CONFIG ?= pkg-config
CFLAGS     ?= -O2 -g
SANITIZE   ?=

PACKAGES := glib-2.0 json-c libseccomp

# What the code needs comes first, what the user says comes last and wins.
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wno-unused-parameter
BASE_CPPFLAGS := -I. -D_GNU_SOURCE -DVHOST_PROBE_VERSION='"$(VERSION)"'
BASE_CFLAGS   := -std=gnu17 $(WARNINGS) -fstack-protector-strong -fPIE
BASE_LDFLAGS  := -pie -Wl,-z,relro -Wl,-z,now -Wl,--as-needed
ifneq ($(SANITIZE),)
BASE_CFLAGS  += -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all
BASE_LDFLAGS += -fsanitize=$(SANITIZE)
else
BASE_CPPFLAGS += -D_FORTIFY_SOURCE=2
endif
PKG_CFLAGS = $(shell $(PKG_CONFIG) --cflags $(PACKAGES))
PKG_LIBS   = $(shell $(PKG_CONFIG) --libs $(PACKAGES))
