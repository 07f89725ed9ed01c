# Real ClickHouse servers: each with a folder and ports of its own, on loopback in a namespace of the test's, and ended by it.
# shellcheck shell=bash disable=SC2154,SC2034 # work, netns: of who loads this

need_clickhouse() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN
	command -v clickhouse-server >/dev/null || skip "clickhouse-server is not installed"
	[ -x "${UNFIN%/*}/unfin-hub" ] || skip "unfin-hub is not built (libcurl4-gnutls-dev or libzstd-dev is missing)"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
}

# The generator, built once: a fleet of which the truth is known.
build_gen() {
	(cd "$BATS_TEST_DIRNAME/../.." && make/build build tests/fleet-gen tests/unit-schema -- --buildtype=release) >/dev/null
	gen=$BATS_TEST_DIRNAME/../../build/tests/fleet-gen
}

# With server.crt and server.key in its folder it is behind TLS, too, three ports on.
server_config() { # FOLDER PORT
	local tls=''
	mkdir -p "$1"
	[ ! -e "$1/server.crt" ] || tls="<https_port>$(($2 + 3))</https_port><openSSL><server><certificateFile>$1/server.crt</certificateFile>
		<privateKeyFile>$1/server.key</privateKeyFile><verificationMode>none</verificationMode><loadDefaultCAFile>false</loadDefaultCAFile></server></openSSL>"
	cat >"$1/config.xml" <<-EOF
		<yandex>
		 <logger><level>warning</level><log>$1/log</log><errorlog>$1/errors</errorlog></logger>
		 $tls
		 <listen_host>127.0.0.1</listen_host><http_port>$2</http_port><tcp_port>$(($2 + 1))</tcp_port>
		 <path>$1/data/</path><tmp_path>$1/tmp/</tmp_path><user_files_path>$1/files/</user_files_path><format_schema_path>$1/formats/</format_schema_path>
		 <mark_cache_size>67108864</mark_cache_size><users_config>$1/users.xml</users_config>
		 <default_profile>default</default_profile><default_database>default</default_database><timezone>UTC</timezone>
		</yandex>
	EOF
	cat >"$1/users.xml" <<-EOF
		<yandex>
		 <profiles><default><max_threads>2</max_threads><allow_experimental_low_cardinality_type>1</allow_experimental_low_cardinality_type></default><ro><readonly>1</readonly></ro></profiles>
		 <users>
		  <reader><password></password><networks><ip>127.0.0.1</ip></networks><profile>ro</profile><quota>default</quota></reader>
		  <default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
		  <unfin><password>s3cret</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></unfin>
		 </users>
		 <quotas><default></default></quotas>
		</yandex>
	EOF
}

inside() { ${netns:+ip netns exec "$netns"} "$@"; } # or where we are
sql() { # PORT STATEMENT
	inside curl -sS -m 30 "http://127.0.0.1:$1/" --data-binary "$2"
}

until_so() { # CMD...: at most 40 s
	for _ in $(seq 800); do ! "$@" >/dev/null 2>&1 || return 0; sleep 0.05; done
	echo "not within 40 s: $*"
	cat "$work"/*.log
	return 1
}
answers() { [ "$(sql "$1" 'SELECT 1')" = 1 ]; }

declare -gA pids=() # bats loads this within a function

server_start() { # NAME PORT
	[ -e "$work/$1/config.xml" ] || server_config "$work/$1" "$2"
	(cd "$work/$1" && exec ${netns:+ip netns exec "$netns"} clickhouse-server --config-file=config.xml) >"$work/$1.log" 2>&1 3>&- &
	pids[$1]=$!
	until_so answers "$2"
}

hub_start() { # NAME PORT ARGS...
	local name=$1 port=$2
	shift 2
	UNFIN_FILTER="kill" ${netns:+ip netns exec "$netns"} "$UNFIN" hub --state "$work/$name" --web.listen-address "127.0.0.1:$port" "$@" 2>>"$work/$name.log" 3>&- &
	pids[$name]=$!
	until_so grep -q 'taking batches' "$work/$name.log"
}

end_one() { # NAME SIGNAL
	kill "-$2" "${pids[$1]}"
	wait "${pids[$1]}" 2>/dev/null || true
	unset "pids[$1]"
}

# A server that was stopped ends only once it goes on.
end_all() {
	for name in "${!pids[@]}"; do
		kill -CONT "${pids[$name]}" 2>/dev/null
		kill -KILL "${pids[$name]}" 2>/dev/null
		wait "${pids[$name]}" 2>/dev/null || true
	done
	pids=()
	[ -z "${netns-}" ] || ip netns del "$netns"
}
