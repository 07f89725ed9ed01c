#!/usr/bin/env bats
# What is shipped to run the agent, an uplink and a hub as services: units, folders, the DaemonSet. Each is read by the tool that it is for, where that
# is here; none is started.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	cd "$BATS_TEST_TMPDIR" || return
}

@test "systemd finds nothing wrong with the units" {
	command -v systemd-analyze >/dev/null || skip "systemd-analyze is not installed"
	for unit in agent web uplink hub; do
		sed "s,@BINDIR@/unfin,$UNFIN," "$top/dist/systemd/unfin-$unit.service.in" >"unfin-$unit.service"
	done
	run --separate-stderr systemd-analyze verify --man=no --recursive-errors=no ./unfin-{agent,web,uplink,hub}.service
	echo "$stderr"
	[[ $status == 0 && $stderr != *unfin-*.service* ]]
}

@test "the folder that the page is bound to outlives a new start of the agent" {
	grep -qx 'RuntimeDirectoryPreserve=yes' "$top/dist/systemd/unfin-agent.service.in"
}

# systemd cannot look into its arguments (RestrictSUIDSGID=) and answers ENOSYS: each host then had a gap, under the unit alone.
@test "the agent's unit refuses no call that it reads others' files with" {
	run ! grep -q '^RestrictSUIDSGID=yes' "$top/dist/systemd/unfin-agent.service.in"
}

@test "every word of a unit's command line is an option of it" {
	for unit in agent web uplink hub; do
		read -ra words <<<"$(sed -n 's/^ExecStart=[^ ]* //p' "$top/dist/systemd/unfin-$unit.service.in")"
		"$UNFIN" "${words[@]}" --help >/dev/null
	done
}

@test "the folders of tmpfiles.d are made, with their modes" {
	command -v systemd-tmpfiles >/dev/null || skip "systemd-tmpfiles is not installed"
	[ "$(id -u)" = 0 ] || skip "needs root"
	mkdir -p root/etc root/usr/lib/tmpfiles.d root/var/lib root/run
	printf 'root:x:0:0::/:/bin/sh\nunfin:x:999:999::/:/bin/sh\n' >root/etc/passwd
	printf 'root:x:0:\nunfin:x:999:\n' >root/etc/group
	cp "$top/dist/systemd/tmpfiles.conf" root/usr/lib/tmpfiles.d/unfin.conf
	systemd-tmpfiles --root="$PWD/root" --create unfin.conf
	[[ $(stat -c '%a %u %g' root/var/lib/unfin root/run/unfin) == $'750 999 999\n750 999 999' ]]
}

@test "the DaemonSet: nothing privileged, the rights of the unit, command lines that exist" {
	python3 -c 'import yaml' 2>/dev/null || skip "python3-yaml is not installed"
	python3 -c '
import json, sys, yaml
print(json.dumps(yaml.safe_load(open(sys.argv[1]))))' "$top/share/kubernetes/unfin-agent.yaml" >set.json
	jq -e '.kind == "DaemonSet" and (.spec.template.spec | .hostPID and .hostNetwork and (.containers | length == 2) and
		all(.containers[].securityContext; .privileged == null and .allowPrivilegeEscalation == false and
			.readOnlyRootFilesystem and .capabilities.drop == ["ALL"]))' set.json
	jq -e '.spec.selector.matchLabels == .spec.template.metadata.labels and
		(.spec.template.spec | ([.containers[].volumeMounts[].name] - [.volumes[].name]) == [])' set.json
	jq -e '.spec.template.spec.containers[] | select(.name == "web") | .securityContext | .runAsNonRoot and .capabilities.add == null' set.json
	# the rights are those of the unit
	diff <(jq -r '.spec.template.spec.containers[0].securityContext.capabilities.add[]' set.json | sort) \
		<(sed -n 's/^AmbientCapabilities=//p' "$top/dist/systemd/unfin-agent.service.in" | tr ' ' '\n' | sed 's/^CAP_//' | sort)
	while read -ra words; do
		[[ ${words[0]} == /usr/bin/unfin ]]
		"$UNFIN" "${words[@]:1}" --help >/dev/null
	done < <(jq -r '.spec.template.spec.containers[].command | join(" ")' set.json)
}
