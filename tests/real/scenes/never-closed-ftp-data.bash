# an FTP client that keeps the data connection of each file; vsftpd closes its own
needs vsftpd python3
root never-closed '*ftp_leak.py*' count='state close-wait'
innocent '*vsftpd*'

scene() {
	mkdir "$tmp/files" "$tmp/empty"
	chmod 755 "$tmp" "$tmp/files" "$tmp/empty"
	head -c 50000 /dev/zero >"$tmp/files/report"
	printf 'listen=YES\nlisten_address=127.0.0.1\nlisten_port=2121\nbackground=NO\nanonymous_enable=YES\nanon_root=%s\nsecure_chroot_dir=%s\nseccomp_sandbox=NO\nftp_username=daemon\nnopriv_user=nobody\n' "$tmp/files" "$tmp/empty" >"$tmp/vsftpd.conf"
	start vsftpd vsftpd "$tmp/vsftpd.conf"
	wait_port 2121
	start leak python ftp_leak.py 127.0.0.1 2121 report "$(pick 2 5)"
	wait_count 10 state close-wait
	ripen 31
}
