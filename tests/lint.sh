#!/bin/sh
# lint.sh - the readers of the source, each one check.
# usage: lint.sh [TALLY]
#
# Says what it found; adds "passed NAME", "failed NAME" or "skipped NAME" to
# the file TALLY for each check. Fails when one failed.
# shellcheck disable=SC2317 # the functions are named at the end
set -eu
cd "$(dirname "$0")/.."

tally=${1-/dev/null}
status=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

sources() {
	find lib cgi-bin deploy tests -name "$1" -type f | sort
}

# check NAME COMMAND...: silent when all is well.
check() {
	name=$1
	shift
	if "$@" >"$scratch/output" 2>&1; then
		echo "lint: $name: passed"
		echo "passed lint $name" >>"$tally"
	else
		cat "$scratch/output"
		echo "lint: $name: FAILED"
		echo "failed lint $name" >>"$tally"
		status=1
	fi
}

# tool NAME COMMAND FUNCTION: a check that needs a program.
tool() {
	if command -v "$2" >/dev/null; then
		check "$1" "$3"
	else
		echo "lint: $1: skipped, there is no $2"
		echo "skipped lint $1: there is no $2" >>"$tally"
	fi
}

# Versions of clang-format disagree; 14 is the one that decides.
formatter=clang-format
if command -v clang-format-14 >/dev/null; then
	formatter=clang-format-14
fi

format() {
	sources '*.[ch]' | xargs "$formatter" --dry-run --Werror
}

flags() {
	echo -std=c11 -D_GNU_SOURCE -Ilib -Ibuild/sql -Itests/unit
	pkg-config --cflags libpq libjwt json-c libsodium inih libcurl gmime-3.0
}

tidy() {
	make -s build/sql/queries.h
	# shellcheck disable=SC2046 # a list of words
	sources '*.c' | xargs -n 4 -P 2 clang-tidy --quiet \
	    --warnings-as-errors='*' --checks="-*,clang-analyzer-*,\
-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling,\
bugprone-*,-bugprone-easily-swappable-parameters,\
-bugprone-assignment-in-if-condition,-bugprone-narrowing-conversions,\
-bugprone-reserved-identifier,misc-redundant-expression,\
misc-static-assert,readability-duplicate-include,\
readability-misleading-indentation,readability-redundant-declaration" \
	    -- $(flags) 2>"$scratch/counts" || return 1
}

cpp() {
	make -s build/sql/queries.h
	cppcheck --quiet --std=c11 --language=c --inline-suppr \
	    --enable=warning,performance,portability --error-exitcode=1 \
	    --suppress=missingIncludeSystem -D_GNU_SOURCE -Ilib -Ibuild/sql \
	    -j 2 lib cgi-bin deploy/postern
}

shell() {
	find . -name build -prune -o -name '*.sh' -type f -print | sort |
		xargs shellcheck .ci/run
}

forbidden() {
	! sources '*.[ch]' | xargs grep -nwE \
	    'strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|gets|setlocale'
}

# A header says all that it needs.
headers() {
	for header in $(sources '*.h'); do
		# shellcheck disable=SC2046 # a list of words
		cc -fsyntax-only -x c -Wall -Wextra -Werror $(flags) \
		    "$header" || return 1
	done
}

# Each foreign library is included by its module alone.
foreign() {
	bad=$(grep -rnE '#include <(fcgi|json-c/|jwt|sodium|libpq|ini\.h|uni|curl|gmime)' \
	    lib cgi-bin deploy --include='*.[ch]' | grep -vE \
	    '^lib/gateway\.c:.*<fcgiapp|^lib/(body|reply|claims)\.c:.*<json-c/|^lib/token\.c:.*<jwt|^lib/(secret|password)\.c:.*<sodium|^lib/db\.c:.*<libpq-fe|^lib/config\.c:.*<ini\.h|^lib/identity\.c:.*<uni|^deploy/postern/[a-z]+\.c:.*<curl|^deploy/postern/letter\.c:.*<gmime')
	[ -z "$bad" ] || {
		echo "$bad"
		return 1
	}
}

tool clang-format "$formatter" format
tool clang-tidy clang-tidy tidy
tool cppcheck cppcheck cpp
tool shellcheck shellcheck shell
check "forbidden calls" forbidden
check "headers stand alone" headers
check "one module a library" foreign
exit "$status"
