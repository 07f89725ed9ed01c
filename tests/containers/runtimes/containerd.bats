#!/usr/bin/env bats
# containerd: its CRI plugin with a CNI bridge, asked for a pod as kubelet asks; and a container of `ctr`.
bats_require_minimum_version 1.5.0
load ../room.bash

setup_file() {
	room_open
	configure
	room_background containerd.log containerd --config "$ROOM/containerd.toml"
	within 60 room ctr version || { tail -20 "$ROOM/containerd.log"; return 1; }
	import
	# kubelet's cgroup has kubepods in it; what comes before is ours to take away again
	room /usr/bin/python3 "$ROOM_TESTS/pod.py" run shop-7c9d prod "$room_cgroup/kubepods/burstable" 18080:8080 \
		'web=/guest answer 8080' 'keeper=/guest keep 9000' 'sidecar=/guest leak 127.0.0.1 8080 30' \
		'pool=/guest idle 127.0.0.1 9000 9' >"$ROOM/pod"
	room ctr run --detach --net-host --cgroup "$room_cgroup/default/boxed" localhost/guest:1 boxed /guest keep 7000
	within 60 has 30 'container == sidecar and state == close-wait'
	within 60 has 9 'container == pool and state == established and age > 4s'
}

teardown_file() { room_close; }

configure() {
	mkdir "$ROOM/cni"
	cat >"$ROOM/cni/10-bridge.conflist" <<-END
		{"cniVersion": "0.4.0", "name": "room", "plugins": [
			{"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "ipam": {"type": "host-local",
				"ranges": [[{"subnet": "10.244.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
			{"type": "portmap", "capabilities": {"portMappings": true}}]}
	END
	cat >"$ROOM/containerd.toml" <<-END
		version = 2
		[plugins."io.containerd.grpc.v1.cri"]
		  sandbox_image = "localhost/guest:1"
		  restrict_oom_score_adj = true
		  [plugins."io.containerd.grpc.v1.cri".cni]
		    bin_dir = "/usr/lib/cni"
		    conf_dir = "$ROOM/cni"
	END
}

# An image as `docker save` writes it: a pod's sandbox runs the image's own command.
import() {
	mkdir "$ROOM/image"
	tar -C "$ROOM" -cf "$ROOM/image/layer.tar" guest
	jq -n --arg sum "sha256:$(sha256sum <"$ROOM/image/layer.tar" | cut -d' ' -f1)" \
		'{architecture: "amd64", os: "linux", config: {Cmd: ["/guest", "wait"]}, rootfs: {type: "layers", diff_ids: [$sum]}}' \
		>"$ROOM/image/config.json"
	echo '[{"Config": "config.json", "RepoTags": ["localhost/guest:1"], "Layers": ["layer.tar"]}]' >"$ROOM/image/manifest.json"
	tar -C "$ROOM/image" -cf "$ROOM/image.tar" manifest.json config.json layer.tar
	within 20 room ctr -n k8s.io images import "$ROOM/image.tar"
	room ctr images import "$ROOM/image.tar"
}

id_of() { awk -v name="$1" '$1 == name { print $2 }' "$ROOM/pod"; }

@test "a container of a pod by its names; the pod with and without its namespace" {
	for pod in prod/shop-7c9d shop-7c9d; do
		[ "$(count "pod == $pod and container == sidecar and state == close-wait")" = 30 ]
	done
	[ "$(unfin list -q --json 'container == sidecar' | jq -r '[.sockets[].container | .id + " " + .name + " " + .pod] | unique[]')" \
		= "$(id_of sidecar) sidecar prod/shop-7c9d" ]
}

@test "the leak in a pod: container, pod, and both ends in one namespace" {
	run page
	id=$(id_of sidecar) web=$(id_of web)
	[[ $output == *"in container sidecar (${id:0:12}) of pod prod/shop-7c9d does not close"* ]]
	[[ $output == *"in container web (${web:0:12}) of pod prod/shop-7c9d"* ]]
	[[ $output != *"$id"* ]]
}

@test "healthy clients in a pod, and of its published port, are let alone" {
	for netns in all self shop-7c9d prod/shop-7c9d pool; do
		[ "$(accused $netns)" = '[]' ]
	done
}

@test "a container of ctr has its name and no id" {
	[ "$(count 'container == boxed and state == listen')" = 1 ]
	run unfin ports 7000 -q --netns self
	[[ $output == *"in container boxed"* ]]
}
