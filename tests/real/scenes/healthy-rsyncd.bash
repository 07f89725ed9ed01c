# an rsync server, and copies from it, one after the other
needs rsync
healthy

scene() {
	mkdir "$tmp/files"
	head -c 300000 /dev/urandom >"$tmp/files/one"
	printf 'use chroot = no\nuid = root\ngid = root\nport = 8730\naddress = 127.0.0.1\n[files]\npath = %s\n' "$tmp/files" >"$tmp/rsyncd.conf"
	start server rsync --daemon --no-detach --config="$tmp/rsyncd.conf"
	wait_port 8730
	start client bash -c "while sleep 0.3; do rsync -a --ignore-times rsync://127.0.0.1:8730/files/ $tmp/copy/; done"
	wait_count 5 state time-wait
	ripen 6
}
