"""Subscribers of an MQTT broker, by hand; stalled ones never read. usage: mqtt_subscriber.py HOST PORT COUNT [stalled]"""
import select
import socket
import sys
import time

host, port, count, stalled = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:] == ["stalled"]


def packet(kind, body):
    return bytes([kind, len(body)]) + body


def text(word):
    return len(word).to_bytes(2, "big") + word.encode()


def subscribe(number):
    s = socket.create_connection((host, port))
    s.sendall(packet(0x10, text("MQTT") + b"\x04\x02\x00\x00" + text(f"reader-{number}")))
    s.sendall(packet(0x82, b"\x00\x01" + text("news") + b"\x00"))
    return s


kept = [subscribe(number) for number in range(count)]
while True:
    if stalled:
        time.sleep(60)
    for s in select.select(kept, [], [])[0]:
        s.recv(65536)
