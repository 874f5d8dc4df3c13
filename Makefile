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

# ---- what is built ----

COMMON  := $(wildcard common/*.c)
SANDBOX := $(wildcard sandbox/*.c)
PROBE   := $(wildcard probe/*.c)
CLI     := $(wildcard probe/cli/*.c)
UNIT    := $(wildcard tests/unit/test-*.c)
FAKES   := $(wildcard fake-backends/*.c)
SCRIPTS := $(wildcard fake-backends/*.sh fake-backends/*.py)
FAKE_MANIFESTS := $(wildcard fake-backends/manifests/*.json.in)

LIBRARY := $(BUILD)/libvhost-probe.a
PROGRAM := $(BUILD)/vhost-probe
BENCH   := $(BUILD)/tests/bench/bench

LIBRARY_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(COMMON) $(SANDBOX) $(PROBE))
PROGRAM_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(CLI))
UNIT_PROGRAMS   := $(patsubst %.c,$(BUILD)/%,$(UNIT))
FAKE_PROGRAMS   := $(patsubst %.c,$(BUILD)/%,$(FAKES)) \
	$(patsubst %,$(BUILD)/%,$(basename $(SCRIPTS))) \
	$(patsubst %.in,$(BUILD)/%,$(FAKE_MANIFESTS))

.PHONY: help all deps demo check check-asan lint format bench install uninstall clean
.DELETE_ON_ERROR:

all: $(PROGRAM) $(FAKE_PROGRAMS) ## build the program and the fake backends

$(PROGRAM): $(PROGRAM_OBJECTS) $(LIBRARY)
	$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(LIBRARY): $(LIBRARY_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(BASE_CPPFLAGS) $(CPPFLAGS) $(BASE_CFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIBRARY)
	$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BENCH): $(BUILD)/tests/bench/bench.o $(LIBRARY)
	$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -pthread -o $@ $^ $(PKG_LIBS)
