# Apache prefork with three workers, all held by patient long polls; the others give up in the queue
needs apache2 python3
root accept-queue '*apache2*' candidates=slow-handler
effect listen-overflow accept-queue

scene() {
	printf '#!/bin/sh\nsleep 100\n' >"$tmp/poll.cgi"
	chmod 755 "$tmp" "$tmp/poll.cgi"
	apache_prefork web 8080 3 <<-CONF
		LoadModule cgi_module /usr/lib/apache2/modules/mod_cgi.so
		ScriptAlias /poll $tmp/poll.cgi
		<Directory $tmp>
		Require all granted
		</Directory>
	CONF
	wait_port 8080
	local i
	for i in 1 2 3; do start "poll$i" curl -s -m 200 http://127.0.0.1:8080/poll; done
	wait_count 3 state established sport = :8080
	until_true 10 eval '(($(pgrep -cf "$tmp/poll.cgi") >= 3))'
	start clients python impatient.py http://127.0.0.1:8080/ 3 1
	wait_count 8 state close-wait sport = :8080
	ripen 4
}
