#!/bin/sh
# endpoints.sh - writes the web servers' lists of endpoints.
# usage: endpoints.sh PROGRAMS FOLDER
#
# Asks the programs in the folder PROGRAMS what they answer (NAME introduce) and
# writes into FOLDER, which is deploy/ for us:
#
#     lighttpd/endpoints.conf  lighttpd/endpoints-cgi.conf
#     lighttpd/endpoints-pools.conf
#     apache/endpoints.conf    nginx/endpoints.conf    systemd/postern.target
#     shared-hosting/endpoints.htaccess
#
# `make endpoints` does so; a site has no need of it.
# shellcheck disable=SC2016 # the dollar signs are the servers'
set -eu
LC_ALL=C
export LC_ALL
if [ $# -ne 2 ]; then
	sed -n '3s/^# //p' "$0" >&2
	exit 2
fi
programs=$1 folder=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Lines "PROGRAM PATTERN", those last that fit most paths: /auth/users/ID/ fits
# the names of other endpoints too. Not here: health, which also says 404 to
# what nobody answers, the gate, which answers everywhere, and POST of the list of
# accounts, which registers.
for program in "$programs"/*; do
	case ${program##*/} in
	*.* | health) continue ;;
	esac
	"$program" introduce | awk -v program="${program##*/}" '
		!/^  / || seen[$2]++ { next }
		program == "register" && $2 == "/auth/users/" { next }
		{
			path = substr($2, 2, length($2) - 2)
			if (sub(/[{]id[}]/, "[^/]+", path))
				wide = 1
			pattern = pattern (pattern == "" ? "" : "|") path
		}
		END { if (pattern) print wide + 0, program, "(" pattern ")" }'
done | sort | cut -d ' ' -f 2- >"$scratch/first"
tac "$scratch/first" >"$scratch/last"

processes_of() {
	case $1 in
	token_obtain) echo 4 ;;
	hello | me | me_password | register | reset) echo 2 ;;
	token_refresh | token_sliding | token_verify) echo 2 ;;
	*) echo 1 ;;
	esac
}

# lighttpd_with STARTS: where lighttpd starts the processes, and where they wait
# at sockets by themselves.
lighttpd_with() {
	starts=$1
	cat <<'END'

# Health, and 404 for what is below and has no program. What lighttpd itself
# has to say here, it says in JSON: too large, broken, no process free.
$HTTP["url"] =~ "^/(api|auth)(/|$)" {
	mimetype.assign = ( ".html" => "application/json" )
	server.errorfile-prefix = var.postern_errors
	fastcgi.server = ( "/" => ((
END
	pool health health 1
	cat <<'END'
	) + var.postern_process ))
}

# The last block that fits a path counts. So /auth/users/ID/, which fits the
# names of other endpoints too, comes first.
END
	while read -r program pattern; do
		printf '\n$HTTP["url"] =~ "^/%s/?$" { ' "$pattern"
		echo 'fastcgi.server = ( "/" => (('
		pool "$program" "$program" "$(processes_of "$program")"
		echo ') + var.postern_process )) }'
	done <"$scratch/last"
	cat <<END

# djoser's path of the list of accounts is that of registering as well: here
# the method chooses.${starts:+ The same program needs a socket of its own here.}
END
	cat <<'END'
$HTTP["url"] =~ "^/auth/users/?$" { $HTTP["request-method"] == "POST" { fastcgi.server = ( "/" => ((
END
	pool register "register${starts:+_auth}" 1
	echo ') + var.postern_process )) } }'
}

pool() { # PROGRAM SOCKET PROCESSES
	[ -z "$starts" ] || cat <<END
	"bin-path"  => var.postern_programs + "/$1",
	"max-procs" => $3,
END
	echo "	\"socket\"    => var.postern_sockets + \"/$2\","
}

lighttpd() {
	cat <<'END'
# endpoints.conf - one pool of processes for each program, under both sets of
# paths, with and without the last slash. Written by deploy/endpoints.sh.
#
# A process serves one request at a time: max-procs is how many at once.
# lighttpd hands its own environment on, so that POSTERN_* settings in it reach
# the programs.

var.postern_process = (
	"check-local"     => "disable",
	"bin-environment" => ( "POSTERN_CONFIG" => var.postern_config ),
)
END
	lighttpd_with processes
}

lighttpd_pools() {
	cat <<'END'
# endpoints-pools.conf - instead of endpoints.conf: the programs wait at sockets
# by themselves (../systemd, ../spawn-fcgi), as another user than lighttpd. Written
# by deploy/endpoints.sh.

var.postern_process = ( "check-local" => "disable" )
END
	lighttpd_with ''
}

lighttpd_cgi() {
	cat <<'END'
# endpoints-cgi.conf - instead of endpoints.conf: each request starts a program
# (CGI). None waits in memory; a request takes some milliseconds longer. Written
# by deploy/endpoints.sh.

# The folder of each alias is a program: what follows is its path info.
# Health, and 404 for what is below and has no program. What lighttpd itself
# has to say here, it says in JSON.
$HTTP["url"] =~ "^/(api|auth)(/|$)" {
	mimetype.assign = ( ".html" => "application/json" )
	server.errorfile-prefix = var.postern_errors
	setenv.set-environment = ( "POSTERN_CONFIG" => var.postern_config )
	cgi.assign = ( "" => "" )
	cgi.limits = ( "read-timeout" => 60, "tcp-fin-propagate" => "SIGTERM" )
	alias.url = ( "/" => var.postern_programs + "/health/" )
}

# The last block that fits a path counts. So /auth/users/ID/, which fits the
# names of other endpoints too, comes first.
END
	while read -r program pattern; do
		printf '\n$HTTP["url"] =~ "^/%s/?$" {\n' "$pattern"
		printf '\talias.url = ( "/" => var.postern_programs + "/%s/" )\n}\n' \
		    "$program"
	done <"$scratch/last"
	cat <<'END'

# djoser's path of the list of accounts is that of registering as well: here
# the method chooses.
$HTTP["url"] =~ "^/auth/users/?$" { $HTTP["request-method"] == "POST" {
	alias.url = ( "/" => var.postern_programs + "/register/" )
} }
END
}

apache() {
	cat <<'END'
# endpoints.conf - which program answers at which path, with and without the
# last slash; the first that fits counts. Written by deploy/endpoints.sh.
# proxy.conf, fcgid.conf or cgid.conf says what PosternEndpoint does.

# djoser's path of the list of accounts is that of registering as well: here
# the method chooses.
RewriteCond %{REQUEST_METHOD} =POST
Use PosternEndpoint register "^/auth/users/?$"

END
	while read -r program pattern; do
		echo "Use PosternEndpoint $program \"^/$pattern/?\$\""
	done <"$scratch/first"
	cat <<'END'

# Health, and 404 for what is below and has no program.
Use PosternEndpoint health "^/(api|auth)(/|$)"
END
}

htaccess() {
	cat <<'END'
# Which program answers at which path, with and without the last slash; the first
# that fits counts. Written by deploy/endpoints.sh.

# djoser's path of the list of accounts is that of registering as well: here
# the method chooses.
RewriteCond %{REQUEST_METHOD} =POST
RewriteRule ^auth/users/?$ postern/register.fcgi [END]

END
	while read -r program pattern; do
		echo "RewriteRule ^$pattern/?\$ postern/$program.fcgi [END]"
	done <"$scratch/first"
	cat <<'END'

# Health, and 404 for what is below and has no program.
RewriteRule ^(api|auth)(/|$) postern/health.fcgi [END]
END
}

nginx() {
	cat <<'END'
# endpoints.conf - which program answers at which path, with and without the
# last slash; the first that fits counts. Written by deploy/endpoints.sh.

map "$request_method $uri" $postern_program {
	# Health, and 404 for what is below and has no program.
	default health;

	# djoser's path of the list of accounts is that of registering as well:
	# here the method chooses.
	"~^POST /auth/users/?$" register;

END
	while read -r program pattern; do
		printf '\t"~^[A-Z]+ /%s/?$" %s;\n' "$pattern" "$program"
	done <"$scratch/first"
	echo '}'
}

target() {
	cat <<'END'
# The programs, for servers that start none themselves: a socket for each, at
# which its pool waits (postern@.socket, postern@.service). Written by
# deploy/endpoints.sh.
[Unit]
Description=Postern: the programs
Wants=postern@health.socket
END
	while read -r program _; do
		echo "Wants=postern@$program.socket"
	done <"$scratch/first"
	printf '\n[Install]\nWantedBy=multi-user.target\n'
}

for server in lighttpd apache nginx shared-hosting systemd; do
	mkdir -p "$folder/$server"
done
lighttpd >"$folder/lighttpd/endpoints.conf"
lighttpd_cgi >"$folder/lighttpd/endpoints-cgi.conf"
lighttpd_pools >"$folder/lighttpd/endpoints-pools.conf"
apache >"$folder/apache/endpoints.conf"
nginx >"$folder/nginx/endpoints.conf"
htaccess >"$folder/shared-hosting/endpoints.htaccess"
target >"$folder/systemd/postern.target"
