#!/bin/sh
# libraries.sh - copies what programs load, all but the C library, into a folder.
# usage: libraries.sh FOLDER PROGRAM...
#
# Says at last which C library they need at least.
set -eu
LC_ALL=C
export LC_ALL
if [ $# -lt 2 ]; then
	sed -n '3s/^# //p' "$0" >&2
	exit 2
fi
folder=$1
shift
mkdir -p "$folder"
for program in "$@"; do
	ldd "$program"
done | awk '$2 == "=>" && $3 ~ "^/" { print $3 }' | sort -u |
    while read -r library; do
	case ${library##*/} in
	libc.so* | libm.so* | libdl.so* | librt.so* | libpthread.so* | \
		    libresolv.so*) continue ;;
	esac
	cp -L "$library" "$folder/"
done
version=$(objdump -T "$@" "$folder"/* | grep -o 'GLIBC_2\.[0-9]*' |
    sort -u -t . -k 2 -n | tail -n 1)
echo "The host needs the C library of GNU, ${version#GLIBC_} or newer" \
    "(ldd --version says which it has)."
