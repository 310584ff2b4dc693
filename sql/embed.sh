#!/bin/sh
# embed.sh - turns SQL and text files into C.
# usage: embed.sh header FILE... | query FILE | migrations FILE... |
#        roles FILE | text NAME FILE
set -eu

# Text as C string literals, a line each. Backslashes, quotes and question
# marks (trigraphs) are escaped.
literals() {
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/?/\\?/g' \
	    -e 's/^\(.*\)$/"\1\\n"/' -- "$1"
}

# The same for a statement: without its comments and indentation.
statement() {
	sed -e '/^[[:space:]]*--/d' -e 's/^[[:space:]]*//' -e '/^$/d' \
	    -e 's/;[[:space:]]*$//' -e 's/\\/\\\\/g' -e 's/"/\\"/g' \
	    -e 's/?/\\?/g' -e 's/^\(.*\)$/"\1\\n"/' -- "$1"
}

name_of() {
	basename "$1" .sql
}

kind=$1
shift
case $kind in
header)
	echo '/* Made from sql/queries. */'
	echo '#pragma once'
	echo '#include "query.h"'
	for file; do
		echo "extern const struct query query_$(name_of "$file");"
	done
	;;
query)
	printf '#include "queries.h"\nconst struct query query_%s = { "%s",\n' \
	    "$(name_of "$1")" "$(name_of "$1")"
	statement "$1"
	echo '};'
	;;
migrations)
	echo '#include "query.h"'
	echo 'const struct query migrations[] = {'
	for file; do
		printf '{ "%s",\n' "$(name_of "$file")"
		literals "$file"
		echo '},'
	done
	echo '{ 0, 0 } };'
	;;
roles)
	echo '#include "query.h"'
	echo 'const struct query roles[] = {'
	awk '/^-- postern_[a-z_]+$/ { if (n++) print "},"
		printf "{ \"%s\", \"\"\n", $2; next }
		/^grant / { print "\"" $0 "\\n\"" }
		END { print "},\n{ 0, 0 } };" }' "$1"
	;;
text)
	echo '#include <stddef.h>'
	printf 'extern const char %s[];\nextern const size_t %s_size;\n' \
	    "$1" "$1"
	printf 'const char %s[] =\n' "$1"
	literals "$2"
	printf ';\nconst size_t %s_size = sizeof %s - 1;\n' "$1" "$1"
	;;
esac
