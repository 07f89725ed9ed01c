# The words a scene is written in. A scene is one file: it declares what it needs and what must be found (`needs`, `root`,
# `healthy`, `victim`, ...), and a function `scene` that starts the programs and returns when the fault stands.
# Everything runs in a network namespace of the scene's own (see stage); addresses are loopback, or the `far` namespace.
# The stage gives $out (kept after the run), $tmp (removed) and $scene_name.
# shellcheck shell=bash

readonly real_dir=${BASH_SOURCE%/*}
readonly programs=$real_dir/programs
: "${artefacts:=${real_dir}/../../build/real/artefacts}"

# ---- declarations -------------------------------------------------------------------------------------------------
declare -a need_list=() root_list=() effect_list=() victim_list=() allowed_list=() innocent_list=()
is_healthy=false
is_decidable=true
is_decidable_at_once=true
is_steady=false
label=''

# Commands and files (a path is tested for existence) without which the scene is skipped.
needs() { need_list+=("$@"); }

# No finding of warning or critical, verdict "ok".
healthy() {
	is_healthy=true
	label=${label:-healthy}
}

# root ID GLOB [candidates=ID,ID] [pid=N] [count='ss filter'] [says=WORDS]: the cause that must be the first finding of that process.
# GLOB is matched against comm and command line; '*' is any process, '-' a finding without a subject.
# candidates= are ids that are not wrong from one look; count= is compared with the number of sockets ss shows; says= must
# be in its evidence or advice.
root() {
	local id=$1 glob=$2 candidates='' pid=null filter='' says='' word
	shift 2
	for word in "$@"; do
		case $word in
		candidates=*) candidates=${word#candidates=} ;;
		pid=*) pid=${word#pid=} ;;
		count=*) filter=${word#count=} ;;
		says=*) says=${word#says=} ;;
		*) fail "root: what is '$word'?" ;;
		esac
	done
	label=${label:-$id}
	root_list+=("$(jq -nc --arg id "$id" --arg subject "$glob" --arg more "$candidates" --arg filter "$filter" --arg says "$says" \
		--argjson pid "$pid" '
		def unless($none): if . == $none then null else . end;
		{id: $id, subject: ($subject | unless("-")), pid: $pid, filter: ($filter | unless("")), candidates: ($more / "," - [""]),
		says: ($says | unless(""))}')")
}

# effect ID [ROOT]: may be there beside the root; if it is, caused_by must name a finding of ROOT.
effect() {
	effect_list+=("$(jq -nc --arg id "$1" --arg by "${2-}" '{id: $id, caused_by: (if $by == "" then null else $by end)}')")
}

# victim GLOB CALL ERRNO: a process that must be seen failing.
victim() {
	victim_list+=("$(jq -nc --arg p "$1" --arg call "$2" --arg errno "$3" '{process: $p, call: $call, errno: $errno}')")
}

# Other ids that may be there too.
allow() { allowed_list+=("$@"); }

# Processes of which nothing is said but what another finding causes: an effect with its cause is no accusation.
innocent() {
	local glob
	for glob; do innocent_list+=("$(jq -nc --arg glob "$glob" '$glob')"); done
}

# Nothing grows here: a finding with a growth or a forecast is wrong.
steady() { is_steady=true; }

# Ten seconds do not decide this one: a miss or a candidate is no failure, another cause above `possible` still is.
undecidable() { is_decidable=false; }

# Seen only when watched (a failed call leaves nothing behind): it does not count against one look.
undecidable_from_one_look() { is_decidable_at_once=false; }

expectation() {
	jq -nc --arg name "$scene_name" --arg label "${label:-?}" --argjson healthy $is_healthy --argjson decidable $is_decidable \
		--argjson at_once $is_decidable_at_once --argjson steady $is_steady \
		--argjson innocent "$(join_json "${innocent_list[@]}")" \
		--argjson roots "$(join_json "${root_list[@]}")" --argjson effects "$(join_json "${effect_list[@]}")" \
		--argjson victims "$(join_json "${victim_list[@]}")" '$ARGS.named + {allowed: $ARGS.positional}' \
		--args -- "${allowed_list[@]}"
}

join_json() {
	local IFS=,
	echo "[$*]"
}

# The first thing of need_list that this machine lacks, or nothing.
missing_need() {
	local need
	for need in "${need_list[@]}"; do
		case $need in
		/*) [[ -e $need ]] || { echo "$need" && return; } ;;
		python3:*) /usr/bin/python3 -c "import ${need#*:}" 2>/dev/null || { echo "python3 module ${need#*:}" && return; } ;;
		*) command -v "$need" >/dev/null || { echo "$need" && return; } ;;
		esac
	done
}

# ---- starting things ----------------------------------------------------------------------------------------------
fail() {
	echo "scene: $*" >&2
	exit 1
}

# start NAME CMD...: run it in the background; output goes to $out/log/NAME, its pid to $pid and ${pids[NAME]}.
declare -A pids=()
start() {
	local name=$1
	shift
	"$@" >"$out/log/$name" 2>&1 </dev/null &
	pid=$!
	pids[$name]=$pid
}

# until_true SECONDS CMD...: wait for a state, with a limit.
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || fail "not within the limit: $*"
		sleep 0.1
	done
}

# The number of sockets that an ss filter shows.
count_of() { ss -tanH "$@" | wc -l; }
at_least() { (($(count_of "${@:2}") >= $1)); }
at_most() { (($(count_of "${@:2}") <= $1)); }

# wait_count N FILTER...: until ss shows at least N.
wait_count() { until_true 40 at_least "$@"; }
wait_port() { until_true 20 at_least 1 state listening sport = ":$1"; }

# wait_said NAME TEXT: until the program started as NAME has said so.
wait_said() { until_true 30 grep -q -- "$2" "$out/log/$1"; }

# An age is a state too: the fault must have stood for so many seconds before a window can decide it.
ripen() {
	local end=$((SECONDS + $1))
	while ((SECONDS < end)); do sleep 0.2; done
}

# pick LOW HIGH: a number between the two, from the run's seed.
pick() { echo $(($1 + RANDOM % ($2 - $1 + 1))); }

port_range() { sysctl -qw "net.ipv4.ip_local_port_range=$1 $2"; }

python() { exec /usr/bin/python3 -u "$programs/$1" "${@:2}"; }

# Another host: a namespace at 10.77.0.2 behind a veth pair; ours is 10.77.0.1. `in_far CMD...` runs there.
far_host() {
	[[ ! -e $tmp/far.pid ]] || return 0
	unshare -n sleep infinity &
	local keeper=$! mine
	mine=$(readlink /proc/self/ns/net)
	echo "$keeper" >"$tmp/far.pid"
	until_true 5 eval "[[ \$(readlink /proc/$keeper/ns/net) != '$mine' ]]"
	readlink "/proc/$keeper/ns/net" >>"$tmp/namespaces"
	ip link add near type veth peer name far netns "$keeper"
	ip addr add 10.77.0.1/24 dev near && ip link set near up
	in_far sh -c 'ip link set lo up; ip addr add 10.77.0.2/24 dev far; ip link set far up'
	until_true 5 eval 'ip link show near | grep -q "state UP"'
}
in_far() { nsenter -t "$(<"$tmp/far.pid")" -n -- "$@"; }
start_far() { start "$1" nsenter -t "$(<"$tmp/far.pid")" -n -- "${@:2}"; }

# The other host goes away without a word: both sides send to a hardware address nobody has.
far_vanishes() {
	ip neigh replace 10.77.0.2 lladdr 02:00:00:00:00:99 dev near nud permanent
	in_far ip neigh replace 10.77.0.1 lladdr 02:00:00:00:00:99 dev far nud permanent
}

# ---- compiling (kept under build/, made again only when the source is newer) ------------------------------------------
compiled() { # compiled OUTPUT SOURCE CMD...
	local output=$1 source=$2
	shift 2
	mkdir -p "$artefacts"
	exec 8>"$artefacts/.lock"
	flock 8
	[[ $output -nt $source ]] || nice "$@" || fail "cannot compile $source"
	exec 8>&-
}

readonly jars=/usr/share/java/commons-httpclient.jar:/usr/share/java/commons-logging.jar:/usr/share/java/commons-codec.jar
java_class() {
	compiled "$artefacts/$1.class" "$programs/$1.java" javac -nowarn -cp "$jars" -d "$artefacts" "$programs/$1.java"
}
java_program() { exec java -Xmx64m -XX:+UseSerialGC -cp "$artefacts:$jars" "$@"; }

go_binary() {
	compiled "$artefacts/$1" "$programs/$1.go" env GO111MODULE=off GOCACHE="$artefacts/go-cache" GOFLAGS= CGO_ENABLED=0 \
		go build -o "$artefacts/$1" "$programs/$1.go"
}

rust_binary() { compiled "$artefacts/$1" "$programs/$1.rs" rustc -O -o "$artefacts/$1" "$programs/$1.rs"; }

# ---- servers with a configuration in $tmp -----------------------------------------------------------------------------
# nginx_with NAME [WORKERS] <<server blocks
nginx_with() {
	nginx_config "$@"
	start "$1" nginx -e stderr -p "$tmp/$1" -c "$tmp/$1.conf"
}

nginx_config() {
	chmod 755 "$tmp"
	mkdir -p "$tmp/$1"
	cat >"$tmp/$1.conf" <<-CONF
		user www-data;
		daemon off;
		worker_processes ${2-2};
		pid $tmp/$1/pid;
		error_log stderr warn;
		events { worker_connections 512; }
		http {
			access_log off;
			client_body_temp_path $tmp/$1/body;
			proxy_temp_path $tmp/$1/proxy;
			fastcgi_temp_path $tmp/$1/fastcgi;
			uwsgi_temp_path $tmp/$1/uwsgi;
			scgi_temp_path $tmp/$1/scgi;
			$(cat)
		}
	CONF
}

# apache_prefork NAME PORT WORKERS <<further directives
apache_prefork() {
	local modules=/usr/lib/apache2/modules
	mkdir -p "$tmp/$1"
	cat >"$tmp/$1.conf" <<-CONF
		ServerRoot $tmp/$1
		ServerName localhost
		PidFile $tmp/$1/pid
		DefaultRuntimeDir $tmp/$1
		Mutex file:$tmp/$1 default
		ErrorLog /dev/stderr
		User www-data
		Group www-data
		Listen 127.0.0.1:$2
		LoadModule mpm_prefork_module $modules/mod_mpm_prefork.so
		LoadModule authz_core_module $modules/mod_authz_core.so
		LoadModule alias_module $modules/mod_alias.so
		StartServers $3
		MinSpareServers 1
		MaxSpareServers $3
		ServerLimit $3
		MaxRequestWorkers $3
		KeepAliveTimeout 2
		DocumentRoot $tmp/$1
		<Directory $tmp/$1>
		Require all granted
		</Directory>
		$(cat)
	CONF
	start "$1" apache2 -f "$tmp/$1.conf" -DFOREGROUND
}

# postgres_with PORT SETTINGS...: a cluster of its own, run by its own user: it refuses to be root
postgres_with() {
	local bin port=$1
	shift
	bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | tail -1)
	chmod 755 "$tmp"
	install -d -o postgres "$tmp/pg"
	setpriv --reuid postgres --regid postgres --clear-groups "$bin/initdb" -A trust -N -D "$tmp/pg/data" >/dev/null
	start postgres setpriv --reuid postgres --regid postgres --clear-groups "$bin/postgres" -D "$tmp/pg/data" -p "$port" -k "$tmp/pg" -F "$@"
	wait_port "$port"
	until_true 20 "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"
}

# mariadb_with PORT SETTINGS...: a server of its own, that asks nobody for a password
mariadb_with() {
	local port=$1
	shift
	mkdir "$tmp/mysql"
	mariadb-install-db --no-defaults --user=root --datadir="$tmp/mysql" --auth-root-authentication-method=normal \
		--skip-test-db >/dev/null
	start mariadb mariadbd --no-defaults --user=root --datadir="$tmp/mysql" --socket="$tmp/mysql/socket" --pid-file="$tmp/mysql/pid" \
		--bind-address=127.0.0.1 --port="$port" --skip-name-resolve --skip-grant-tables "$@"
	wait_port "$port"
}

# mosquitto_with ADDRESS [FILES]: it may open so many
mosquitto_with() {
	printf 'listener 1883 %s\nallow_anonymous true\nuser root\npersistence false\nmax_queued_messages 0\nmax_queued_bytes 0\n' "$1" >"$tmp/mosquitto.conf"
	start mosquitto bash -c "ulimit -n ${2-4096}; exec mosquitto -c $tmp/mosquitto.conf"
	wait_port 1883
}

# pgbouncer_with SETTINGS...: on port 6432, before a PostgreSQL on 5433
pgbouncer_with() {
	printf '%s\n' '[databases]' '* = host=127.0.0.1 port=5433 user=postgres' '[pgbouncer]' 'listen_addr = 127.0.0.1' 'listen_port = 6432' \
		'auth_type = any' 'unix_socket_dir =' 'pool_mode = transaction' "$@" >"$tmp/bouncer.ini"
	start bouncer setpriv --reuid postgres --regid postgres --clear-groups pgbouncer "$tmp/bouncer.ini"
	wait_port 6432
}

# psql_in_turn SECONDS: a client every 0.3 s, each with a query that takes so long
psql_in_turn() {
	start clients bash -c "while sleep 0.3; do psql -h 127.0.0.1 -p 6432 -U postgres -c 'select pg_sleep($1)' postgres & done"
}

# varnish_with SETTINGS...: on port 8080, asks the backend on 8081 each time
varnish_with() {
	chmod 755 "$tmp"
	printf '%s\n' 'vcl 4.1;' 'backend default { .host = "127.0.0.1"; .port = "8081";' "$@" '}' 'sub vcl_recv { return (pass); }' >"$tmp/default.vcl"
	start varnish varnishd -F -n "$tmp/varnish" -a 127.0.0.1:8080 -f "$tmp/default.vcl" -s default,16m -j none
	wait_port 8080
}

# caddy_with SETTINGS...: on port 8080, before a backend on 8081; a setting is one of its way there
caddy_with() {
	printf '%s\n' '{' 'admin off' 'auto_https off' '}' 'http://127.0.0.1:8080 {' 'reverse_proxy 127.0.0.1:8081 {' "$@" '}' '}' >"$tmp/Caddyfile"
	start caddy env HOME="$tmp" caddy run --adapter caddyfile --config "$tmp/Caddyfile"
	wait_port 8080
}

# stunnel_configs ADDRESS: $tmp/server.conf takes TLS at ADDRESS:9443 for 127.0.0.1:8080; $tmp/client.conf goes there, from 8443
stunnel_configs() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$tmp/key" -out "$tmp/cert" 2>/dev/null
	printf '%s\n' 'foreground = yes' 'pid =' '[out]' "accept = $1:9443" 'connect = 127.0.0.1:8080' "cert = $tmp/cert" "key = $tmp/key" >"$tmp/server.conf"
	printf '%s\n' 'foreground = yes' 'pid =' '[in]' 'client = yes' 'accept = 127.0.0.1:8443' "connect = $1:9443" >"$tmp/client.conf"
}

# ---- a frozen cgroup, version 2 or 1 --------------------------------------------------------------------------------------
freeze() {
	local group
	for group in /sys/fs/cgroup/unified /sys/fs/cgroup /sys/fs/cgroup/freezer; do
		mkdir "$group/unfin-scene-$$" 2>/dev/null || continue
		frozen=$group/unfin-scene-$$
		echo "$1" >"$frozen/cgroup.procs"
		if [[ -e $frozen/cgroup.freeze ]]; then
			echo 1 >"$frozen/cgroup.freeze"
			until_true 5 grep -q 'frozen 1' "$frozen/cgroup.events" && return
		elif [[ -e $frozen/freezer.state ]]; then
			echo FROZEN >"$frozen/freezer.state"
			until_true 5 grep -q FROZEN "$frozen/freezer.state" && return
		fi
		rmdir "$frozen"
	done
	fail "no cgroup can be frozen here"
}

thaw() {
	local pid
	[[ -n ${frozen-} ]] || return 0
	while read -r pid; do kill -KILL "$pid"; done <"$frozen/cgroup.procs"
	[[ ! -e $frozen/cgroup.freeze ]] || echo 0 >"$frozen/cgroup.freeze"
	[[ ! -e $frozen/freezer.state ]] || echo THAWED >"$frozen/freezer.state"
	until_true 5 rmdir "$frozen" 2>/dev/null
}
