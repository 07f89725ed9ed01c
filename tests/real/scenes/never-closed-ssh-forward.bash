# the server behind `ssh -L` never closes; ssh holds the clients' side and sshd the server's, and both only wait for it
needs /usr/sbin/sshd ssh ssh-keygen python3
root never-closed '*forgetful_server.py*' count='state close-wait sport = :8200'
innocent '*ssh*'

scene() {
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/host"
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/user"
	chmod 755 "$tmp"
	start app python forgetful_server.py 8200
	start sshd /usr/sbin/sshd -D -e -f /dev/null -p 2222 -h "$tmp/host" -o ListenAddress=127.0.0.1 -o PidFile=none -o UsePAM=no \
		-o AuthorizedKeysFile="$tmp/user.pub" -o PermitRootLogin=yes -o StrictModes=no
	wait_port 2222
	wait_port 8200
	start tunnel ssh -F /dev/null -p 2222 -i "$tmp/user" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		-N -L 127.0.0.1:8100:127.0.0.1:8200 root@127.0.0.1
	wait_port 8100
	start clients python line_client.py 127.0.0.1 8100 "$(pick 4 9)"
	wait_count 30 state close-wait sport = :8100
	wait_count 30 state close-wait sport = :8200
	ripen 10
}
