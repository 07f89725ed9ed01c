#!/usr/bin/env bats
# What Prometheus reads of kept moments: valid by its own tool, bounded, and put in place whole.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN
	command -v promtool >/dev/null || skip "promtool is not installed (package prometheus)"
}

# moment NAME: a golden one, as a file
moment() {
	sqlite3 "$BATS_TEST_TMPDIR/$1" <"$BATS_TEST_DIRNAME/../golden/$1.sql"
	echo "$BATS_TEST_TMPDIR/$1"
}

@test "kept moments give at most 150 series, and promtool accepts them" {
	most=0
	for sql in "$BATS_TEST_DIRNAME"/../golden/*-window.sql; do
		name=$(basename "$sql" .sql)
		"$UNFIN" check --from "$(moment "$name")" -o prom >"$BATS_TEST_TMPDIR/prom" || [ $? -le 3 ]
		case $name in # to start promtool takes longer than all else
		incident* | never* | fd* | port-taken-l* | healthy-p*)
			promtool check metrics <"$BATS_TEST_TMPDIR/prom" || { echo "$name"; return 1; } ;;
		esac
		series=$(grep -cv '^#' "$BATS_TEST_TMPDIR/prom")
		((most = series > most ? series : most))
		rm "$BATS_TEST_TMPDIR/$name"
	done
	echo "most: $most"
	((most > 40 && most <= 150))
}

@test "the incident: its findings, its budgets, and when they end" {
	run -1 --separate-stderr "$UNFIN" check --from "$(moment incident-window)" -o prom
	for line in 'unfin_verdict{verdict="critical"} 1' 'unfin_findings{cause="never-closed",severity="critical"} 1' \
		'unfin_look_complete 1' 'unfin_budget_limit{budget="ports-bind"} 356' 'unfin_series_dropped_total 0'; do
		grep -qxF "$line" <<<"$output" || { echo "not there: $line"; return 1; }
	done
	grep -q '^unfin_top_unfinished{service="fetch-profiles",cause="never-closed"} ' <<<"$output"
	# Who, where and which process is for `check` to tell: it would be a series each.
	! grep -E '[^_]pid=|127\.0\.0\.1|:8080' <<<"$output"
}

@test "--series bounds them, and what is left out is told" {
	run -1 --separate-stderr "$UNFIN" check --from "$(moment incident-window)" -o prom --series 10
	[ "$(grep -cv '^#' <<<"$output")" = 11 ]
	grep -qE '^unfin_series_dropped_total [1-9]' <<<"$output"
}

@test "--textfile puts the file in place whole, for other users to read" {
	file=$BATS_TEST_TMPDIR/unfin.prom
	echo old >"$file"
	exec 5<"$file"
	run -1 --separate-stderr "$UNFIN" check --from "$(moment incident-window)" --textfile "$file"
	[[ -z $output && -z $stderr ]]
	[ "$(stat -c %a "$file")" = 644 ]
	promtool check metrics <"$file"
	[ "$(cat <&5)" = old ] # the old one was not written into
	[ "$(find "$BATS_TEST_TMPDIR" -name 'unfin.prom*' | wc -l)" = 1 ]
}

@test "--textfile into no folder, over a folder: what and why, and nothing is left" {
	from=$(moment incident-window)
	run -4 --separate-stderr "$UNFIN" check --from "$from" --textfile "$BATS_TEST_TMPDIR/none/unfin.prom"
	[[ $stderr == *"cannot write $BATS_TEST_TMPDIR/none/unfin.prom: No such file"* ]]
	mkdir "$BATS_TEST_TMPDIR/folder"
	run -4 --separate-stderr "$UNFIN" check --from "$from" --textfile "$BATS_TEST_TMPDIR/folder"
	[[ $stderr == *"cannot write"* && -z $(find "$BATS_TEST_TMPDIR" -name 'folder.*') ]]
}

# A file for Prometheus has no lines of code in it: nobody is started, each minute, who would read stacks.
@test "--textfile starts nobody who looks for lines of code" {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	dir=$(mktemp -d -p /run)
	printf '#!/bin/sh\necho "$@" >>"%s/began"\n' "$dir" >"$dir/unfin-blame"
	chmod 755 "$dir/unfin-blame"
	cp "$UNFIN" "$dir/unfin"
	unshare -n "$dir/unfin" check -q --netns self --window 200ms --textfile "$dir/unfin.prom"
	unshare -n "$dir/unfin" check -q --netns self --window 200ms -o prom >"$BATS_TEST_TMPDIR/prom"
	began=$(cat "$dir/began" 2>/dev/null) || true
	unshare -n "$dir/unfin" check -q --netns self --window 200ms
	after=$(cat "$dir/began")
	rm -r "$dir"
	[[ -z $began && $after == *follow ]]
}
