#!/bin/sh
# assemble.sh - makes the two folders that one uploads to a shared host.
# usage: assemble.sh BUILD HOME SITE FOLDER
#
# HOME is the home folder on the host, and SITE the folder below it that the
# host serves. FOLDER gets what belongs into each: HOME/postern, which nobody
# must be able to open in a browser, and HOME/SITE. BUILD has the programs.
set -eu
umask 022
LC_ALL=C
export LC_ALL
case $#${2-} in
4/*) ;;
*)
	sed -n '3s/^# //p' "$0" >&2
	echo "HOME is a path that begins with /, as /home/ada" >&2
	exit 2
	;;
esac
build=$1 home=${2%/} site=$3 folder=$4
here=$(dirname "$0")
deploy=$here/..
private=$folder/postern
public=$folder/$site

# FILE NAME: /home/ada and public_html become what they are on the host.
take() {
	sed -e "s|/home/ada/public_html|$home/$site|g" \
	    -e "s|/home/ada|$home|g" "$1" >"$2"
}

mkdir -p "$private" "$public/postern" "$public/errors" \
    "$public/.well-known"

cp "$build/postern" "$private/postern"
cp -R "$deploy/mail" "$private/mail"
rm -f "$private/mail/README.md"
cp "$here/setup.sh" "$private/setup.sh"
take "$here/postern.conf" "$private/postern.conf"
chmod 600 "$private/postern.conf"
take "$here/crontab" "$private/crontab"
chmod 700 "$private"

for program in "$build"/cgi-bin/*; do
	case ${program##*/} in
	*.* | authorize) continue ;;
	esac
	cp "$program" "$public/postern/${program##*/}.fcgi"
done
take "$here/programs.htaccess" "$public/postern/.htaccess"
cp "$deploy/errors"/*.html "$public/errors/"
cp "$here/errors.htaccess" "$public/errors/.htaccess"
cp "$deploy"/www/* "$public/"
cat "$here/site.htaccess" "$here/endpoints.htaccess" >"$public/.htaccess"
