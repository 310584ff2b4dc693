#!/bin/sh
# try.sh - Postern on this machine: builds it and runs a whole site.
#
#     sh deploy/try.sh
#
# PORT   where the site answers, on 127.0.0.1 (8080)
# RUN    the folder of the site: configuration, letters, logs, data (.run)
# BUILD  the folder of the programs (build)
#
# POSTERN_NAME=VALUE in the environment is a setting for all its programs.
# Ctrl-C ends everything that was started; a second start finds the data again.
set -eu
LC_ALL=C
export LC_ALL
if [ $# -gt 0 ]; then
	sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
	exit "$([ "$1" = --help ] && echo 0 || echo 2)"
fi

port=${PORT:-8080}
root=$(cd "$(dirname "$0")/.." && pwd)
run=${RUN:-$root/.run}
build=${BUILD:-build}
case $run in
/*) ;;
*) run=$PWD/$run ;;
esac
case $build in
/*) ;;
*) build=$root/$build ;;
esac
cd "$root"
PATH=$PATH:/usr/sbin:/sbin
unset PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGPASSWORD PGPASSFILE \
    PGSERVICE PGOPTIONS PGSSLMODE PGDATA

step='' worker='' server='' database=''
site_user='' database_user=''

die() {
	echo "try.sh: $1" >&2
	if [ -s "${2-}" ]; then
		echo "The last lines of $2:" >&2
		tail -n 15 "$2" | sed 's/^/  /' >&2
	fi
	exit 1
}

# Runs what may take a while so that a signal is heard at once.
patiently() {
	"$@" 9>&- &
	step=$!
	wait "$step" && result=0 || result=$?
	step=
	return "$result"
}

# as USER COMMAND...: "" is who runs this already.
as() {
	user=$1
	shift
	if [ "$user" ]; then
		set -- setpriv --reuid "$user" --regid "$user" --init-groups "$@"
	fi
	"$@"
}

# start LOG SIGNAL USER COMMAND...: in a process group of its own, which
# Ctrl-C does not reach; should this script be killed, SIGNAL ends it, or it
# does not begin.
start() {
	log=$run/log/$1.log end=$2 user=$3
	shift 3
	: >>"$log"
	# shellcheck disable=SC2016 # the inner shell reads the dollar signs
	set -- sh -c '[ "$PPID" = "$0" ] && exec "$@"' "$$" "$@"
	if [ "$user" ]; then
		chown -h "$user:" "$log"
		set -- --reuid "$user" --regid "$user" --init-groups "$@"
	fi
	setsid setpriv --pdeathsig "$end" "$@" \
	    </dev/null >>"$log" 2>&1 9>&- &
}

is_alive() {
	kill -0 "$1" 2>/dev/null
}

# A zombie counts for nothing: whoever adopted it may be late to bury it.
is_group_alive() {
	cat /proc/[0-9]*/stat 2>/dev/null | awk -v group="$1" '
		{ sub(/^.*\) /, "") }
		$3 == group && $1 != "Z" { found = 1 }
		END { exit !found }'
}

# stop SIGNAL PID: and with it what is left of its process group.
stop() {
	[ "$2" ] || return 0
	kill -s "$1" "$2" 2>/dev/null ||
		kill -s "$1" -- "-$2" 2>/dev/null || :
	tries=0
	while is_group_alive "$2" || is_alive "$2"; do
		tries=$((tries + 1))
		if [ "$tries" = 100 ]; then
			kill -s KILL -- "-$2" 2>/dev/null || :
		fi
		sleep 0.1
	done
}

finish() {
	result=$?
	trap '' INT TERM HUP
	trap - EXIT
	if [ "$step" ]; then
		kill "$step" 2>/dev/null || :
		wait "$step" 2>/dev/null || :
	fi
	stop TERM "$worker"
	stop TERM "$server"
	stop INT "$database"
	exit "$result"
}

check_names() {
	case $port in
	'' | *[!0-9]* | 0* | ??????*) bad=yes ;;
	*) bad=$((port > 65535)) ;;
	esac
	[ "$bad" = 0 ] || die "PORT is a number up to 65535, not \"$port\""
	case $root$run in
	*[\"\\\;\#]* | *'
'*)
		die "lighttpd cannot use a folder with \" \\ ; # in its name"
		;;
	esac
}

check_port() {
	# shellcheck disable=SC2016 # the dollar signs are Perl's
	if why=$(perl -MSocket -e '
		socket(S, PF_INET, SOCK_STREAM, 0) or die "$!\n";
		setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1);
		bind(S, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) or die "$!\n";
		listen(S, 1) or die "$!\n"' "$port" 2>&1); then
		return
	fi
	other=$((port < 1024 ? 8080 : port % 60000 + 1))
	die "port $port: $why.
Choose another one: ${RUN:+RUN=$(quoted "$RUN") }PORT=$other sh deploy/try.sh"
}

lock_folder() {
	mkdir -p "$run/log" || die "$run cannot be made; choose another: RUN=FOLDER"
	for folder in "$run" "$run/log"; do
		[ -w "$folder" ] ||
			die "$folder is not ours; choose another: RUN=FOLDER"
	done
	exec 9>>"$run/lock"
	flock -n 9 || die "a site runs in $run already.
End it, or run another beside it: RUN=FOLDER PORT=NUMBER sh deploy/try.sh"
}

build_all() {
	echo 'Building.'
	patiently make -j"$(nproc)" BUILD="${build#"$root"/}" \
	    >"$run/log/build.log" 2>&1 ||
		die 'it does not build' "$run/log/build.log"
}

# PostgreSQL does not run as root. As root the whole site runs as its user,
# unless the programs lie where that user cannot go: below /root, say.
choose_users() {
	[ "$(id -u)" = 0 ] || return 0
	database_user=postgres
	if [ "$port" -gt 1023 ] &&
		as postgres test -x "$build/cgi-bin/health" -a -x "$run" \
		    -a -r deploy/www/index.html -a -r deploy/lighttpd; then
		site_user=postgres
	fi
}

# Data and sockets lie in the folder of the site; elsewhere when the database
# cannot go there, or its name is too long for a socket (107 bytes).
choose_home() {
	home=$run
	case $run in
	*[!A-Za-z0-9/._+@=-]*) home= ;;
	esac
	if [ ${#run} -gt 70 ] || ! as "$database_user" test -x "$run"; then
		home=
	fi
	[ "$home" ] && return
	if [ -s "$run/elsewhere" ]; then
		home=$(cat "$run/elsewhere")
		# Only what is still ours: others can write in /var/tmp too.
		if [ -d "$home" ] && [ -O "$home" ] && ! [ -h "$home" ]; then
			return
		fi
	fi
	home=$(mktemp -d /var/tmp/postern-XXXXXX)
	chmod 711 "$home"
	echo "$home" >"$run/elsewhere"
}

make_folders() {
	mkdir -p "$run/mail" "$run/keys" "$run/secrets" "$run/public" "$home/data" \
	    "$home/sockets" "$home/pools"
	chmod 700 "$run/mail" "$run/keys" "$run/secrets" "$run/log" "$home/data" \
	    "$home/sockets" "$home/pools"
	rm -f "$home/pools/"*
	# lighttpd splits the name of a program at its blanks.
	ln -sfn "$build/cgi-bin" "$home/programs"
	if [ "$database_user" ]; then
		chown -R "$database_user:" "$home/data" "$home/sockets"
		chown -R "${site_user:-root}:" "$run/mail" "$run/keys" "$run/secrets" \
		    "$run/public" "$run/log" "$home/pools"
	fi
}

# Writes or corrects a line of the configuration; a value that somebody has
# changed (it does not fit the pattern any more) stays.
setting() {
	if ! grep -q "^$1 *=" "$run/postern.conf"; then
		echo "$1 = $2" >>"$run/postern.conf"
		return
	fi
	awk -v name="$1" -v pattern="^$1 *= *$3\$" -v line="$1 = $2" \
	    '$0 ~ pattern { $0 = line } { print }' \
	    "$run/postern.conf" >"$run/postern.conf.new"
	cmp -s "$run/postern.conf" "$run/postern.conf.new" ||
		cat "$run/postern.conf.new" >"$run/postern.conf"
	rm "$run/postern.conf.new"
}

configure() {
	if ! [ -e "$run/postern.conf" ]; then
		cat >"$run/postern.conf" <<'END'
# The site of deploy/try.sh. All settings: deploy/postern.conf.example
signing_key = keys/
site_name = Postern
mail_from = Postern <postern@localhost>
mail_transport = folder
mail_folder = mail
END
	fi
	chmod 644 "$run/postern.conf"
	setting public_url "http://127.0.0.1:$port" 'http://127.0.0.1:[0-9]+'
	setting database "host=$home/sockets port=5432 user=postern dbname=postern" \
	    'host=/.*/sockets port=5432 user=postern dbname=postern'
	setting jwks_file public/jwks.json 'public/jwks\\.json'
	setting mail_templates "$root/deploy/mail" '/.*/deploy/mail'
	setting totp_key secrets/totp.key 'secrets/totp[.]key'
	{
		cat <<END
var.postern_port      = $port
var.postern_bind      = "127.0.0.1"
var.postern_config    = "$run/postern.conf"
var.postern_endpoints = "$root/deploy/lighttpd/endpoints.conf"
var.postern_site      = "$root/deploy/lighttpd/site.conf"
var.postern_errors    = "$root/deploy/errors/"
var.postern_programs  = "$home/programs"
var.postern_pages     = "$root/deploy/www"
var.postern_sockets   = "$home/pools"
var.postern_log       = "$run/log"
var.postern_jwks      = "$run/public/jwks.json"
END
		sed '/^var\.postern_/d' deploy/lighttpd/postern.conf
	} >"$run/lighttpd.conf"
	chmod 644 "$run/lighttpd.conf"
	make_wrapper
}

quoted() {
	printf "'"
	printf %s "$1" | sed "s/'/'\\\\''/g"
	printf "'"
}

# The settings of the environment, whatever is in them, as shell commands.
export_settings() {
	awk 'BEGIN {
		for (name in ENVIRON)
			if (name ~ /^POSTERN_[A-Z0-9_]+$/)
				print name
	}' | while read -r name; do
		value=
		eval "value=\$$name"
		printf 'export %s=%s\n' "$name" "$(quoted "$value")"
	done
}

# The operator's command with the settings that this site was started with;
# there may be secrets among them.
make_wrapper() {
	rm -f "$run/postern"
	umask 077
	{
		echo '#!/bin/sh'
		echo '# The operator'\''s command for this site.'
		export_settings
		printf 'set -- %s --config %s "$@"\n' \
		    "$(quoted "$build/postern")" \
		    "$(quoted "$run/postern.conf")"
		if [ "$site_user" ]; then
			cat <<END
if [ "\$(id -u)" = 0 ]; then
	set -- setpriv --reuid $site_user --regid $site_user --init-groups "\$@"
fi
END
		fi
		echo 'exec "$@"'
	} >"$run/postern"
	umask 022
	chmod 700 "$run/postern"
}

run_database() {
	start postgresql INT "$database_user" "$binaries/postgres" \
	    -D "$home/data/main"
	database=$!
}

start_database() {
	binaries=$(find /usr/lib/postgresql/*/bin -name initdb |
		sort -V | tail -n 1)
	binaries=${binaries%/initdb}
	if [ -s "$home/data/main/PG_VERSION" ]; then
		read -r version <"$home/data/main/PG_VERSION"
		binaries=/usr/lib/postgresql/$version/bin
		[ -x "$binaries/postgres" ] ||
			die "the data in $home/data are of another PostgreSQL"
	else
		echo 'Making a PostgreSQL cluster.'
		rm -rf "$home/data/new"
		patiently as "$database_user" "$binaries/initdb" -N \
		    -U postgres -A trust -E UTF8 --no-locale -D "$home/data/new" \
		    >"$run/log/initdb.log" 2>&1 ||
			die 'no cluster can be made' "$run/log/initdb.log"
		mv "$home/data/new" "$home/data/main"
	fi
	# In the cluster itself, so that whoever starts it finds them.
	# shellcheck disable=SC2016 # the dollar sign is the inner shell's
	as "$database_user" sh -c 'cat >"$1"' sh \
	    "$home/data/main/postgresql.auto.conf" <<END
listen_addresses = ''
unix_socket_directories = '$home/sockets'
unix_socket_permissions = 0700
port = 5432
max_connections = 60
shared_buffers = 32MB
END
	run_database
	until psql_do 'select 1' >/dev/null 2>&1; do
		is_alive "$database" ||
			die 'PostgreSQL does not start' "$run/log/postgresql.log"
		sleep 0.1
	done
}

psql_do() {
	"$binaries/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$home/sockets" \
	    -p 5432 -U postgres -d postgres -c "$1"
}

prepare_database() {
	if ! [ "$(psql_do "select 1 from pg_roles where rolname = 'postern'")" ]
	then
		psql_do 'create role postern login createrole'
	fi
	if ! [ "$(psql_do \
	    "select 1 from pg_database where datname = 'postern'")" ]; then
		psql_do 'create database postern owner postern'
	fi
	patiently "$run/postern" migrate || die 'the schema cannot be made'
}

# The ring, or the one key of an older trial; what somebody has set is theirs.
prepare_keys() {
	case $(sed -n 's/^signing_key *= *//p' "$run/postern.conf") in
	keys/) key=$run/keys/signing ;;
	keys/signing.key) key=$run/keys/signing.key ;;
	*) key= ;;
	esac
	if [ "$key" ] && ! [ "${POSTERN_SIGNING_KEY-}" ] && ! [ -e "$key" ]
	then
		patiently "$run/postern" key new || die 'no key can be made'
	fi
	[ -e "$run/public/jwks.json" ] ||
		"$run/postern" key publish >>"$run/log/keys.log" 2>&1 || :
	if ! [ "${POSTERN_TOTP_KEY-}" ] && ! [ -e "$run/secrets/totp.key" ]; then
		# A secret, however tokens are signed.
		patiently "$run/postern" key new --algorithm HS256 \
		    "$run/secrets/totp.key" ||
			die 'no key for two-step login can be made'
	fi
}

start_server() {
	start lighttpd TERM "$site_user" \
	    lighttpd -D -f "$run/lighttpd.conf"
	server=$!
	tries=0
	until curl -s -f -o /dev/null -m 5 --noproxy '*' "$url/api/health/"; do
		tries=$((tries + 1))
		is_alive "$server" ||
			die 'lighttpd does not start' "$run/log/lighttpd.log"
		[ "$tries" -lt 100 ] ||
			die 'the site does not answer' "$run/log/postern.log"
		sleep 0.2
	done
}

# The site is ready when the worker is what it is to be, no shell any more.
start_worker() {
	start mail TERM "$site_user" "$build/postern" mail run \
	    --config "$run/postern.conf"
	worker=$!
	until [ "$(cat "/proc/$worker/comm" 2>/dev/null)" = postern ]; do
		is_alive "$worker" ||
			die 'the mail worker does not start' "$run/log/mail.log"
		sleep 0.1
	done
}

show() {
	cat <<END

1. Sign up; then open the link of the letter in $run/mail
   curl -d 'username=ada&email=ada@example.org&password=lovelace-1843' $url/api/register/
2. Log in
   token=\$(curl -s -d 'username=ada&password=lovelace-1843' $url/api/token/ | sed 's/.*"access":"\\([^"]*\\)".*/\\1/')
3. Say hello
   curl -H "Authorization: Bearer \$token" $url/api/hello/

The operator's command: $run/postern --help
Ctrl-C ends the site.
Postern is ready at $url/
END
}

# The site lives through the absence of its database: it answers 503, and goes
# on as soon as PostgreSQL is back, whoever starts it.
attend_database() {
	if is_alive "$database"; then
		absence=0
		return
	fi
	if read -r pid 2>/dev/null <"$home/data/main/postmaster.pid" &&
		is_alive "$pid"; then
		database=$pid
		echo 'PostgreSQL is back.'
		return
	fi
	if [ "$absence" = 0 ]; then
		echo 'PostgreSQL has ended; the site answers 503.' \
		    "In $patience s it is started again."
	fi
	absence=$((absence + 1))
	if [ "$absence" -gt "$patience" ]; then
		run_database
		echo 'PostgreSQL is started again.'
	fi
}

watch() {
	absence=0 patience=10
	while :; do
		patiently sleep 1
		attend_database
		is_alive "$server" ||
			die 'lighttpd has ended' "$run/log/lighttpd.log"
		is_alive "$worker" ||
			die 'the mail worker has ended' "$run/log/mail.log"
	done
}

umask 022
unset POSTERN_CONFIG
url=http://127.0.0.1:$port
check_names
trap finish EXIT
trap 'exit 0' INT TERM HUP
lock_folder
check_port
sh deploy/packages.sh try
build_all
choose_users
choose_home
make_folders
configure
start_database
prepare_database
prepare_keys
start_server
start_worker
show
watch
