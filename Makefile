# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# `make help` lists what can be done. Everything is built under $(BUILD).

# Everything is named from the source directory; BUILD may be elsewhere.
ifneq ($(realpath $(lastword $(MAKEFILE_LIST))),$(or $(realpath Makefile),none))
$(error this Makefile works in its own directory only: make -C $(dir $(lastword $(MAKEFILE_LIST))) BUILD=$(CURDIR)/build $(MAKECMDGOALS))
endif

VERSION := $(shell cat VERSION)
BUILD   ?= build
ifneq ($(words $(BUILD)),1)
$(error BUILD is a directory without blanks in its name, not "$(BUILD)")
endif

prefix      ?= /usr/local
exec_prefix ?= $(prefix)
bindir      ?= $(exec_prefix)/bin
libexecdir  ?= $(exec_prefix)/libexec
sysconfdir  ?= /etc
# The other directories are defined in install.mk, and compiled into nothing.

# Another directory of manifests that is searched by default, between those of XDG_DATA_DIRS and
# /etc, such as NixOS' /var/lib/qemu/vhost-user.
EXTRA_DIR ?=

# Paths get into C, sed and units, each of which reads some characters in its own way.
PATH_CHARACTERS := A B C D E F G H I J K L M N O P Q R S T U V W X Y Z a b c d e f g h i j k l m n o p q r s t u v w x y z \
	0 1 2 3 4 5 6 7 8 9 . _ + ~ / @ : -
# $(call without,TEXT,CHARACTERS)
without = $(if $(2),$(call without,$(subst $(firstword $(2)),,$(1)),$(wordlist 2,$(words $(2)),$(2))),$(1))
is_path = $(and $(filter 1,$(words x$(1)x)),$(filter /%,$(1)),$(if $(call without,$(1),$(PATH_CHARACTERS)),,yes))
# $(call check_path,VARIABLE)
check_path = $(if $(call is_path,$($(1))),,$(error $(1) is an absolute path of letters, digits and ._+~/@:-, not "$($(1))"))
$(if $(EXTRA_DIR),$(call check_path,EXTRA_DIR))

CC         ?= cc
INSTALL    ?= install
PKG_CONFIG ?= pkg-config
OBJCOPY    ?= $(patsubst %ar,%objcopy,$(AR:%gcc-ar=%ar))
CFLAGS     ?= -O2 -g
SANITIZE   ?=

PACKAGES := 'glib-2.0 >= 2.68' 'json-c >= 0.15'

# Flags that the code needs come first; the user's come last and win.
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wno-unused-parameter
# Where the C library has sizes of files and times in 32 bits too, those in 64.
SYSTEM_CPPFLAGS := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
BASE_CPPFLAGS := -I. -I$(BUILD) $(SYSTEM_CPPFLAGS) -DVHOST_PROBE_VERSION='"$(VERSION)"'
# One set of objects for programs and shared library: hidden symbols cost nothing extra with -fPIC.
BASE_CFLAGS   := -std=gnu17 $(WARNINGS) -fstack-protector-strong -fPIC -fvisibility=hidden
LINK_LDFLAGS  := -Wl,-z,relro -Wl,-z,now -Wl,--as-needed
BASE_LDFLAGS   = -pie $(LINK_LDFLAGS)
ifneq ($(SANITIZE),)
BASE_CFLAGS  += -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all
LINK_LDFLAGS += -fsanitize=$(SANITIZE)
else
BASE_CPPFLAGS += -D_FORTIFY_SOURCE=2
endif
PKG_CFLAGS = $(shell $(PKG_CONFIG) --cflags $(PACKAGES))
PKG_LIBS   = $(shell $(PKG_CONFIG) --libs $(PACKAGES))
# libseccomp makes the filter when this is built; the program does not need it.
SECCOMP_CFLAGS = $(shell $(PKG_CONFIG) --cflags libseccomp)
SECCOMP_LIBS = $(shell $(PKG_CONFIG) --libs libseccomp)

# `make V=1` shows the commands. install.mk says who may make files.
ifeq ($(V),)
Q   := @
SAY  = @$(MAY_MAKE) printf '  %-5s %s\n'
else
SAY  = @$(MAY_MAKE) true
endif

# ---- what is built ----

# The library, for everyone. The unit tests look inside: they get it with all its symbols.
LIBRARY  := $(BUILD)/libvhost-probe.a
HEADERS  := $(wildcard probe/vhost-probe*.h)
SONAME   := libvhost-probe.so.0
SHARED   := $(BUILD)/libvhost-probe.so.$(VERSION)
INTERNAL := $(BUILD)/tests/internal.a
PROGRAM  := $(BUILD)/vhost-probe
WARDEN   := $(BUILD)/vhost-probe-warden
BENCH    := $(BUILD)/tests/bench/bench

objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)))
LIBRARY_OBJECTS := $(call objects,common/*.c sandbox/*.c sandbox/base/*.c probe/*.c probe/cache/*.c \
	probe/check/*.c)
# The program is a client of the library like any other; of our other code it has only common/.
PROGRAM_OBJECTS := $(call objects,probe/cli/*.c common/*.c)
WARDEN_OBJECTS  := $(call objects,sandbox/base/*.c sandbox/warden/*.c)
UNIT_TESTS      := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test-*.c))
HOSTILE         := $(addprefix $(BUILD)/tests/hostile/,hostile backend)
HEALTHY         := $(addprefix $(BUILD)/tests/healthy/,backend refused)
EXEC            := $(BUILD)/tests/exec/state
REFUSE          := $(addprefix $(BUILD)/tests/refuse/,refuse old-warden picky-warden)
STORM           := $(BUILD)/tests/storm/storm
CALLERS         := $(BUILD)/tests/callers/callers
EXAMPLES        := $(BUILD)/examples/header $(patsubst %.c,$(BUILD)/%,$(wildcard examples/*.c))
# The programs of contrib/: in C, and in Go and Rust, whose tools are not installed everywhere.
SKELETON        := $(BUILD)/contrib/vhost-user-skeleton
GO_KIT          := $(addprefix $(BUILD)/contrib/,go-caller go-example)
RUST_SKELETON   := $(BUILD)/contrib/vhost-device-skeleton
CONTRIB         := $(SKELETON) $(if $(shell command -v go 2>/dev/null),$(GO_KIT)) \
	$(if $(shell command -v rustc 2>/dev/null),$(RUST_SKELETON))
TEST_PROGRAMS   := $(HOSTILE) $(HEALTHY) $(EXEC) $(REFUSE) $(STORM) $(CALLERS) $(EXAMPLES)
FAKE_BACKENDS   := $(addprefix $(BUILD)/, \
	$(basename $(wildcard fake-backends/*.c fake-backends/*.sh fake-backends/*.py) \
	$(wildcard fake-backends/manifests/*.json.in)))
COMPLETIONS     := $(patsubst data/%,$(BUILD)/%,$(wildcard data/completions/*))
SHELL_SCRIPTS   := $(wildcard .ci/* tests/root/* tests/arch/* tests/run tests/*/*.bash tests/*/*.bats fake-backends/*.sh)

.PHONY: help all abi-record demo check check-abi check-arch check-asan check-boot check-fleet check-kits check-musl check-qemu check-runtimes check-tsan lint format bench clean
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
.SECONDARY:

help: ## show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile install.mk

all: $(PROGRAM) $(WARDEN) $(SHARED) $(COMPLETIONS) $(FAKE_BACKENDS) ## build program, library, completions and fake backends, under build/

$(PROGRAM): $(PROGRAM_OBJECTS) $(LIBRARY)
	$(SAY) LINK $@
	$(Q)$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# It links only the C library, statically where possible: a start costs a fifth less, and depends on
# no dynamic linker and nothing that one reads. WARDEN_LDFLAGS= links it dynamically.
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

# One object, in which only what the public headers declare can be linked to. With -flto it is
# compiled here, or nothing could be hidden. On i386 GCC makes functions that objects share, and
# they become its own.
$(BUILD)/libvhost-probe.o: $(LIBRARY_OBJECTS)
	$(SAY) LINK $@
	$(Q)$(CC) -r -nostdlib $(if $(findstring -flto,$(CFLAGS)),$(CFLAGS) $(LTO_TO_OBJECT)) \
		$(if $(filter x86,$(TARGET_ARCH_NAME)),-Wl$(comma)--force-group-allocation) -o $@ $^
	$(Q)$(OBJCOPY) --localize-hidden $@
comma := ,
LTO_TO_OBJECT = $(if $(findstring clang,$(CC)),,-flinker-output=nolto-rel)

$(LIBRARY): $(BUILD)/libvhost-probe.o
$(INTERNAL): $(LIBRARY_OBJECTS)
$(LIBRARY) $(INTERNAL):
	$(SAY) AR $@
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(SHARED): $(LIBRARY_OBJECTS) probe/vhost-probe.map
	$(SAY) LINK $@
	$(Q)$(CC) -shared $(LINK_LDFLAGS) $(if $(SANITIZE),,-Wl,-z,defs) -Wl,-soname,$(SONAME) \
		-Wl,--version-script,probe/vhost-probe.map $(LDFLAGS) -o $@ $(filter %.o,$^) $(PKG_LIBS)

$(BUILD)/%.o: %.c Makefile VERSION
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(BASE_CPPFLAGS) $(CPPFLAGS) $(BASE_CFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Where the programs will be installed: a change of the prefix rebuilds what depends on it.
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
	@printf '%s\n' "$$INSTALLED" | cmp -s - $@ || { $(MAY_MAKE) printf '%s\n' "$$INSTALLED" > $@; }

$(LIBRARY_OBJECTS) $(PROGRAM_OBJECTS): | $(BUILD)/installed.h

# The system call filter, compiled once for all: C text, which seccomp.c includes. The generator
# runs on the machine that builds; its argument names the one that $(CC) builds for.
CC_FOR_BUILD ?= $(CC)
PKG_CONFIG_FOR_BUILD ?= $(if $(filter $(CC),$(CC_FOR_BUILD)),$(PKG_CONFIG),pkg-config)
FOR_BUILD_CFLAGS = $(shell $(PKG_CONFIG_FOR_BUILD) --cflags glib-2.0 libseccomp)
FOR_BUILD_LIBS = $(shell $(PKG_CONFIG_FOR_BUILD) --libs glib-2.0 libseccomp)
TARGET_ARCH_NAME = $(patsubst i%86,x86,$(patsubst powerpc64le,ppc64le, \
	$(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))))

$(BUILD)/sandbox/warden/filter/%.o: sandbox/warden/filter/%.c Makefile
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC_FOR_BUILD) $(BASE_CPPFLAGS) $(BASE_CFLAGS) $(FOR_BUILD_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/make-filter: $(addprefix $(BUILD)/sandbox/warden/filter/,generate.o compile.o rules.o)
	$(SAY) LINK $@
	$(Q)$(CC_FOR_BUILD) $(BASE_LDFLAGS) -o $@ $^ $(FOR_BUILD_LIBS)

$(BUILD)/sandbox/warden/filter.h: $(BUILD)/make-filter
	$(SAY) MAKE $@
	$(Q)$< $(TARGET_ARCH_NAME) > $@

$(BUILD)/sandbox/warden/seccomp.o $(BUILD)/tests/unit/test-filter.o: $(BUILD)/sandbox/warden/filter.h
# The test compiles them as well, where it runs.
FILTER_OBJECTS := $(BUILD)/tests/unit/filter/compile.o $(BUILD)/tests/unit/filter/rules.o
$(BUILD)/tests/unit/test-filter: $(FILTER_OBJECTS)
$(BUILD)/tests/unit/test-filter: PKG_LIBS += $(SECCOMP_LIBS)
$(BUILD)/tests/unit/test-filter.o $(FILTER_OBJECTS): PKG_CFLAGS += $(SECCOMP_CFLAGS)
$(BUILD)/tests/unit/filter/%.o: sandbox/warden/filter/%.c Makefile
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(BASE_CPPFLAGS) $(CPPFLAGS) $(BASE_CFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BENCH): $(addprefix $(BUILD)/tests/bench/,ways.o many.o callers.o figures.o)
$(UNIT_TESTS) $(BENCH) $(STORM) $(CALLERS) $(BUILD)/tests/hostile/hostile: %: %.o $(INTERNAL)
	$(SAY) LINK $@
	$(Q)$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(INTERNAL) $(PKG_LIBS)

# Built as other projects build their programs, against the public headers and the library; and the
# ten lines with which the header begins. The warden is the build tree's: tests/examples/warden.c.
$(BUILD)/examples/header.c: probe/vhost-probe.h
	$(SAY) MAKE $@
	$(Q)mkdir -p $(@D)
	$(Q){ printf '#include <stdio.h>\n#include <vhost-probe.h>\nint main(void)\n{\n' && \
		sed -n '1,/\*\//s/^ \*   //p' $< && printf '}\n'; } > $@

$(BUILD)/examples/%.o $(BUILD)/tests/examples/%.o: BASE_CPPFLAGS = -Iprobe -DWARDEN='"$(abspath $(WARDEN))"'
$(BUILD)/examples/header.o: $(BUILD)/examples/header.c
	$(SAY) CC $<
	$(Q)$(CC) $(BASE_CPPFLAGS) $(CPPFLAGS) $(BASE_CFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(EXAMPLES): %: %.o $(BUILD)/tests/examples/warden.o $(LIBRARY)
	$(SAY) LINK $@
	$(Q)$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -Wl,--wrap=vp_request_new -o $@ $^ $(PKG_LIBS)

# The fakes stand for other people's programs: no sanitizer, no library of ours.
$(BUILD)/fake-backends/%: fake-backends/%.c fake-backends/fake.h
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -I. $(SYSTEM_CPPFLAGS) -std=gnu17 $(WARNINGS) -O2 -pthread -o $@ $<

$(REFUSE): $(BUILD)/%: %.c
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -I. $(SYSTEM_CPPFLAGS) -std=gnu17 $(WARNINGS) -O2 $(SECCOMP_CFLAGS) -o $@ $< $(SECCOMP_LIBS)

$(BUILD)/tests/refuse/refuse: tests/pass-fds.h
$(BUILD)/tests/refuse/picky-warden: $(wildcard sandbox/base/*.h)

$(HEALTHY): $(BUILD)/%: %.c
$(BUILD)/tests/healthy/backend: $(addprefix tests/healthy/,output.c itself.c events.c shapes.h)
$(EXEC): tests/exec/state.c
$(BUILD)/tests/hostile/backend: $(wildcard tests/hostile/backend/*.[ch]) tests/hostile/rows.h tests/pass-fds.h
$(BUILD)/tests/hostile/backend $(HEALTHY) $(EXEC):
	$(SAY) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -I. $(SYSTEM_CPPFLAGS) -std=gnu17 $(WARNINGS) -O2 -pthread -o $@ $(filter %.c,$^) -lrt

$(SKELETON): contrib/skeleton-c/vhost-user-skeleton.c
	$(SAY) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -D_GNU_SOURCE -std=gnu17 $(WARNINGS) -O2 -o $@ $<

$(RUST_SKELETON): contrib/skeleton-rust/vhost-device-skeleton.rs
	$(SAY) RUST $@
	$(Q)mkdir -p $(@D)
	$(Q)rustc --edition 2021 -D warnings -O -o $@ $<

# From these sources only: nothing is fetched, and no home directory is needed.
GO_BUILD = env GOCACHE=$(abspath $(BUILD))/go/cache GOPATH=$(abspath $(BUILD))/go GOPROXY=off \
	GOTOOLCHAIN=local CGO_ENABLED=0 go build -buildvcs=false -o $(abspath $@)

$(GO_KIT): $(wildcard contrib/go/vhostprobe/*.* contrib/go/vhostprobe/*/*.go tests/kits/go/*.*)
$(BUILD)/contrib/go-caller:
	$(SAY) GO $@
	$(Q)cd tests/kits/go && $(GO_BUILD) .

$(BUILD)/contrib/go-example:
	$(SAY) GO $@
	$(Q)cd contrib/go/vhostprobe && $(GO_BUILD) ./example

$(BUILD)/fake-backends/%: fake-backends/%.sh
	$(Q)mkdir -p $(@D) && $(INSTALL) -m 755 $< $@

$(BUILD)/fake-backends/%: fake-backends/%.py
	$(Q)mkdir -p $(@D) && $(INSTALL) -m 755 $< $@

$(BUILD)/fake-backends/manifests/%.json: fake-backends/manifests/%.json.in Makefile
	$(Q)mkdir -p $(@D)
	$(Q)sed 's|@bindir@|$(abspath $(BUILD))/fake-backends|' $< > $@ && chmod 644 $@

$(BUILD)/completions/%: data/completions/%
	$(Q)mkdir -p $(@D) && $(INSTALL) -m 644 $< $@

# The programs that the bench starts.
BENCH_PROGRAMS := $(addprefix $(BUILD)/,$(basename $(wildcard tests/bench/programs/*)))

$(BUILD)/tests/bench/programs/%: tests/bench/programs/%.sh
	$(Q)mkdir -p $(@D) && $(INSTALL) -m 755 $< $@

$(BUILD)/tests/bench/programs/%: tests/bench/programs/%.c
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(WARNINGS) -O2 -static $(if $(findstring no-libc,$@),-nostartfiles) -o $@ $<

# Not below deb and musl, where whole trees are unpacked, with sources that are named so.
-include $(shell find $(BUILD) \( -path $(BUILD)/deb -o -path $(BUILD)/musl \) -prune -o -name '*.d' -print 2>/dev/null)
include install.mk

# ---- what it needs ----

DEPS      := gcc g++ libc6-dev make pkgconf libglib2.0-dev libjson-c-dev libseccomp-dev \
	bats perl jq python3 util-linux procps strace e2fsprogs xz-utils \
	zsh fish
DEPS_BOOT := debootstrap e2fsprogs qemu-system-x86
# promtool is in the package prometheus.
DEPS_FLEET := prometheus prometheus-node-exporter ansible-core facter
# And virtiofsd, where it is a package of its own.
DEPS_QEMU := qemu-system-x86 qemu-system-common qemu-system-gui 'virtiofsd|'
# Where systemd's directories are known by a package of their own, that.
DEPS_DEB := debootstrap dpkg-dev debhelper dh-apparmor lintian 'systemd-dev|systemd'
DEPS_KITS := golang-go rustc
DEPS_RUNTIMES = $(shell tests/runtimes/build --packages)
DEPS_ABI  := abigail-tools
DEPS_ARCH := debootstrap
DEPS_MUSL := musl-tools linux-libc-dev dpkg-dev meson ninja-build cmake gperf
DEPS_LINT := clang-format clang-tidy cppcheck shellcheck mandoc mypy pyflakes3

# The same packages by the names of distributions without apt.
define DEPS_ELSEWHERE
  Fedora: dnf install gcc gcc-c++ make pkgconf-pkg-config glib2-devel json-c-devel libseccomp-devel bats perl-Test-Harness jq python3 util-linux procps-ng strace e2fsprogs xz zsh fish
  Arch:   pacman -S --needed gcc make pkgconf glib2 json-c libseccomp bats perl jq python util-linux procps-ng strace e2fsprogs xz zsh fish
  Alpine: apk add bash coreutils gcc g++ musl-dev linux-headers make pkgconf glib-dev json-c-dev libseccomp-dev bats perl-test-harness-utils jq python3 util-linux setpriv procps-ng strace e2fsprogs e2fsprogs-extra xz zsh fish
endef
export DEPS_ELSEWHERE

# $(call install_packages,PACKAGES,ELSEWHERE)
define install_packages
@command -v apt-get > /dev/null || { \
	echo "$@: there is no apt here; install by hand what Debian calls: $(1)"; \
	[ -z "$(2)" ] || echo "$$$(2)"; \
	exit 1; \
} >&2; \
build-aux/packages install $(1)
endef

deps: ## install what building and testing need, by apt, with sudo if not root
	$(call install_packages,$(DEPS),DEPS_ELSEWHERE)

deps-boot: ## the same for make check-boot
	$(call install_packages,$(DEPS_BOOT))

deps-deb: ## the same for make deb and make check-deb
	$(call install_packages,$(DEPS_DEB))

deps-fleet: ## the same for make check-fleet: Prometheus, Ansible and Facter, 250 MB
	$(call install_packages,$(DEPS_FLEET))

deps-qemu: ## the same for make check-qemu
	$(call install_packages,$(DEPS_QEMU))

deps-runtimes: ## the same for make check-runtimes: other languages, 4 GB
	$(call install_packages,$(DEPS_RUNTIMES))

deps-abi: ## the same for make check-abi
	$(call install_packages,$(DEPS_ABI))

deps-arch: ## the same for make check-arch
	$(call install_packages,$(DEPS_ARCH))

deps-musl: ## the same for make check-musl
	$(call install_packages,$(DEPS_MUSL))

deps-kits: ## the same for make check-kits: Go and Rust
	$(call install_packages,$(DEPS_KITS))

deps-lint: ## the same for make lint and make format
	$(call install_packages,$(DEPS_LINT))

DEPS_TARGETS := deps deps-abi deps-arch deps-boot deps-deb deps-fleet deps-kits deps-lint deps-musl deps-qemu deps-runtimes
.PHONY: $(DEPS_TARGETS)

# `make -j4 deps demo`: everything is built from a source, and no source is looked at before the
# packages are installed; nor do two calls of apt run at the same time: each waits for the previous
# one.
DEPS_FIRST := $(sort $(filter $(DEPS_TARGETS),$(MAKECMDGOALS)))
check-asan check-musl check-tsan format $(wildcard */*.[ch] */*/*.[ch] */*/*/*.[ch] fake-backends/*.sh fake-backends/*.py) \
	$(wildcard fake-backends/manifests/*.in contrib/*/*.rs contrib/go/*/*.go): | $(DEPS_FIRST)
$(foreach target,$(DEPS_FIRST),$(eval $(target): | $(previous))$(eval previous := $(target)))

# ---- what it does ----

demo: all ## run the main job on the fake backends, then show what this host has
	@tests/demo $(BUILD)

check: all dist $(UNIT_TESTS) $(TEST_PROGRAMS) ## run all tests; if run by root, also as an unprivileged user
	@tests/run $(BUILD) $(if $(TESTS),'$(TESTS)')

check-asan: ## the same with address and undefined behaviour sanitizers
	@$(MAKE) BUILD=$(BUILD)/asan SANITIZE=address,undefined check

# The libraries for musl are built once, from Debian's sources.
MUSL := $(abspath $(BUILD))/musl
check-musl: | $(MUSL)/libraries ## build with musl, and run the unit tests
	@$(MAKE) BUILD=$(BUILD)/musl/build CC=$(MUSL)/libraries/bin/cc CC_FOR_BUILD=$(CC) PKG_CONFIG_FOR_BUILD=pkg-config \
		PKG_CONFIG='env PKG_CONFIG_LIBDIR=$(MUSL)/libraries/lib/pkgconfig pkg-config --static' \
		TESTS='$(or $(TESTS),test-*)' check

$(MUSL)/libraries: | $(DEPS_FIRST)
	@mkdir -p $(@D) && tests/musl/make $@

check-arch: | $(DEPS_FIRST) ## build for i386 and arm64 in systems of their own, as root, and run the tests
	@tests/arch/run $(ARCHITECTURES)

# Where addresses are as random as can be, an older sanitizer does not start. GLib's allocator of
# that time hands memory from one thread to another in a way that it does not see.
check-tsan: ## the tests of threads and of calls, with the thread sanitizer
	@G_SLICE=always-malloc $$(! setarch -R true 2> /dev/null || echo setarch -R) \
		$(MAKE) BUILD=$(BUILD)/tsan SANITIZE=thread check TESTS='@(callers|test-call)'

check-boot: all ## boot a real system in software emulation, as root, and check the units
	@tests/boot/run $(BUILD)

check-fleet: all $(TEST_PROGRAMS) ## have Prometheus, Ansible and Facter read what is exported
	@SUITE=fleet tests/run $(BUILD)

check-runtimes: all $(TEST_PROGRAMS) ## run backends in those other languages that are installed
	@tests/runtimes/build $(BUILD)/tests/runtimes
	@SUITE=runtimes tests/run $(BUILD)

# check skips the parts of contrib/ whose tools are not installed.
check: $(CONTRIB)

check-kits: $(SKELETON) $(GO_KIT) $(RUST_SKELETON) ## test what is in contrib/, also in Go and Rust
	@$(MAKE) check TESTS='@(kits|kits-as-root|skeletons).bats'

check-qemu: all $(TEST_PROGRAMS) ## start QEMU's backends with exec, and ask QEMU about their devices
	@SUITE=qemu tests/run $(BUILD)

check-abi: $(SHARED) ## compare the library's binary interface with the recorded one
	@build-aux/abi check $(SHARED) probe/vhost-probe.abi $(HEADERS)

abi-record: $(SHARED) ## record it anew, on purpose
	@build-aux/abi record $(SHARED) probe/vhost-probe.abi $(HEADERS)

bench: all $(BENCH) $(BENCH_PROGRAMS) ## measure cost against a bare posix_spawn, in one interleaved run
	@$(BENCH) $(BUILD) $(if $(ROWS),'$(ROWS)')

lint: $(PROGRAM) $(WARDEN) ## check format, includes, static analysis, scripts and the man pages
	@tests/lint $(BUILD)

format: ## write the code in the project's format
	clang-format -i $$(build-aux/files --others '*.c' '*.h')

clean: ## remove build/
	rm -rf $(BUILD)
