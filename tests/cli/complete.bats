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

# LINE -> what zsh makes of it when Tab is pressed at its end, in a terminal of its own
zsh_makes() {
	cd "$BATS_TEST_TMPDIR" || return
	TERM=vt100 timeout 30 zsh -f -c 'zmodload zsh/zpty; zpty shell zsh -f -i
		zpty -w shell "fpath=(${(q)1} \$fpath); autoload -U compinit && compinit -u -D; setopt no_beep
			report() { zle complete-word; print -r -- \"[\"\"[\$BUFFER]]\"; }; zle -N report; bindkey \"^I\" report"
		zpty -w -n shell "$2"$'"'\\t'"'
		zpty -r shell seen "*\[\[*\]\]*"
		print -r -- "${${seen##*\[\[}%%\]\]*}"' - "$COMPLETION" "$1"
}

@test "zsh completes what is typed, and a file's name where unfin has no word" {
	command -v zsh >/dev/null || skip "zsh is not installed"
	PATH=$(dirname "$UNFIN"):$PATH
	touch "$BATS_TEST_TMPDIR/kept moment"
	[[ $(zsh_makes 'unfin che') == 'unfin check ' ]]
	[[ $(zsh_makes 'unfin list --gro') == 'unfin list --group-by ' ]]
	[[ $(zsh_makes 'unfin list --group-by state,com') == 'unfin list --group-by state,comm ' ]]
	[[ $(zsh_makes 'unfin list state == close-') == 'unfin list state == close_wait ' ]]
	[[ $(zsh_makes 'unfin list --from kept') == 'unfin list --from kept\ moment ' ]]
	[[ $(zsh_makes "$UNFIN explain close-w") == *'explain close-wait ' ]]
}

fish_offers() { # LINE -> what fish offers, without the meanings
	HOME=$BATS_TEST_TMPDIR XDG_CONFIG_HOME='' XDG_DATA_HOME='' \
		fish --no-config -c 'source $argv[1]; cd; complete -C $argv[2]' "$COMPLETION/unfin.fish" "$1" | cut -f 1
}

@test "fish completes what is typed, and files' names only where unfin has no word" {
	command -v fish >/dev/null || skip "fish is not installed"
	PATH=$(dirname "$UNFIN"):$PATH
	touch "$BATS_TEST_TMPDIR/"{check,kept}.moment
	ln -s "$UNFIN" "$BATS_TEST_TMPDIR/unfin"
	[[ $(fish_offers 'unfin che') == check ]]
	# shellcheck disable=SC2088 # fish's to expand
	[[ $(fish_offers '~/unfin che') == check ]]
	[[ $(fish_offers 'unfin ') != *moment* ]]
	[[ $(fish_offers 'unfin list --gro') == --group-by ]]
	[[ $(fish_offers 'unfin list -o j') == $'json\njsonl' ]]
	[[ $(fish_offers 'unfin list state == close') == $'close\nclose_wait' ]]
	[[ $(fish_offers 'unfin list --from k') == kept.moment ]]
	[[ $(fish_offers 'unfin list --from=k') == --from=kept.moment ]]
}
