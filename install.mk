# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# Part of the Makefile: what is installed and where, and the tarball of a release. The directories
# are GNU's variables; packagers set them, and DESTDIR, for build and installation alike.

# ---- where ----

libdir       ?= $(exec_prefix)/lib
includedir   ?= $(prefix)/include
datarootdir  ?= $(prefix)/share
mandir       ?= $(datarootdir)/man
docdir       ?= $(datarootdir)/doc/vhost-probe
pkgconfigdir ?= $(libdir)/pkgconfig
unitdir      ?= $(prefix)/lib/systemd/system
bashcompdir  ?= $(datarootdir)/bash-completion/completions
zshcompdir   ?= $(datarootdir)/zsh/site-functions
fishcompdir  ?= $(datarootdir)/fish/vendor_completions.d
pkgdatadir   := $(datarootdir)/vhost-probe
# Of the system, and only where AppArmor knows the profile's rule: from 4.0 on.
apparmordir  ?=

DIRECTORIES := prefix exec_prefix bindir libexecdir sysconfdir libdir includedir datarootdir mandir docdir \
	pkgconfigdir unitdir bashcompdir zshcompdir fishcompdir
$(foreach directory,$(DIRECTORIES) $(if $(apparmordir),apparmordir),$(call check_path,$(directory)))

# ---- what: a mode, a directory, its files; build-aux/place says more ----

define PLACES
755 $(bindir) $(PROGRAM)
755 $(libexecdir) $(WARDEN)
755 $(libdir) $(SHARED)
only $(libdir) $(SONAME). $(notdir $(SHARED))
link $(libdir) $(SONAME)=$(notdir $(SHARED)) libvhost-probe.so=$(SONAME)
644 $(libdir) $(LIBRARY)
644 $(pkgconfigdir) data/vhost-probe.pc.in
644 $(includedir) $(HEADERS)
644 $(mandir)/man1 $(wildcard man/*.1)
644 $(mandir)/man5 $(wildcard man/*.5)
644 $(mandir)/man7 $(wildcard man/*.7)
644 $(mandir)/man8 $(wildcard man/*.8)
644 $(bashcompdir) $(if $(COMPLETIONS),$(BUILD)/completions/vhost-probe.bash=vhost-probe)
644 $(zshcompdir) $(if $(COMPLETIONS),$(BUILD)/completions/_vhost-probe)
644 $(fishcompdir) $(if $(COMPLETIONS),$(BUILD)/completions/vhost-probe.fish)
644 $(unitdir) $(wildcard data/systemd/*.in data/systemd/*.timer)
644 $(unitdir)/vhost-probe-export@nfd.service.d $(wildcard data/systemd/*@nfd.service.d/*.conf)
644 $(unitdir)/vhost-probe-export@prometheus.service.d $(wildcard data/systemd/*@prometheus.service.d/*.conf)
644 $(unitdir)/vhost-probe-export@ansible.service.d $(wildcard data/systemd/*@ansible.service.d/*.conf)
644 $(unitdir)/vhost-probe-export@facter.service.d $(wildcard data/systemd/*@facter.service.d/*.conf)
$(if $(apparmordir),644 $(apparmordir) data/apparmor/vhost-probe-warden.in)
644 $(pkgdatadir)/schema $(wildcard data/schema/*.json)
644 $(docdir) $(wildcard *.md) COPYING
644 $(docdir)/docs $(wildcard docs/*.md)
644 $(docdir)/examples $(wildcard examples/*)
644 $(docdir)/contrib $(wildcard contrib/*.md)
644 $(docdir)/contrib/python $(wildcard contrib/python/*.py)
644 $(docdir)/contrib/sh $(wildcard contrib/sh/*.sh)
644 $(docdir)/contrib/go/vhostprobe $(wildcard contrib/go/vhostprobe/*.*)
as-is $(docdir)/contrib/skeleton-c $(wildcard contrib/skeleton-c/*)
as-is $(docdir)/contrib/skeleton-rust $(wildcard contrib/skeleton-rust/*)
link $(docdir)/data schema=$(pkgdatadir)/schema
own $(unitdir)/vhost-probe-export@nfd.service.d
own $(unitdir)/vhost-probe-export@prometheus.service.d
own $(unitdir)/vhost-probe-export@ansible.service.d
own $(unitdir)/vhost-probe-export@facter.service.d
own $(pkgdatadir)
own $(pkgdatadir)/schema
own $(docdir)
own $(docdir)/docs
own $(docdir)/examples
own $(docdir)/contrib
own $(docdir)/contrib/python
own $(docdir)/contrib/sh
own $(docdir)/contrib/go
own $(docdir)/contrib/go/vhostprobe
own $(docdir)/contrib/skeleton-c
own $(docdir)/contrib/skeleton-rust
own $(docdir)/data
endef

# In the pc file, directories below the prefix move with it.
below_prefix = $(patsubst $(prefix)/%,$${prefix}/%,$(1))
# If there is an extra directory, it is watched like the others.
define SUBSTITUTIONS
s|@bindir@|$(bindir)|
s|@sysconfdir@|$(sysconfdir)|
s|@libexecdir@|$(libexecdir)|
$(if $(EXTRA_DIR),s|@extra_dir@|$(EXTRA_DIR)|,/@extra_dir@/d)
s|@prefix@|$(prefix)|
s|@libdir@|$(call below_prefix,$(libdir))|
s|@includedir@|$(call below_prefix,$(includedir))|
s|@version@|$(VERSION)|
endef

# ---- how ----

# Root installs what another user has built, and makes no file there, since it would belong to root.
ifneq ($(filter install installcheck,$(MAKECMDGOALS)),)
ifeq ($(shell [ ! -e $(BUILD) ] || [ "$$(stat -c %u $(BUILD))" = "$$(id -u)" ] || echo no),no)
MAY_MAKE = { echo '$@ is missing or out of date, and $(BUILD) is another user'\''s:' \
	'run make there as that user first, with the same prefix and other directories'; exit 1; } >&2;
endif
endif

# If libdir is one of the loader's directories, programs find a library once the loader's cache has
# it.
LDCONFIG ?= ldconfig
define refresh_loader
@[ -n "$(DESTDIR)" ] || ! $(LDCONFIG) -NXv 2> /dev/null | grep -q '^$(libdir):' || $(LDCONFIG) || \
	echo "ldconfig failed: until root runs it, programs do not find $(libdir)/$(SONAME)" >&2
endef

.PHONY: install uninstall installcheck
install uninstall: export DESTDIR := $(DESTDIR)
install uninstall: export INSTALL := $(INSTALL)
install uninstall: export TABLE = $(PLACES)
install: export REPLACE = $(SUBSTITUTIONS)
place = @printf '%s\n' "$$TABLE" | build-aux/place $@ $(pkgdatadir)/directories

install: $(PROGRAM) $(WARDEN) $(LIBRARY) $(SHARED) $(COMPLETIONS) ## install program, library and documents (DESTDIR, prefix)
	$(place)
	$(refresh_loader)

uninstall: ## remove what install has put there, and no more
	$(place)
	$(refresh_loader)

define INSTALLED_AT
DESTDIR=$(DESTDIR)
bindir=$(bindir)
libexecdir=$(libexecdir)
libdir=$(libdir)
mandir=$(mandir)
pkgconfigdir=$(pkgconfigdir)
endef
installcheck: export INSTALLED = $(INSTALLED_AT)
installcheck: $(FAKE_BACKENDS) ## try what is installed, with the fake backends (the same DESTDIR, prefix)
	@SUITE=installed tests/run $(BUILD)

# ---- a release ----

DIST := $(BUILD)/vhost-probe-$(VERSION).tar.xz

.PHONY: dist
dist: ## make the tarball of a release, the same bytes each time
	$(SAY) DIST $(DIST)
	@mkdir -p $(BUILD) && BUILD=$(BUILD) build-aux/dist $(DIST)

# From what a release has in it, and without what this call of make was told.
.PHONY: deb
deb: dist ## build Debian's packages, in build/deb
	rm -rf $(BUILD)/deb
	mkdir -p $(BUILD)/deb
	tar -C $(BUILD)/deb -xf $(DIST)
	cd $(BUILD)/deb/vhost-probe-$(VERSION) && \
		env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL dpkg-buildpackage -us -uc -J $(DEBFLAGS)
	rm -r $(BUILD)/deb/vhost-probe-$(VERSION)

.PHONY: check-deb
check-deb: all dist ## build, install and remove them in small systems of Debian 12 and 13, as root
	@tests/deb/run $(BUILD) $(DIST) $(RELEASES)

# Which release has brought each symbol: new ones are of this version, and what is gone goes. Read what
# git diff shows, since packages of others depend on it.
.PHONY: deb-symbols
deb-symbols: $(SHARED) ## renew the list of symbols of Debian's package of the library
	nm -D --defined-only $(SHARED) | sed 's/.* A \(.*\)/\1@\1/; s/.* //; s/@@/@/' | LC_ALL=C sort | awk -v version=$(VERSION) ' \
		FNR == NR { if (/^ /) since[$$1] = $$2; else print; next } \
		{ print " " $$0, $$0 in since ? since[$$0] : version }' debian/libvhost-probe0.symbols - > $(BUILD)/symbols
	cp $(BUILD)/symbols debian/libvhost-probe0.symbols
