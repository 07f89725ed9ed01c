# Completion for bash: asks unfin itself. What it has no word for is a file's name.
# shellcheck shell=bash
_unfin() {
	local word

	COMPREPLY=()
	while IFS=$'\t' read -r word _; do
		COMPREPLY+=("$word")
	done < <("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _unfin unfin
