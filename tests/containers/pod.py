#!/usr/bin/python3
"""pod.py run NAME NAMESPACE CGROUP HOSTPORT:PORT CONTAINER=COMMAND...: what kubelet asks of containerd by the CRI, without
kubelet: one pod with these containers. Prints a line for each: name, id, pod's uid."""
import sys
import uuid

import grpc

IMAGE = "localhost/guest:1"


# Protocol buffers, as far as they are needed (protobuf.dev/programming-guides/encoding): a message is its fields.
def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(**values):
    """fields(_3="x", _1=7): numbers with their values; a list is a repeated one, a dict a map."""
    out = b""
    for name, value in values.items():
        number = int(name[1:])
        if isinstance(value, dict):
            value = [fields(_1=key, _2=text) for key, text in value.items()]
        for one in value if isinstance(value, list) else [value]:
            out += field(number, one)
    return out


def first_text(message):
    """The answers begin with the id that was asked for: field 1."""
    return message[2:2 + message[1]].decode()


channel = grpc.insecure_channel("unix:///run/containerd/containerd.sock")


def call(method, request):
    return channel.unary_unary("/runtime.v1.RuntimeService/" + method)(request, timeout=60)


def run(name, namespace, cgroup, ports, *containers):
    uid = str(uuid.uuid4())
    labels = {"io.kubernetes.pod.name": name, "io.kubernetes.pod.namespace": namespace, "io.kubernetes.pod.uid": uid}
    host_port, port = map(int, ports.split(":"))
    pod = fields(_1=fields(_1=name, _2=uid, _3=namespace), _2=name, _3=f"/var/log/pods/{namespace}_{name}_{uid}",
                 _5=fields(_2=port, _3=host_port), _6=labels, _8=fields(_1=f"{cgroup}/pod{uid}"))
    sandbox = first_text(call("RunPodSandbox", fields(_1=pod)))
    for spec in containers:
        container, command = spec.split("=", 1)
        config = fields(_1=fields(_1=container), _2=fields(_1=IMAGE), _3=command.split(),
                        _9=dict(labels, **{"io.kubernetes.container.name": container}), _11=f"{container}/0.log", _15=b"")
        made = first_text(call("CreateContainer", fields(_1=sandbox, _2=config, _3=pod)))
        call("StartContainer", fields(_1=made))
        print(container, made, uid)


if sys.argv[1:2] != ["run"] or len(sys.argv) < 7:
    sys.exit(__doc__)
run(*sys.argv[2:])
