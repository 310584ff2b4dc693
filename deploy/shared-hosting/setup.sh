#!/bin/sh
# setup.sh - makes the tables and the first key, then says what is still to do.
# Once more does no harm; after an upgrade it brings the tables up to date.
set -eu
umask 077
cd "$(dirname "$0")"
POSTERN_CONFIG=$PWD/postern.conf
export POSTERN_CONFIG
if grep -q '^database = .*dbname=NAME' postern.conf; then
	echo "Edit $POSTERN_CONFIG first: the database, public_url, mail_from" >&2
	exit 1
fi
chmod 600 postern.conf
mkdir -p keys
./postern migrate
if ! ls keys/*.key >/dev/null 2>&1; then
	./postern key new
fi
./postern check
