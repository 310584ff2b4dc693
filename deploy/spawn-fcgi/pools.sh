#!/bin/sh
# pools.sh - a pool of processes for each program, at a socket, for servers that
# start no programs themselves (nginx, Apache's mod_proxy_fcgi).
#
#     sh pools.sh
#
# runs until it is ended. As root it makes the processes another user's; the web
# server's group may connect, and nobody else.
set -eu

config=/etc/postern/postern.conf
programs=/usr/local/lib/postern
sockets=/run/postern
processes=2 # of each program: so many requests at once
user=postern
group=www-data

pools='' nap=''
# Each pool ends its processes, which finish the request in hand.
finish() {
	trap '' INT TERM HUP
	# shellcheck disable=SC2086 # a list of numbers
	kill $nap $pools 2>/dev/null || :
	wait
}
trap finish EXIT
trap 'exit 0' INT TERM HUP

export POSTERN_CONFIG="$config"
umask 077
as=
if [ "$(id -u)" = 0 ]; then
	install -d -m 750 -o "$user" -g "$group" "$sockets"
	as="-u $user -g $user -U $user -G $group"
fi
for program in "$programs"/*; do
	name=${program##*/}
	case $name in
	*.*) continue ;; # of a build: its objects
	esac
	# shellcheck disable=SC2086 # a list of words
	spawn-fcgi -n -s "$sockets/$name" -M 0660 $as -- \
	    /usr/bin/multiwatch -f "$processes" -r 1000 -s TERM -- "$program" \
	    >/dev/null &
	pools="$pools $!"
done
# One that is missing is no site: whoever started this shall know.
while :; do
	for pool in $pools; do
		kill -0 "$pool" 2>/dev/null || exit 1
	done
	sleep 2 &
	nap=$!
	wait "$nap"
done
