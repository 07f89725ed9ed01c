#!/usr/bin/env bats
# unfin report: one file, whatever is in it, and what it must not tell.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	cd "$BATS_TEST_TMPDIR" || return
	run "$UNFIN" report
	[[ $output != *"built without its page"* ]] || skip "this build has no page (make/deps web)"
	sqlite3 kept <"$BATS_TEST_DIRNAME/../golden/incident-window.sql"
}

# The data of a report, as a browser reads it.
data_of() { perl -0ne 'print $1 if m{<script type="application/json" id="data">(.*?)</script>}s' "$1"; }

@test "a report has the documents of its moment, and is written once" {
	"$UNFIN" report -q --from kept -o report.html
	[ "$(stat -c %a report.html)" = 600 ]
	diff <(data_of report.html | jq .check) <("$UNFIN" check -q --from kept --json | jq .)
	data_of report.html | jq -e '.columns.count == 818 and .columns.left_out == 0 and (.strip.strips | length) == 1'
	# by which classes ages are drawn is in it without a history, too
	data_of report.html | jq -e '.strip.age_classes_ms as $classes | has("timeline") == false and
		([.columns.columns.age_class_ms.values[] | values] | unique | length > 0 and all(. as $ms | any($classes[]; . == $ms)))'
	run -2 "$UNFIN" report -q --from kept -o report.html
	[[ $output == *"is never written over"* ]]
	run -2 "$UNFIN" report -q --from kept
	[[ $output == *"needs the name of the file"* ]]
}

@test "a history that cannot be read is told; where there is none, that is no fault" {
	mkdir state && echo 'no database' >"state/$(date -u +%F).unfin"
	run --separate-stderr -0 "$UNFIN" report --from kept --state state -o report.html
	[[ $stderr == *"the report has nothing of before: the history in state cannot be read: it is damaged"* ]]
	run --separate-stderr -0 "$UNFIN" report --from kept --state nowhere -o report2.html
	[[ $stderr != *"of before"* ]]
}

@test "its policy lets run nothing but its script, by the hash that it has" {
	"$UNFIN" report -q --from kept -o report.html
	hash=$(perl -MDigest::SHA=sha256_base64 -0ne 'print sha256_base64($1) if m{.*<script>(.*?)</script>}s' report.html)
	grep -qF "script-src 'sha256-$hash='" report.html
	grep -qF "default-src 'none'" report.html
	run ! grep -oE '(src|href)="[^"]*"' report.html
}

@test "the page has at most 150 KB compressed, a report 400 KB beside its data" {
	"$UNFIN" report -q --from kept -o report.html
	data_of report.html >data
	[ $(($(stat -c %s report.html) - $(stat -c %s data))) -le 400000 ]
	perl -0ne 'print "$1$2" if m{<style>(.*?)</style>.*<script>(.*?)</script>}s' report.html | gzip -9 >packed
	[ "$(stat -c %s packed)" -gt 10000 ] && [ "$(stat -c %s packed)" -le 150000 ]
}

@test "names that would be markup are data" {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	cat >evil.py <<-'E'
		import socket, time
		open("/proc/self/comm", "w").write("</script><b>\"'&")
		s = socket.create_server(("127.0.0.1", 8080))
		c = socket.create_connection(("127.0.0.1", 8080)); s.accept()[0].close() # a finding has its command line
		open("ready", "w")
		time.sleep(60)
	E
	# shellcheck disable=SC2016
	unshare -n bash -c 'ip link set lo up; python3 evil.py "$2" & evil=$!
		for _ in $(seq 200); do [ -e ready ] && break; sleep 0.05; done
		UNFIN_NETNS=self "$1" report -q -o report.html --window 1s; kill $evil' - "$UNFIN" $'<!--<script>\xe2\x80\xa8 </script>'
	data_of report.html | jq -e '.check.findings[0].subject.cmdline | endswith("<!--<script>\u2028 </script>")'
	data_of report.html | jq -e '.columns.columns.comm.words | any(. == "</script><b>\"'"'"'&")'
	[ "$(grep -o '</script>' report.html | wc -l)" = 2 ]
	run ! grep -F '<!--' report.html
	LC_ALL=C run ! grep -P '\x{e2}\x{80}[\x{a8}\x{a9}]' report.html
}

@test "--redact: no name, no address, no host, no command line" {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	cat >canary.py <<-'E'
		import socket, time
		open("/proc/self/comm", "w").write("canary-program")
		s = socket.create_server(("10.99.88.77", 8080))
		c = socket.create_connection(("10.99.88.77", 8080)); s.accept()[0].close()
		open("ready", "w")
		time.sleep(60)
	E
	# shellcheck disable=SC2016
	unshare -n bash -c 'ip link set lo up; ip addr add 10.99.88.77/32 dev lo; python3 canary.py canary-argument & canary=$!
		for _ in $(seq 200); do [ -e ready ] && break; sleep 0.05; done
		export UNFIN_NETNS=self
		"$1" report -q -o open.html --window 1s; "$1" report -q -o report.html --window 1s --redact; kill $canary' - "$UNFIN"
	for word in canary-program canary-argument canary.py 10.99.88.77 "$(cat /proc/sys/kernel/random/boot_id)"; do
		grep -qF "$word" open.html
		run ! grep -F "$word" report.html
	done
	# the same number everywhere: the finding's program is that of its sockets
	data_of report.html | jq -e '.redacted and (.check.host | test("^host[0-9]+$")) and (.check.findings[0].subject.comm as $name | .columns.columns.comm.words | any(. == $name))'
}
