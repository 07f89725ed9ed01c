# Apache prefork with workers enough: the CGI takes 4 s, the clients wait 1.5 s
needs apache2 python3
root slow-handler '*apache2*'

scene() {
	printf '#!/bin/sh\nsleep 4\nprintf "Content-Type: text/plain\\n\\nslow\\n"\n' >"$tmp/slow.cgi"
	chmod 755 "$tmp" "$tmp/slow.cgi"
	apache_prefork web 8080 60 <<-CONF
		LoadModule cgi_module /usr/lib/apache2/modules/mod_cgi.so
		ScriptAlias /slow $tmp/slow.cgi
		<Directory $tmp>
		Require all granted
		</Directory>
	CONF
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/slow 4 1.5
	wait_count 4 state close-wait sport = :8080
	ripen 10
}
