#!/bin/sh
# packages.sh - installs the Debian packages that are missing.
# usage: packages.sh try | check | list try | list check | install PACKAGE...
#
# Says first what it installs; silent when nothing is missing. No service runs
# or is enabled afterwards that did or was not before, and PostgreSQL's package
# makes no cluster of its own.
set -eu
LC_ALL=C
export LC_ALL

# Any one of a|b will do; the first is installed.
to_build='gcc|clang make pkgconf|pkg-config libc6-dev libfcgi-dev libpq-dev
	libjwt-dev libjson-c-dev libsodium-dev libinih-dev libunistring-dev
	libcurl4-openssl-dev|libcurl4-gnutls-dev libgmime-3.0-dev libcrypt-dev
	libssl-dev libcsv-dev liboath-dev libqrencode-dev'
to_run='postgresql|postgresql-15|postgresql-16|postgresql-17|postgresql-14|postgresql-13
	lighttpd lighttpd-mod-deflate curl ca-certificates'
to_check='libcmocka-dev python3 python3-pytest python3-pytest-xdist
	python3-requests python3-jsonschema
	python3-psycopg2 python3-jwt python3-aiosmtpd python3-cryptography
	python3-authlib python3-django python3-djangorestframework
	python3-djangorestframework-simplejwt openssl php-cli
	librsvg2-bin zbar-tools python3-argon2 python3-bcrypt fail2ban systemd
	chromium chromium-driver python3-selenium
	apache2 libapache2-mod-fcgid nginx php-cgi spawn-fcgi multiwatch groff-base logrotate
	debhelper dpkg-dev fakeroot lintian adduser iproute2
	apparmor strace pgbouncer'

packages_of() {
	case $1 in
	try) echo "$to_build $to_run" ;;
	check) echo "$to_build $to_run $to_check" ;;
	esac
}

is_installed() {
	# shellcheck disable=SC2016 # dpkg-query reads the dollar sign
	status=$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) ||
		return 1
	[ "$status" = installed ]
}

missing_of() {
	for choice in $(packages_of "$1"); do
		found=
		for package in $(echo "$choice" | tr '|' ' '); do
			if is_installed "$package"; then
				found=yes
			fi
		done
		[ "$found" ] || echo "${choice%%|*}"
	done
}

# Everything that starts something at boot or login, as links.
enabled() {
	find /etc/systemd/system /etc/systemd/user /etc/rc?.d -type l \
	    \( -path '*.wants/*' -o -path '*.requires/*' -o -name 'S*' \) \
	    2>/dev/null | sort
}

# deb-systemd-helper works for packages alone, which it knows by a variable;
# systemctl is not there on every machine.
disable() {
	export DPKG_MAINTSCRIPT_PACKAGE=postern
	case $1 in
	/etc/rc*)
		service=${1##*/S[0-9][0-9]}
		update-rc.d "$service" disable
		;;
	/etc/systemd/user/*)
		deb-systemd-helper --user disable "${1##*/}"
		;;
	*)
		deb-systemd-helper disable "${1##*/}"
		;;
	esac >/dev/null 2>&1 || echo "Still enabled: $1" >&2
}

disable_new() {
	enabled >"$scratch/enabled.after"
	comm -13 "$scratch/enabled.before" "$scratch/enabled.after" \
		>"$scratch/enabled.new"
	while read -r link; do
		if [ -h "$link" ]; then
			disable "$link"
		fi
	done <"$scratch/enabled.new"
}

policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.conf

restore() {
	if [ -e "$scratch/policy.ours" ]; then
		rm -f "$policy"
	fi
	if [ -e "$scratch/createcluster.conf" ]; then
		cp -p "$scratch/createcluster.conf" "$cluster"
	fi
	disable_new
	rm -rf "$scratch"
}

# 101 is "action forbidden by policy": no package starts what it brings.
forbid_services() {
	if ! [ -e "$policy" ]; then
		: >"$scratch/policy.ours"
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod 755 "$policy"
	fi
}

forbid_cluster() {
	cp -p "$cluster" "$scratch/createcluster.conf"
	echo 'create_main_cluster = false' >>"$cluster"
}

apt() {
	apt-get -q -y --no-install-recommends --no-remove \
	    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install "$@" \
	    </dev/null
}

# The lists may be absent, or name versions that the mirror no longer has.
apt_install() {
	if apt-cache show -- "$@" >/dev/null 2>&1 && apt "$@"; then
		return
	fi
	apt-get -q -o DPkg::Lock::Timeout=300 update
	apt "$@"
}

install_as_root() {
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	DEBIAN_FRONTEND=noninteractive
	export PATH DEBIAN_FRONTEND
	umask 022
	scratch=$(mktemp -d)
	enabled >"$scratch/enabled.before"
	trap restore EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	forbid_services
	case " $* " in
	*\ postgresql\ *)
		# Its configuration says whether a cluster is made.
		apt_install postgresql-common
		forbid_cluster
		;;
	esac
	apt_install "$@"
}

install_missing() {
	missing=$(missing_of "$1")
	if ! [ "$missing" ]; then
		return
	fi
	# shellcheck disable=SC2086 # a list of words
	set -- $missing
	echo "Installing Debian packages: $*"
	if [ "$(id -u)" = 0 ]; then
		install_as_root "$@"
	elif command -v sudo >/dev/null; then
		sudo sh "$0" install "$@"
	else
		echo "This needs root; there is no sudo. As root:" >&2
		echo "  sh $0 install $*" >&2
		return 1
	fi
}

case ${1-} in
install)
	shift
	install_as_root "$@"
	;;
list)
	packages_of "${2-}" | tr -s ' \n\t' '\n' | sed 's/|.*//'
	;;
try | check)
	install_missing "$1"
	;;
*)
	sed -n '3s/^# //p' "$0" >&2
	exit 2
	;;
esac
