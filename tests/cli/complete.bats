#!/usr/bin/env bats
# Completion: every candidate comes from the tables, in every place where one can stand.

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	COMPLETION=$BATS_TEST_DIRNAME/../../completion
}

offers() { "$UNFIN" complete -- "$@" | cut -f 1; }

@test "commands, their options, and the options' values" {
	[[ $(offers li) == $'list\nlimits' ]]
	[[ $(offers list --gr) == --group-by ]]
	[[ $(offers list -o j) == $'json\njsonl' ]]
	[[ $(offers list --output js) == $'json\njsonl' ]]
	[[ $(offers list --group-by state,co) == *state,comm* ]]
	[[ $(offers list --netns '') == self$'\n'all* ]]
	[[ $(offers lab incid) == incident* ]]
	[[ $(offers explain close-w) == close-wait* ]]
	[[ $(offers help fie) == fields ]]
}

@test "expressions: a field, how to compare it, its words, how to go on" {
	[[ $(offers list local_p) == local_port ]]
	[[ $(offers list state '') == $'==\n'* ]]
	[[ $(offers list state == close) == $'close\nclose_wait' ]]
	[[ $(offers list unowned == not) == not_accepted ]]
	[[ $(offers list state == listen '') == $'and\nor' ]]
	[[ $(offers list state == listen and pee) == *peer_port* ]]
	[[ $(offers list keepalive == '') == $'yes\nno' ]]
}

@test "what is hidden is not offered, what is unknown offers nothing" {
	[[ $(offers '') != *complete* && $(offers list --so) == --sort ]]
	[[ -z $(offers nonsense --x) && -z $(offers list --color -) ]]
	[[ -n $("$UNFIN" complete) ]]
}

@test "bash completes what is typed" {
	run bash -c 'source "$1"; COMP_WORDS=("$2" list --gro); COMP_CWORD=2; _unfin; echo "${COMPREPLY[*]}"' - \
		"$COMPLETION/unfin.bash" "$UNFIN"
	[[ $status == 0 && $output == --group-by ]]
}
