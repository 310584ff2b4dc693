#!/bin/sh
# check.sh - installs what is missing, builds in three ways, runs all tests
# and readers of the source. The last line counts: N passed, M failed.
#
# The HTTP tests run on the instrumented build; those that measure processes
# on the plain one. Nothing is left behind but build/.
set -eu
cd "$(dirname "$0")/.."
LC_ALL=C.UTF-8
export LC_ALL

# Whether a folder has 4 GB of room and lets programs run.
is_fit() {
	[ -w "$1" ] || return 1
	[ "$(df -k --output=avail "$1" | tail -n 1)" -gt 4000000 ] || return 1
	probe=$(mktemp -p "$1")
	printf '#!/bin/sh\n' >"$probe"
	chmod 700 "$probe"
	code=0
	"$probe" 2>/dev/null || code=$?
	rm -f "$probe"
	return "$code"
}

# In memory a database is made in a tenth of the time.
if is_fit /dev/shm; then
	scratch=$(mktemp -d -p /dev/shm)
else
	scratch=$(mktemp -d)
fi
# PostgreSQL runs as another user and must reach its folder in here.
chmod 711 "$scratch"
TMPDIR=$scratch
export TMPDIR
tally=$scratch/tally
: >"$tally"
mkdir "$scratch/groups"

end() {
	for file in "$scratch"/groups/*; do
		kill -- "-${file##*/}" 2>/dev/null || :
	done
	wait
	rm -rf "$scratch"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# What only the checks need, beside the list of deploy/packages.sh.
tools='clang clang-format clang-tidy cppcheck shellcheck'
# A node from elsewhere will do; it brings its npm.
command -v node >/dev/null || tools="$tools nodejs"
command -v npm >/dev/null || tools="$tools npm"

install_tools() {
	missing=
	for package in $tools; do
		dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null |
			grep -qx installed || missing="$missing $package"
	done
	[ -z "$missing" ] && return
	echo "Installing Debian packages:$missing"
	if [ "$(id -u)" = 0 ]; then
		# shellcheck disable=SC2086 # a list of words
		sh deploy/packages.sh install $missing
	else
		# shellcheck disable=SC2086 # a list of words
		sudo sh deploy/packages.sh install $missing
	fi
}

# In the background, so that a signal ends the wait, and in a group of its own,
# so that the trap ends all of it. A shell ignores SIGINT for what it starts in
# the background; the tests send it.
run() {
	env --default-signal=INT,QUIT setsid "$@" &
	group=$!
	: >"$scratch/groups/$group"
	code=0
	wait "$group" || code=$?
	rm -f "$scratch/groups/$group"
	return "$code"
}

note() {
	echo "$*" >>"$tally"
}

# build NAME VARIABLE=VALUE...: one check.
build() {
	name=$1
	shift
	echo "== build: $name"
	if run make -s -j2 WERROR=-Werror "$@"; then
		note "passed build $name"
	else
		note "failed build $name"
	fi
}

unit_tests() {
	echo "== unit tests"
	for test in tests/unit/test_*.c; do
		name=$(basename "$test" .c)
		code=0
		run env CMOCKA_MESSAGE_OUTPUT=TAP "build/asan/tests/$name" \
		    >"$scratch/unit" 2>&1 || code=$?
		sed -n -e "s/^ok [0-9]* - \(.*# [Ss][Kk][Ii][Pp].*\)/skipped unit $name: \1/p" \
		    -e t -e "s/^ok [0-9]* - /passed unit $name: /p" \
		    -e "s/^not ok [0-9]* - /failed unit $name: /p" \
		    "$scratch/unit" >"$scratch/counted"
		cat "$scratch/counted" >>"$tally"
		# A crash, or nothing said at all, is a failure too.
		if [ "$code" -ne 0 ] || ! [ -s "$scratch/counted" ]; then
			cat "$scratch/unit"
			grep -q '^failed' "$scratch/counted" ||
				note "failed unit $name: ended with $code"
		fi
	done
}

# The cases of a junit file as lines of the tally.
count_junit() {
	/usr/bin/python3 - "$1" "$2" <<-'END'
	import sys
	import xml.etree.ElementTree as tree
	try:
	    cases = list(tree.parse(sys.argv[2]).iter("testcase"))
	except (OSError, tree.ParseError):
	    cases = []
	for case in cases:
	    name = f"{sys.argv[1]} {case.get('classname')}: {case.get('name')}"
	    name = name.replace("\n", " ")
	    skipped = case.find("skipped")
	    if case.find("failure") is not None or case.find("error") is not None:
	        print("failed", name)
	    elif skipped is not None:
	        print("skipped", name, "--", skipped.get("message"))
	    else:
	        print("passed", name)
	if not cases:
	    print("failed", sys.argv[1], "ran no test")
	END
}

# python_tests NAME BUILD ARGUMENT...
python_tests() {
	name=$1
	POSTERN_BUILD=$2
	export POSTERN_BUILD
	shift 2
	echo "== $name"
	own=$scratch/$(echo "$name" | tr ' ' -)
	run /usr/bin/python3 -m pytest -q -p no:cacheprovider \
	    --junitxml="$own.xml" --basetemp="$own" --tb=short -ra "$@" || :
	count_junit "$name" "$own.xml" >>"$tally"
	rm -rf "$own" "$own.xml"
}

# The same four files at a time, for they wait a lot.
together() {
	name=$1 folder=$2
	shift 2
	python_tests "$name" "$folder" -n 4 --dist loadfile "$@"
}

count() {
	grep -c "^$1 " "$tally" || :
}

run sh deploy/packages.sh check
install_tools
PYTHONPYCACHEPREFIX=$scratch/python
export PYTHONPYCACHEPREFIX

build "gcc, ASan and UBSan" BUILD=build/asan SANITIZE=address,undefined \
    OPTIMIZE=-O1 all unit
build gcc all
build clang BUILD=build/clang CC=clang all unit
unit_tests
# Beside these, one that waits more than it works.
python_tests servers build tests/servers >"$scratch/servers said" 2>&1 &
servers_tests=$!
together database build/asan tests/db
together http build/asan tests/http
python_tests processes build -m plain tests/http
together pages build tests/pages
together interop build tests/interop
together gate build tests/gate
wait "$servers_tests" || :
cat "$scratch/servers said"
run sh tests/lint.sh "$tally" >"$scratch/lint said" 2>&1 &
lint=$!
servers='apache-fcgid nginx apache-proxy htaccess-fcgid apache-cgid lighttpd-cgi'
for server in $servers; do
	POSTERN_SERVER=$server
	export POSTERN_SERVER
	together "http behind $server" build tests/http
done
unset POSTERN_SERVER
echo "== tests/http behind each web server"
# shellcheck disable=SC2086 # a list of words
/usr/bin/python3 tests/servers/http_table.py "$tally" $servers || :
echo "== lint"
wait "$lint" || :
cat "$scratch/lint said"

grep -E '^(failed|skipped) ' "$tally" || :
passed=$(count passed)
failed=$(count failed)
skipped=$(count skipped)
line="$passed passed, $failed failed"
if [ "$skipped" -gt 0 ]; then
	line="$line, $skipped skipped"
fi
echo "$line"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
