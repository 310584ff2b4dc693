# Postern: make, make check, make run, make install, make deb, make report; no
# list of files here.

PREFIX ?= /usr/local
DESTDIR ?=
SYSCONFDIR ?= /etc
BUILD ?= build
CC ?= cc
OPTIMIZE ?= -O2
# SANITIZE=address,undefined makes an instrumented build; give it its own BUILD.
SANITIZE ?=

PACKAGES = libpq libjwt json-c libsodium inih libcrypto liboath libqrencode
OPERATOR_PACKAGES = libcurl gmime-3.0

# The flag, when the compiler knows it: clang 14 does not.
accepted = $(shell $(CC) $(1) -E -x c /dev/null >/dev/null 2>&1 && echo $(1))

WARNINGS = -Wall -Wextra -Wpedantic -Wconversion -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
HARDENING := -fstack-protector-strong -fstack-clash-protection -fPIE \
	$(call accepted,-ftrivial-auto-var-init=zero)
ifeq ($(SANITIZE),)
HARDENING += -D_FORTIFY_SOURCE=2
MODE_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack
else
MODE_CFLAGS = -fsanitize=$(SANITIZE) -fno-omit-frame-pointer \
	-fno-sanitize-recover=undefined -DPOSTERN_SANITIZED
MODE_LDFLAGS = -fsanitize=$(SANITIZE) -pie
endif
# Warnings are errors in the checks (WERROR=-Werror), not on a user's machine.
WERROR ?=

CPPFLAGS += -D_GNU_SOURCE -Ilib -I$(BUILD)/sql \
	-DCONFIG_DEFAULT_PATH='"$(SYSCONFDIR)/postern/postern.conf"'
CFLAGS += -std=c11 -g $(OPTIMIZE) $(WARNINGS) $(WERROR) $(HARDENING) \
	$(MODE_CFLAGS) -MMD -MP
LDFLAGS += $(MODE_LDFLAGS) -Wl,--as-needed
PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES))
LDLIBS = -lfcgi $(shell pkg-config --libs $(PACKAGES)) -lunistring -lcrypt \
	-lcrypto
OPERATOR_CFLAGS = $(shell pkg-config --cflags $(OPERATOR_PACKAGES))
OPERATOR_LIBS = $(shell pkg-config --libs $(OPERATOR_PACKAGES)) -lcsv

PROGRAMS := $(patsubst cgi-bin/%.c,$(BUILD)/cgi-bin/%,$(wildcard cgi-bin/*.c))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,\
	$(wildcard tests/unit/test_*.c))
QUERIES := $(wildcard sql/queries/*.sql)
MIGRATIONS := $(wildcard sql/schema/*.sql)
LIB_OBJECTS := $(patsubst lib/%.c,$(BUILD)/lib/%.o,$(wildcard lib/*.c)) \
	$(patsubst sql/queries/%.sql,$(BUILD)/sql/%.o,$(QUERIES)) \
	$(BUILD)/lib/common_passwords.o
OPERATOR_OBJECTS := $(patsubst deploy/postern/%.c,$(BUILD)/operator/%.o,\
	$(wildcard deploy/postern/*.c)) $(BUILD)/sql/migrations.o \
	$(BUILD)/sql/roles.o
LIBRARY = $(BUILD)/libpostern.a
OPERATOR_LIBRARY = $(BUILD)/operator.a

.PHONY: all check run lint report endpoints roles shared-hosting install deb \
	clean unit FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAMS) $(BUILD)/postern

$(BUILD)/cgi-bin/%: $(BUILD)/cgi-bin/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $< $(LIBRARY) $(LDLIBS)

$(BUILD)/postern: $(OPERATOR_OBJECTS) $(LIBRARY)
	$(CC) $(LDFLAGS) -o $@ $(OPERATOR_OBJECTS) $(LIBRARY) $(LDLIBS) \
	    $(OPERATOR_LIBS)

$(LIBRARY): $(LIB_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $(LIB_OBJECTS)

$(BUILD)/lib/%.o: lib/%.c | $(BUILD)/sql/queries.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/cgi-bin/%.o: cgi-bin/%.c | $(BUILD)/sql/queries.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/operator/%.o: deploy/postern/%.c | $(BUILD)/sql/queries.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(OPERATOR_CFLAGS) $(CFLAGS) -c -o $@ $<

# What names the default configuration is made again for another SYSCONFDIR.
$(BUILD)/lib/config.o $(BUILD)/operator/main.o: $(BUILD)/sysconfdir

$(BUILD)/sysconfdir: FORCE
	@mkdir -p $(@D)
	@echo '$(SYSCONFDIR)' | cmp -s - $@ || echo '$(SYSCONFDIR)' > $@

# Each statement of sql/queries becomes one object of its own, so that a
# program carries exactly the statements that its modules name.
$(BUILD)/sql/queries.h: $(QUERIES) sql/embed.sh
	@mkdir -p $(@D)
	sh sql/embed.sh header $(QUERIES) > $@

$(BUILD)/sql/%.c: sql/queries/%.sql sql/embed.sh
	@mkdir -p $(@D)
	sh sql/embed.sh query $< > $@

$(BUILD)/sql/migrations.c: $(MIGRATIONS) sql/embed.sh
	@mkdir -p $(@D)
	sh sql/embed.sh migrations $(MIGRATIONS) > $@

$(BUILD)/sql/roles.c: sql/roles.sql sql/embed.sh
	@mkdir -p $(@D)
	sh sql/embed.sh roles $< > $@

$(BUILD)/lib/common_passwords.c: lib/common_passwords.txt sql/embed.sh
	@mkdir -p $(@D)
	sh sql/embed.sh text common_passwords $< > $@

$(BUILD)/%.o: $(BUILD)/%.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -Wno-overlength-strings -c -o $@ $<

# Some tests are of what the operator's command adds to the library.
$(OPERATOR_LIBRARY): $(filter-out %/main.o,$(OPERATOR_OBJECTS))
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/tests/%: tests/unit/%.c $(OPERATOR_LIBRARY) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -Itests/unit -o $@ $< \
	    $(LDFLAGS) $(OPERATOR_LIBRARY) $(LIBRARY) $(LDLIBS) \
	    $(OPERATOR_LIBS) -lcmocka

unit: $(UNIT_TESTS)

check:
	sh tests/check.sh

lint:
	sh tests/lint.sh

# Whether answers take as long for nobody as for somebody: figures, no verdict.
report: all
	POSTERN_BUILD=$(BUILD) /usr/bin/python3 -B tests/report/equal_time.py

run:
	sh deploy/try.sh

# The web servers' lists of endpoints, from what the programs say.
endpoints: all
	sh deploy/endpoints.sh $(BUILD)/cgi-bin deploy

# What each program may do in the database, from what its statements need; for
# those who change a statement. A PostgreSQL of its own finds it out.
roles: all
	POSTERN_BUILD=$(BUILD) /usr/bin/python3 -B tests/support/write_roles.py

# Both manual pages, from what the command and the example say.
$(BUILD)/man/postern.1: $(BUILD)/postern deploy/postern.conf.example \
    $(wildcard deploy/man/*)
	sh deploy/man/write.sh $(BUILD)/postern deploy/postern.conf.example $(@D)

# What one uploads to a shared host: make shared-hosting HOST_HOME=/home/ada
# [HOST_SITE=public_html]. The programs look for their libraries beside the
# configuration there.
HOST_SITE ?= public_html
HOSTING = $(BUILD)/shared-hosting
shared-hosting:
	@case "$(HOST_HOME)" in /*) ;; *) echo "make shared-hosting" \
	    "HOST_HOME=/home/NAME: the home folder on the host" >&2; exit 2;; esac
	rm -f $(BUILD)/hosting/postern \
	    $(PROGRAMS:$(BUILD)/%=$(BUILD)/hosting/%)
	$(MAKE) BUILD=$(BUILD)/hosting all LDFLAGS="-Wl,--disable-new-dtags \
	    -Wl,-rpath,$(HOST_HOME)/postern/lib $(LDFLAGS)"
	rm -rf $(HOSTING)
	sh deploy/shared-hosting/assemble.sh $(BUILD)/hosting "$(HOST_HOME)" \
	    "$(HOST_SITE)" $(HOSTING)
	strip $(HOSTING)/postern/postern $(HOSTING)/$(HOST_SITE)/postern/*.fcgi
	sh deploy/shared-hosting/libraries.sh $(HOSTING)/postern/lib \
	    $(HOSTING)/postern/postern $(HOSTING)/$(HOST_SITE)/postern/*.fcgi
	@echo "Upload what is in $(HOSTING): postern and $(HOST_SITE)."

# A configuration that is there already is left as it is; a program that is
# there serves until the new one has taken its place.
LANGUAGES = $(patsubst deploy/%/units,%,$(wildcard deploy/mail/*/units))
SHARED = $(DESTDIR)$(PREFIX)/share/postern
MANUAL = $(DESTDIR)$(PREFIX)/share/man
install: all $(BUILD)/man/postern.1
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/postern \
	    $(SHARED)/www $(SHARED)/mail $(LANGUAGES:%=$(SHARED)/%) \
	    $(SHARED)/errors $(SHARED)/gate $(SHARED)/lighttpd $(SHARED)/apache \
	    $(SHARED)/nginx $(SHARED)/spawn-fcgi $(SHARED)/systemd \
	    $(SHARED)/fail2ban/filter.d $(SHARED)/fail2ban/jail.d \
	    $(SHARED)/logrotate $(SHARED)/apparmor \
	    $(MANUAL)/man1 $(MANUAL)/man5 $(DESTDIR)$(SYSCONFDIR)/postern
	for page in 1/postern.1 5/postern.conf.5; do sed \
	    -e 's|/etc/postern|$(SYSCONFDIR)/postern|' \
	    -e 's|/usr/local/|$(PREFIX)/|' $(BUILD)/man/$${page#*/} \
	    > $(MANUAL)/man$$page || exit 1; done
	for file in $(BUILD)/postern $(PROGRAMS); do case $$file in \
	    */cgi-bin/*) place=$(DESTDIR)$(PREFIX)/lib/postern;; \
	    *) place=$(DESTDIR)$(PREFIX)/bin;; esac; \
	    install $$file $$place/.new && \
	    mv $$place/.new $$place/$${file##*/} || exit 1; done
	install -m 644 deploy/www/* $(SHARED)/www
	install -m 644 $(wildcard deploy/mail/*.*) deploy/mail/units \
	    $(SHARED)/mail
	for language in $(LANGUAGES); do install -m 644 \
	    deploy/$$language/* $(SHARED)/$$language || exit 1; done
	install -m 644 deploy/errors/* $(SHARED)/errors
	install -m 644 deploy/lighttpd/endpoints*.conf deploy/lighttpd/site.conf \
	    $(SHARED)/lighttpd
	install -m 644 deploy/fail2ban/filter.d/* $(SHARED)/fail2ban/filter.d
	install -m 644 deploy/fail2ban/jail.d/* $(SHARED)/fail2ban/jail.d
	install -m 644 deploy/logrotate/postern $(SHARED)/logrotate
	for file in apache/README.md nginx/README.md $(patsubst deploy/%,%,\
	    $(wildcard deploy/apache/*.conf deploy/nginx/*.conf \
	    deploy/spawn-fcgi/*)); do sed -e 's|/usr/local/|$(PREFIX)/|' \
	    -e 's|/etc/postern|$(SYSCONFDIR)/postern|' \
	    deploy/$$file > $(SHARED)/$$file || exit 1; done
	sed -e 's|/usr/local/|$(PREFIX)/|' -e 's|/etc/postern|$(SYSCONFDIR)/postern|' \
	    deploy/apparmor/postern > $(SHARED)/apparmor/postern
	for unit in deploy/systemd/*; do sed -e 's|/usr/local/|$(PREFIX)/|' \
	    $$unit > $(SHARED)/systemd/$${unit##*/} || exit 1; done
	for file in deploy/gate/*.conf deploy/gate/.htaccess; do sed \
	    -e 's|/usr/local/|$(PREFIX)/|' -e 's|/etc/p|$(SYSCONFDIR)/p|' \
	    $$file > $(SHARED)/gate/$${file##*/} || exit 1; done
	sed -e 's|/usr/local/|$(PREFIX)/|' deploy/postern.conf.example \
	    > $(SHARED)/postern.conf.example
	for file in postern.conf 50-postern.conf; do sed \
	    -e 's|/usr/local/|$(PREFIX)/|' -e 's|"/etc/|"$(SYSCONFDIR)/|' \
	    deploy/lighttpd/$$file > $(SHARED)/lighttpd/$$file || exit 1; done
	test -e $(DESTDIR)$(SYSCONFDIR)/postern/postern.conf || install -m 644 \
	    $(SHARED)/postern.conf.example \
	    $(DESTDIR)$(SYSCONFDIR)/postern/postern.conf
	test -e $(DESTDIR)$(SYSCONFDIR)/postern/lighttpd.conf || install -m 644 \
	    $(SHARED)/lighttpd/postern.conf \
	    $(DESTDIR)$(SYSCONFDIR)/postern/lighttpd.conf

# build/postern_VERSION_ARCHITECTURE.deb
deb:
	sh deploy/debian/build.sh $(BUILD)

clean:
	rm -rf $(BUILD)

-include $(wildcard $(BUILD)/*/*.d)
