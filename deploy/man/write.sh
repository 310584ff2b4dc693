#!/bin/sh
# write.sh - writes the manual pages postern(1) and postern.conf(5).
# usage: write.sh POSTERN EXAMPLE FOLDER
#
# The commands are what the program POSTERN says of itself (--help), the settings
# what the file EXAMPLE, postern.conf.example, says of them; what stands around
# both is in postern.1 and postern.conf.5 beside this script.
set -eu
LC_ALL=C
export LC_ALL
if [ $# -ne 3 ]; then
	sed -n '3s/^# //p' "$0" >&2
	exit 2
fi
postern=$1 example=$2 folder=$3
here=$(dirname "$0")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
version=$("$postern" --version)

# Text for troff: nothing in it is a request or an escape, a hyphen is one.
escape='
function escaped(text) {
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	return (text ~ /^[.\x27]/ ? "\\\\&" : "") text
}'

# Names of commands and options are bold; what stands for a value is not.
commands() {
	"$postern" --help | awk "$escape"'
	function shown(usage,   words, count, i, line) {
		count = split(usage, words, " ")
		for (i = 1; i <= count; i++) {
			if (words[i] ~ /^[[]?--[a-z-]+[]]?$/ ||
			    words[i] ~ /^[a-z]+$/) {
				open = words[i] ~ /^[[]/ ? "[" : ""
				close_ = words[i] ~ /[]]$/ ? "]" : ""
				gsub(/[][]/, "", words[i])
				words[i] = open "\\fB" escaped(words[i]) \
				    "\\fR" close_
			} else {
				words[i] = escaped(words[i])
			}
			line = line (i > 1 ? " " : "") words[i]
		}
		return line
	}
	function flush() {
		if (usage != "")
			print ".TP\n" shown(usage)
		usage = ""
	}
	/^Options of every command/ { exit }
	/^  [^ ]/ { flush(); usage = substr($0, 3); next }
	/^      [[]/ && usage != "" { usage = usage " " substr($0, 7); next }
	/^      / { flush(); print escaped(substr($0, 7)) }'
}

# A block of the example is a comment and the settings that it is about.
settings() {
	awk "$escape"'
	function text_of(   i) {
		for (i = 1; i <= lines; i++) {
			if (text[i] == "")
				print ".PP"
			else if (text[i] ~ /^([[]|[a-z_]+ = )/)
				print "\\fB" escaped(text[i]) "\\fR\n.br"
			else
				print escaped(text[i])
		}
	}
	function flush(   i) {
		if (names > 0) {
			for (i = 1; i <= names; i++)
				print (i > 1 ? ".TQ" : ".TP") "\n\\fB" \
				    escaped(name[i]) "\\fR"
			text_of()
		} else if (lines == 1) {
			print ".SS " escaped(text[1])
		} else if (lines > 1) {
			print ".PP"
			text_of()
		}
		lines = names = 0
	}
	NR == 1 { is_head = 1 }
	/^$/ { if (!is_head) flush(); lines = names = is_head = 0; next }
	is_head { next }
	/^#[a-z]/ { name[++names] = substr($0, 2); next }
	/^#/ { text[++lines] = substr($0, 3); next }
	END { flush() }' "$example"
}

# PAGE PART: the page with the part where it has the line @PART@.
write() {
	sed -e "s/@VERSION@/$version/" -e "/^@$2@\$/{
r $scratch/$2
d
}" "$here/$1" >"$folder/$1"
}

commands >"$scratch/COMMANDS"
settings >"$scratch/SETTINGS"
mkdir -p "$folder"
write postern.1 COMMANDS
write postern.conf.5 SETTINGS
