# an ssh session with keep-alives, idle; privilege separation means two holders of one socket
needs /usr/sbin/sshd ssh ssh-keygen
healthy

scene() {
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/host"
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/user"
	chmod 755 "$tmp"
	start sshd /usr/sbin/sshd -D -e -f /dev/null -p 2222 -h "$tmp/host" -o ListenAddress=127.0.0.1 -o PidFile=none -o UsePAM=no \
		-o AuthorizedKeysFile="$tmp/user.pub" -o PermitRootLogin=yes -o StrictModes=no
	wait_port 2222
	local i
	for i in 1 2 3; do
		start "ssh$i" ssh -F /dev/null -p 2222 -i "$tmp/user" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
			-o ServerAliveInterval=2 root@127.0.0.1 sleep 200
	done
	wait_count 6 state established
	until_true 10 eval '(($(pgrep -fxc "sleep 200") >= 1))'
	ripen 3
}
