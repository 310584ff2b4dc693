#!/bin/sh
# build.sh - builds the Debian package.
# usage: build.sh BUILD
#
# `make deb` does so. The package is BUILD/postern_VERSION_ARCHITECTURE.deb;
# packages debhelper, dpkg-dev and fakeroot are needed, and those of
# deploy/packages.sh.
set -eu
LC_ALL=C.UTF-8
export LC_ALL
if [ $# -ne 1 ]; then
	sed -n '3s/^# //p' "$0" >&2
	exit 2
fi
for command in dpkg-buildpackage dh fakeroot; do
	command -v "$command" >/dev/null || {
		echo "$command is missing: apt-get install debhelper dpkg-dev" \
		    "fakeroot" >&2
		exit 1
	}
done
source=$1/debian/postern
rm -rf "$1/debian"
mkdir -p "$source"
cp -R Makefile cgi-bin lib sql deploy README.md CHANGES.md LICENSE "$source"
mv "$source/deploy/debian" "$source/debian"
rm "$source/debian/build.sh"
(
	cd "$source"
	unset MAKEFLAGS MFLAGS MAKELEVEL BUILD
	dpkg-buildpackage --build=binary --no-sign
)
rm -rf "$source"
mv "$1"/debian/postern_*.deb "$1"
echo "Built: $(ls "$1"/postern_*.deb)"
