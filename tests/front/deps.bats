#!/usr/bin/env bats
# make/deps, without installing anything: apt-get, dpkg-query and systemctl are stubs, and /usr/sbin is a
# tmpfs in a mount namespace of the test's own, so that no policy-rc.d of this host is touched.

setup() {
	export TOP=${TOP:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir bin
	stub dpkg-query "exit 1"
	stub systemctl ""
	# What apt meets: the policy while it runs.
	# shellcheck disable=SC2016
	stub apt-get 'echo "apt-get $*" >>seen; sh /usr/sbin/policy-rc.d; echo "policy: $?" >>seen; exec $APT_ENDS'
	export APT_ENDS=true PATH=$PWD/bin:$PATH
}

stub() { # NAME SHELL-LINE
	printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
	chmod +x "bin/$1"
}

# Runs deps where /usr/sbin can be written without harm; $1 is run before, and the policy is shown after.
in_own_sbin() { # BEFORE DEPS-ARGUMENT...
	unshare -m true 2>/dev/null || skip "no mount namespace can be made here"
	local before=$1
	shift
	# shellcheck disable=SC2016
	run unshare -m bash -c '
		mount -t tmpfs none /usr/sbin && mount -t tmpfs none /run/lock || exit 77
		policy=/usr/sbin/policy-rc.d
		rm -f $policy
		eval "$1"
		shift
		"$TOP/make/deps" "$@" </dev/null & echo $! >deps.pid
		wait $!
		echo "status: $?"
		ls -1 /usr/sbin/policy-rc.d* 2>/dev/null
		if [ -e $policy ] || [ -L $policy ]; then stat -c "left: %A %N" $policy; cat $policy; fi' - "$before" "$@"
	output+=$'\n'$(cat seen 2>/dev/null || true)
	rm -f seen
	echo "$output"
	[ "$status" -ne 77 ] || skip "no tmpfs can be mounted here"
}

@test "no service starts while apt runs, and nothing is left behind" {
	in_own_sbin "" build
	[[ $output == *"policy: 101"* ]]
	[[ $output == *"status: 0"* ]]
	[[ $output != *policy-rc.d* ]]
}

@test "the host's own policy is put back: bytes, mode, link" {
	in_own_sbin 'echo "exit 104 # mine" >$policy; chmod 750 $policy' build
	[[ $output == *"policy: 101"* ]]
	[[ $output == *"left: -rwxr-x---"*"exit 104 # mine"* ]]
	[[ $output != *before-unfin* ]]
	in_own_sbin 'ln -s /nowhere/policy $policy' build
	[[ $output == *"left: lrwxrwxrwx '/usr/sbin/policy-rc.d' -> '/nowhere/policy'"* ]]
}

@test "it is put back when apt fails, and when it is interrupted" {
	APT_ENDS=false in_own_sbin 'echo "exit 104 # mine" >$policy' build
	[[ $output == *"status: 1"*"exit 104 # mine"*"policy: 101"* ]]
	# shellcheck disable=SC2016
	echo 'kill -TERM $(cat deps.pid)' >interrupt
	APT_ENDS='sh ./interrupt' in_own_sbin 'echo "exit 104 # mine" >$policy' build
	[[ $output == *"status: 130"*"exit 104 # mine"*"policy: 101"* ]]
}

@test "what a killed run left is put right by the next" {
	in_own_sbin 'printf "#!/bin/sh\n# unfin: no service starts\nexit 101\n" >$policy; echo "exit 104 # mine" >$policy.before-unfin' build
	[[ ${lines[-1]} == "exit 104 # mine" ]]
	[[ $output != *before-unfin* ]]
}

@test "what apt enabled is disabled again, what was enabled stays" {
	# shellcheck disable=SC2016
	stub systemctl 'case "$*" in *list-unit-files*) echo ssh.service enabled; [ ! -e installed ] || echo nginx.service enabled;; *) echo "systemctl $*";; esac'
	stub apt-get 'case "$*" in *install*) touch installed;; esac'
	in_own_sbin "" build
	[[ $output == *"systemctl --quiet disable nginx.service"* ]]
	[[ $output != *"disable"*"ssh"* ]]
}

@test "nothing missing: nothing is asked of apt, nobody needs root" {
	# shellcheck disable=SC2016
	stub dpkg-query 'shift 2; for p; do echo "ii  $p"; done'
	stub apt-get "echo called"
	run "$TOP/make/deps" build test
	[ "$status" -eq 0 ]
	[[ $output == *"nothing is missing (build test)" ]]
	run "$TOP/make/deps" --missing build test real
	[ "$status" -eq 0 ] && [ -z "$output" ]
}

@test "only what is missing is installed" {
	# shellcheck disable=SC2016
	stub dpkg-query 'shift 2; for p; do case $p in jq) echo "rc  jq";; bats) ;; *) echo "ii  $p";; esac; done'
	in_own_sbin "" test
	[[ $output == *"install --no-install-recommends bats jq"* ]]
	run "$TOP/make/deps" --missing test
	[ "$status" -eq 1 ] && [ "$output" = $'bats\njq' ]
}

@test "a user is told what to ask for" {
	[ "$(id -u)" = 0 ] || skip "needs root to become somebody else"
	stub dpkg-query 'exit 1'
	stub id 'echo 1234'
	run "$TOP/make/deps" build
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"sudo make deps"* ]] && [[ $output == *libbpf-dev* ]]
	[[ $output != *"apt-get"* ]]
}

@test "not Debian: the list, and no harm" {
	mkdir tools
	for tool in bash env id cut sort comm sed awk dirname; do ln -s "$(command -v $tool)" tools/; done
	PATH=$PWD/tools run "$TOP/make/deps" build
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"not Debian"* ]] && [[ $output == *"  libbpf-dev"* ]]
}

@test "an unknown list is a usage error" {
	run "$TOP/make/deps" everything
	[ "$status" -eq 2 ]
	[[ $output == *"unknown list 'everything'"* ]]
}
