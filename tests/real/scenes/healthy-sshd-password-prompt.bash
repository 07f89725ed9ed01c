# somebody looks at the password prompt: sshd's child has lowered its own descriptor limit to 1, and needs no more than it has
needs /usr/sbin/sshd ssh ssh-keygen script
healthy

scene() {
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/host"
	chmod 755 "$tmp"
	start sshd /usr/sbin/sshd -D -e -f /dev/null -p 2222 -h "$tmp/host" -o ListenAddress=127.0.0.1 -o PidFile=none -o UsePAM=no \
		-o PasswordAuthentication=yes -o PermitRootLogin=yes
	wait_port 2222
	mkfifo "$tmp/keyboard"
	exec 7<>"$tmp/keyboard"
	start ssh script -qc "ssh -F /dev/null -p 2222 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		-o PubkeyAuthentication=no root@127.0.0.1 <'$tmp/keyboard'" /dev/null
	wait_count 1 state established sport = :2222
	until_true 10 eval 'grep -qs "1 *1 *files" $(printf "/proc/%s/limits " $(members))'
	ripen 2
}
