#!/usr/bin/env bats
# Which commits a restart may have brought: from what the agent remembers to the history of the file.
bats_require_minimum_version 1.5.0

setup_file() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN DIR=$BATS_TEST_DIRNAME OUT=$BATS_FILE_TMPDIR
	[ -x "${UNFIN%/*}/unfin-blame" ] && unshare -n true 2>/dev/null || return 0
	cd "$OUT" || return
	mkdir repo
	# shellcheck disable=SC2016 # expanded inside
	unshare -n bash -c '. "$DIR/agent.bash"
		ip link set lo up
		git=(git -c safe.directory="*" -c user.name="Ann Example" -c user.email=ann@example.org -C repo)
		"${git[@]}" init -q
		server_starts server
		cd repo && client_closes 0.2 && cd ..
		"${git[@]}" add . && GIT_COMMITTER_DATE=2020-01-01T00:00:00Z "${git[@]}" commit -qm "fetch profiles"
		agent_start --interval 500ms
		agent_cycles 1
		kill "$client"; wait "$client"
		# A commit has whole seconds: these are younger than the first start, and no younger than the second.
		first=$(date +%s)
		until [ "$(date +%s)" -gt "$first" ]; do sleep 0.05; done
		GIT_COMMITTER_DATE="$(date +%s) +0000" && export GIT_COMMITTER_DATE
		echo "# more" >>repo/fetch-profiles; echo x >repo/other
		"${git[@]}" add . && "${git[@]}" commit -qm "say more"
		echo y >repo/other; "${git[@]}" commit -qam "of another file"
		cd repo && client_leaks && cd ..
		"${git[@]}" commit -qam "keep them"
		started() { [[ $(sqlite3 state/*.unfin "select pid from program where before_ms > 0 and pid = $client") == "$client" ]]; }
		until_true 30 started
		"$UNFIN" blame --state nowhere --window 2s --json "comm == fetch-profiles" >without.json 2>err & without=$!
		UNFIN_FILTER=kill "$UNFIN" blame --state state --window 2s "comm == fetch-profiles" >page 2>>err & page=$!
		UNFIN_FILTER=kill "$UNFIN" blame --state state --window 2s --json "comm == fetch-profiles" >all.json 2>>err
		wait $without $page
		UNFIN_FILTER=kill "$UNFIN" check --state state --netns self --window 3s "comm == fetch-profiles" >check.page 2>check.err & page=$!
		UNFIN_FILTER=kill "$UNFIN" check --state nowhere --netns self --window 3s --json "comm == fetch-profiles" >check.without.json 2>>check.err & without=$!
		UNFIN_FILTER=kill "$UNFIN" check --state state --netns self --window 3s --json "comm == fetch-profiles" >check.json 2>>check.err
		wait $without $page
		agent_stop
		kill "$client" "$server"' 3>&- || true
}

setup() {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	[ -x "${UNFIN%/*}/unfin-blame" ] || skip "unfin-blame was not built: it needs libdw-dev, libgit2-dev and libiberty-dev"
}

@test "the commits of that file between both starts, and of no other" {
	cat "$OUT/err"
	jq -c '.sites[] | [.function, .line, .changes]' "$OUT/all.json"
	jq -e '.sites[0].changes | .why == null and .from < .to and .count == 2 and ([.commits[].subject] == ["keep them", "say more"]) and
		all(.commits[]; .author == "Ann Example" and (.id | length) == 40)' "$OUT/all.json"
}

@test "the page has them" {
	grep -Eq '^    changes   2 commits of this file between the starts of its program at 20' "$OUT/page" || { cat "$OUT/page"; return 1; }
	grep -Eq '^ +[0-9a-f]{12} .*Ann Example: say more$' "$OUT/page"
}

@test "without an agent it is not known, and said" {
	jq -e '.sites[0].changes | .from == null and .to == null and .count == null and .commits == [] and (.why | startswith("no agent remembers"))' "$OUT/without.json"
}

@test "check has the same with its finding, and on its page whether the line came with them" {
	cat "$OUT/check.err"
	jq -c '.findings[] | [.id, .site.line, .site.changes]' "$OUT/check.json"
	jq -e --slurpfile blame "$OUT/all.json" 'first(.findings[] | select(.site)).site.changes == $blame[0].sites[0].changes' "$OUT/check.json"
	tr -s ' \n' ' ' <"$OUT/check.page" | grep -Eq ' changes 2 commits of this file between the starts of its program at 20[^;]*; that of the line is one of them ' || { cat "$OUT/check.page"; return 1; }
	jq -e 'first(.findings[] | select(.site)).site.changes | .count == null and (.why | startswith("no agent remembers"))' "$OUT/check.without.json"
}
