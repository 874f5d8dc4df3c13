# SPDX-License-Identifier: LGPL-2.1-or-later
# `make help` lists what can be done. All that is built lies under $(BUILD).

# Everything is named from the source directory; BUILD may be elsewhere.
ifneq ($(realpath $(lastword $(MAKEFILE_LIST))),$(or $(realpath Makefile),none))
$(error this Makefile works in its own directory only: make -C $(dir $(lastword $(MAKEFILE_LIST))) BUILD=$(CURDIR)/build $(MAKECMDGOALS))
endif

VERSION := 0.1.0
BUILD   ?= build
ifneq ($(words $(BUILD)),1)
$(error BUILD is a directory without blanks in its name, not "$(BUILD)")
endif

prefix      ?= /usr/local
bindir      ?= $(prefix)/bin
libexecdir  ?= $(prefix)/libexec
sysconfdir  ?= /etc

# A further directory of manifests that is searched by default, between those of XDG_DATA_DIRS and
# /etc, such as NixOS' /var/lib/qemu/vhost-user.
EXTRA_DIR ?=
ifneq ($(filter-out /%,$(EXTRA_DIR)),)
$(error EXTRA_DIR is an absolute path, not "$(EXTRA_DIR)")
endif
datarootdir ?= $(prefix)/share
mandir      ?= $(datarootdir)/man
docdir      ?= $(datarootdir)/doc/vhost-probe
unitdir     ?= $(prefix)/lib/systemd/system

CC         ?= cc
INSTALL    ?= install
PKG_CONFIG ?= pkg-config
CFLAGS     ?= -O2 -g
SANITIZE   ?=

PACKAGES := glib-2.0 json-c

# What the code needs comes first, what the user says comes last and wins.
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wno-unused-parameter
BASE_CPPFLAGS := -I. -I$(BUILD) -D_GNU_SOURCE -DVHOST_PROBE_VERSION='"$(VERSION)"'
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
# libseccomp makes the filter when this is built; the program does not need it.
SECCOMP_LIBS = $(shell $(PKG_CONFIG) --libs libseccomp)

# `make V=1` shows the commands.
ifeq ($(V),)
Q   := @
SAY  = @printf '  %-5s %s\n'
else
SAY := @true
endif

# ---- what is built ----

LIBRARY := $(BUILD)/libvhost-probe.a
PROGRAM := $(BUILD)/vhost-probe
WARDEN  := $(BUILD)/vhost-probe-warden
BENCH   := $(BUILD)/tests/bench/bench

objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)))
LIBRARY_OBJECTS := $(call objects,common/*.c sandbox/*.c sandbox/base/*.c probe/*.c probe/cache/*.c \
	probe/check/*.c)
PROGRAM_OBJECTS := $(call objects,probe/cli/*.c)
WARDEN_OBJECTS  := $(call objects,sandbox/base/*.c sandbox/warden/*.c)
UNIT_TESTS      := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test-*.c))
HOSTILE         := $(addprefix $(BUILD)/tests/hostile/,hostile backend)
HEALTHY         := $(BUILD)/tests/healthy/backend
EXEC            := $(BUILD)/tests/exec/state
REFUSE          := $(addprefix $(BUILD)/tests/refuse/,refuse old-warden picky-warden)
STORM           := $(BUILD)/tests/storm/storm
CALLERS         := $(BUILD)/tests/callers/callers
EXAMPLES        := $(patsubst %.c,$(BUILD)/%,$(wildcard examples/*.c))
FAKE_BACKENDS   := $(addprefix $(BUILD)/, \
	$(basename $(wildcard fake-backends/*.c fake-backends/*.sh fake-backends/*.py) \
	$(wildcard fake-backends/manifests/*.json.in)))
SHELL_SCRIPTS   := $(wildcard .ci/* tests/root/* tests/run tests/*/*.bash tests/*/*.bats fake-backends/*.sh)

.PHONY: help all deps deps-boot deps-lint deps-qemu deps-runtimes demo check check-asan check-tsan check-boot check-qemu check-runtimes lint format bench install uninstall clean
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
.SECONDARY:

help: ## show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

all: $(PROGRAM) $(WARDEN) $(FAKE_BACKENDS) ## build the program and the fake backends, under build/

$(PROGRAM): $(PROGRAM_OBJECTS) $(LIBRARY)
	$(SAY) LINK $@
	$(Q)$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# The C library alone, and that linked statically where it can be: a start costs a fifth less, and
# depends on no dynamic linker and nothing that such a one reads. WARDEN_LDFLAGS= leaves it dynamic.
WARDEN_LDFLAGS ?= $(if $(SANITIZE),,$(shell echo 'int main(void) { return 0; }' | \
	$(CC) $(BASE_CFLAGS) -static-pie -x c -o /dev/null - 2> /dev/null && echo -static-pie))

ifneq ($(SANITIZE),thread)
$(WARDEN): $(WARDEN_OBJECTS)
	$(SAY) LINK $@
	$(Q)$(CC) $(BASE_LDFLAGS) $(LDFLAGS) $(WARDEN_LDFLAGS) -o $@ $^
else
# It has one thread, which a namespace of users takes; this sanitizer would add another.
$(WARDEN): FORCE
	$(Q)$(MAKE) BUILD=$(BUILD)/plain SANITIZE= $(BUILD)/plain/vhost-probe-warden
	$(Q)cp $(BUILD)/plain/vhost-probe-warden $@
endif
$(WARDEN_OBJECTS): private PKG_CFLAGS =

$(LIBRARY): $(LIBRARY_OBJECTS)
	$(SAY) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(BASE_CPPFLAGS) $(CPPFLAGS) $(BASE_CFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Where what is built will be installed: another prefix makes anew what depends on it.
define INSTALLED
#define VHOST_PROBE_BINDIR "$(bindir)"
#define SANDBOX_WARDEN "$(libexecdir)/vhost-probe-warden"
#define VHOST_PROBE_CONFIG "$(sysconfdir)/vhost-probe.conf"
#define VHOST_PROBE_EXTRA_DIR "$(EXTRA_DIR)"
endef
export INSTALLED

.PHONY: FORCE
$(BUILD)/installed.h: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$$INSTALLED" | cmp -s - $@ || printf '%s\n' "$$INSTALLED" > $@

$(LIBRARY_OBJECTS) $(PROGRAM_OBJECTS): | $(BUILD)/installed.h

# The system call filter, compiled once for all: C text, which seccomp.c includes. What makes
# it runs on the machine that builds, and is told for which one $(CC) builds.
CC_FOR_BUILD ?= $(CC)
PKG_CONFIG_FOR_BUILD ?= $(if $(filter $(CC),$(CC_FOR_BUILD)),$(PKG_CONFIG),pkg-config)
FOR_BUILD_CFLAGS = $(shell $(PKG_CONFIG_FOR_BUILD) --cflags glib-2.0 libseccomp)
FOR_BUILD_LIBS = $(shell $(PKG_CONFIG_FOR_BUILD) --libs glib-2.0 libseccomp)
TARGET_ARCH_NAME = $(subst powerpc64le,ppc64le,$(firstword $(subst -, ,$(shell $(CC) -dumpmachine))))

$(BUILD)/sandbox/warden/filter/%.o: sandbox/warden/filter/%.c Makefile
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC_FOR_BUILD) $(BASE_CPPFLAGS) $(BASE_CFLAGS) $(FOR_BUILD_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/make-filter: $(BUILD)/sandbox/warden/filter/generate.o $(BUILD)/sandbox/warden/filter/rules.o
	$(SAY) LINK $@
	$(Q)$(CC_FOR_BUILD) $(BASE_LDFLAGS) -o $@ $^ $(FOR_BUILD_LIBS)

$(BUILD)/sandbox/warden/filter.h: $(BUILD)/make-filter
	$(SAY) MAKE $@
	$(Q)$< $(TARGET_ARCH_NAME) > $@

$(BUILD)/sandbox/warden/seccomp.o $(BUILD)/tests/unit/test-filter.o: $(BUILD)/sandbox/warden/filter.h
$(BUILD)/tests/unit/test-filter: $(BUILD)/sandbox/warden/filter/rules.o
$(BUILD)/tests/unit/test-filter: PKG_LIBS += $(SECCOMP_LIBS)

$(BENCH): $(addprefix $(BUILD)/tests/bench/,ways.o many.o callers.o figures.o)
$(UNIT_TESTS) $(BENCH) $(STORM) $(CALLERS) $(BUILD)/tests/hostile/hostile $(EXAMPLES): %: %.o $(LIBRARY)
	$(SAY) LINK $@
	$(Q)$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(PKG_LIBS)

# The fakes stand for other people's programs: no sanitizer, no library of ours.
$(BUILD)/fake-backends/%: fake-backends/%.c fake-backends/fake.h
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -I. -D_GNU_SOURCE -std=gnu17 $(WARNINGS) -O2 -pthread -o $@ $<

$(REFUSE): $(BUILD)/%: %.c
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -I. -D_GNU_SOURCE -std=gnu17 $(WARNINGS) -O2 -o $@ $< $(SECCOMP_LIBS)

$(BUILD)/tests/refuse/refuse: tests/pass-fds.h
$(BUILD)/tests/refuse/picky-warden: $(wildcard sandbox/base/*.h)

$(HEALTHY): tests/healthy/backend.c
$(EXEC): tests/exec/state.c
$(BUILD)/tests/hostile/backend: $(wildcard tests/hostile/backend/*.[ch]) tests/hostile/rows.h tests/pass-fds.h
$(BUILD)/tests/hostile/backend $(HEALTHY) $(EXEC):
	$(SAY) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -I. -D_GNU_SOURCE -std=gnu17 $(WARNINGS) -O2 -pthread -o $@ $(filter %.c,$^) -lrt

$(BUILD)/fake-backends/%: fake-backends/%.sh
	$(Q)mkdir -p $(@D) && $(INSTALL) -m 755 $< $@

$(BUILD)/fake-backends/%: fake-backends/%.py
	$(Q)mkdir -p $(@D) && $(INSTALL) -m 755 $< $@

$(BUILD)/fake-backends/manifests/%.json: fake-backends/manifests/%.json.in Makefile
	$(Q)mkdir -p $(@D)
	$(Q)sed 's|@bindir@|$(abspath $(BUILD))/fake-backends|' $< > $@ && chmod 644 $@

# What the bench starts.
BENCH_PROGRAMS := $(addprefix $(BUILD)/,$(basename $(wildcard tests/bench/programs/*)))

$(BUILD)/tests/bench/programs/%: tests/bench/programs/%.sh
	$(Q)mkdir -p $(@D) && $(INSTALL) -m 755 $< $@

$(BUILD)/tests/bench/programs/%: tests/bench/programs/%.c
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(WARNINGS) -O2 -static $(if $(findstring no-libc,$@),-nostartfiles) -o $@ $<

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- what it needs ----

DEPS      := gcc libc6-dev make pkgconf libglib2.0-dev libjson-c-dev libseccomp-dev \
	bats perl jq python3-minimal util-linux procps strace e2fsprogs
DEPS_BOOT := debootstrap e2fsprogs qemu-system-x86
# Where virtiofsd is a package of its own, that too.
DEPS_QEMU = qemu-system-x86 qemu-system-common qemu-system-gui \
	$(shell apt-cache search --names-only '^virtiofsd$$' 2>/dev/null | cut -d ' ' -f 1)
DEPS_RUNTIMES = $(shell tests/runtimes/build --packages)
DEPS_LINT := clang-format clang-tidy cppcheck shellcheck mandoc

# The same, by the names of those who have no apt.
define DEPS_ELSEWHERE
  Fedora: dnf install gcc make pkgconf-pkg-config glib2-devel json-c-devel libseccomp-devel bats perl-Test-Harness jq python3 util-linux procps-ng strace e2fsprogs
  Arch:   pacman -S --needed gcc make pkgconf glib2 json-c libseccomp bats perl jq python util-linux procps-ng strace e2fsprogs
  Alpine: apk add bash coreutils gcc musl-dev linux-headers make pkgconf glib-dev json-c-dev libseccomp-dev bats perl-test-harness-utils jq python3 util-linux setpriv procps-ng strace e2fsprogs e2fsprogs-extra
endef
export DEPS_ELSEWHERE

# $(call install_packages,PACKAGES,ELSEWHERE)
define install_packages
@command -v apt-get > /dev/null || { \
	echo "$@: there is no apt here; install by hand what Debian calls: $(1)"; \
	[ -z "$(2)" ] || echo "$$$(2)"; \
	exit 1; \
} >&2; \
missing=; for package in $(1); do \
	dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || \
		missing="$$missing $$package"; \
done; \
if [ -z "$$missing" ]; then echo "$@: all is installed: $(1)"; exit 0; fi; \
if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
echo "$@: installing$$missing"; \
$$sudo apt-get update -q && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing
endef

deps: ## install what building and testing need, by apt, with sudo if not root
	$(call install_packages,$(DEPS),DEPS_ELSEWHERE)

deps-boot: ## the same for make check-boot
	$(call install_packages,$(DEPS_BOOT))

deps-qemu: ## the same for make check-qemu
	$(call install_packages,$(DEPS_QEMU))

deps-runtimes: ## the same for make check-runtimes: other languages, 4 GB
	$(call install_packages,$(DEPS_RUNTIMES))

deps-lint: ## the same for make lint and make format
	$(call install_packages,$(DEPS_LINT))

# `make -j4 deps demo`: all that is built is built from a source, and no source is looked at
# before the packages are there; nor do two of apt run at a time.
DEPS_FIRST := $(filter deps deps-boot deps-qemu deps-runtimes deps-lint,$(MAKECMDGOALS))
check-asan check-tsan format $(wildcard */*.[ch] */*/*.[ch] */*/*/*.[ch] fake-backends/*.sh fake-backends/*.py) \
	$(wildcard fake-backends/manifests/*.in): | $(DEPS_FIRST)
deps-boot: | $(filter deps,$(DEPS_FIRST))
deps-qemu: | $(filter deps deps-boot,$(DEPS_FIRST))
deps-runtimes: | $(filter deps deps-boot deps-qemu,$(DEPS_FIRST))
deps-lint: | $(filter deps deps-boot deps-qemu deps-runtimes,$(DEPS_FIRST))

# ---- what it does ----

demo: all ## run the main job on the fake backends, then show what this host has
	@tests/demo $(BUILD)

check: all $(UNIT_TESTS) $(HOSTILE) $(HEALTHY) $(EXEC) $(REFUSE) $(STORM) $(CALLERS) $(EXAMPLES) ## run all tests, as root also as an unprivileged user
	@tests/run $(BUILD) $(if $(TESTS),'$(TESTS)')

check-asan: ## the same with address and undefined behaviour sanitizers
	@$(MAKE) BUILD=$(BUILD)/asan SANITIZE=address,undefined check

# Where addresses are as random as can be, an older sanitizer does not start. GLib's allocator of
# that time hands memory from one thread to another in a way that it does not see.
check-tsan: ## the tests of threads and of calls, with the thread sanitizer
	@G_SLICE=always-malloc $$(! setarch -R true 2> /dev/null || echo setarch -R) \
		$(MAKE) BUILD=$(BUILD)/tsan SANITIZE=thread check TESTS='@(callers|test-call)'

check-boot: all ## boot a real system in software emulation, as root, and look at the units
	@tests/boot/run $(BUILD)

check-runtimes: all $(HOSTILE) $(HEALTHY) $(EXEC) $(REFUSE) $(STORM) $(CALLERS) $(EXAMPLES) ## run backends in other languages, those that are installed
	@tests/runtimes/build $(BUILD)/tests/runtimes
	@SUITE=runtimes tests/run $(BUILD)

check-qemu: all $(HOSTILE) $(HEALTHY) $(EXEC) $(REFUSE) $(STORM) $(CALLERS) $(EXAMPLES) ## start QEMU's backends by exec, and ask QEMU about their devices
	@SUITE=qemu tests/run $(BUILD)

bench: all $(BENCH) $(BENCH_PROGRAMS) ## measure cost against a bare posix_spawn, in one interleaved run
	@$(BENCH) $(BUILD) $(if $(ROWS),'$(ROWS)')

lint: $(PROGRAM) $(WARDEN) ## check format, includes, static analysis, scripts and the man page
	@tests/lint $(BUILD)

format: ## write the code in the project's format
	clang-format -i $$(git ls-files '*.c' '*.h')

# It is watched as the others are, where there is one.
EXTRA_IN_UNIT = $(if $(EXTRA_DIR),s|@extra_dir@|$(EXTRA_DIR)|,/@extra_dir@/d)

install: $(PROGRAM) $(WARDEN) ## install program, man page and documents (DESTDIR, prefix)
	$(INSTALL) -D -m 755 $(PROGRAM) $(DESTDIR)$(bindir)/vhost-probe
	$(INSTALL) -D -m 755 $(WARDEN) $(DESTDIR)$(libexecdir)/vhost-probe-warden
	$(INSTALL) -D -m 644 man/vhost-probe.1 $(DESTDIR)$(mandir)/man1/vhost-probe.1
	$(INSTALL) -d $(DESTDIR)$(datarootdir)/vhost-probe/schema
	$(INSTALL) -m 644 data/schema/*.json $(DESTDIR)$(datarootdir)/vhost-probe/schema
	$(INSTALL) -d $(DESTDIR)$(unitdir)
	for unit in service path; do \
		sed 's|@bindir@|$(bindir)|; s|@sysconfdir@|$(sysconfdir)|; $(EXTRA_IN_UNIT)' \
			data/systemd/vhost-probe-refresh.$$unit.in \
			> $(DESTDIR)$(unitdir)/vhost-probe-refresh.$$unit && \
		chmod 644 $(DESTDIR)$(unitdir)/vhost-probe-refresh.$$unit || exit; \
	done
	$(INSTALL) -d $(DESTDIR)$(docdir)/docs
	$(INSTALL) -m 644 *.md COPYING $(DESTDIR)$(docdir)
	$(INSTALL) -m 644 docs/*.md $(DESTDIR)$(docdir)/docs

uninstall: ## remove what install has put there
	rm -f $(DESTDIR)$(bindir)/vhost-probe $(DESTDIR)$(libexecdir)/vhost-probe-warden $(DESTDIR)$(mandir)/man1/vhost-probe.1
	rm -f $(DESTDIR)$(unitdir)/vhost-probe-refresh.service $(DESTDIR)$(unitdir)/vhost-probe-refresh.path
	rm -rf $(DESTDIR)$(datarootdir)/vhost-probe $(DESTDIR)$(docdir)

clean: ## remove build/
	rm -rf $(BUILD)
