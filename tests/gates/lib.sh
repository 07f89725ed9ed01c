# What every gate shares. A gate is run at the top of a tree, prints what it finds wrong, one a line, and
# fails if that was anything. `gates.bats` proves each of them on a small tree with the fault in it.
# shellcheck shell=bash
set -euo pipefail

# The project's files that match an extended regex: what git knows or could add; in an unpacked archive, all.
project_files() {
	if [ -e .git ]; then
		git -c safe.directory='*' ls-files --cached --others --exclude-standard --deduplicate
	else
		find . -path './build*' -prune -o -type f -print | sed 's,^\./,,'
	fi | { grep -E -- "$1" || true; } | while read -r file; do if [ -f "$file" ]; then echo "$file"; fi; done
}

c_files() { project_files '^(src|lab|tests)/.*\.[ch]$'; }

# Shell scripts by name or by first line.
shell_files() {
	local file first

	project_files '\.(sh|bash|bats)$'
	project_files '^(make|tests|lab|\.ci)/([^.]*/)*[^./]+$|^\.ci/' | while read -r file; do
		IFS= read -r first <"$file" || true
		if [[ $first =~ ^#!.*[/\ ](ba)?sh$ ]]; then echo "$file"; fi
	done
}

# C without what its comments and strings say, each line as FILE:LINE:CODE.
code_of() { # FILE...
	[ $# -eq 0 ] || perl -0ne '
		s{("(?:\\.|[^"\\\n])*"|\x27(?:\\.|[^\x27\\\n])*\x27)|//[^\n]*|/\*.*?\*/}
			{ $1 ? substr($1, 0, 1) x 2 : ($& =~ tr/\n//cdr) }gsex;
		my $line = 0;
		printf "%s:%d:%s\n", $ARGV, ++$line, $_ for split /\n/' "$@"
}

faults=0
fault() {
	printf '%s\n' "$*"
	faults=$((faults + 1))
}

# The last command of every gate.
verdict() { [ "$faults" = 0 ]; }
