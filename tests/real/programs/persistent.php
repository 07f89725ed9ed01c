<?php
// Asks a backend over a persistent socket, which the worker keeps for its next request.
$backend = pfsockopen('127.0.0.1', 8081);
fwrite($backend, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
while (($line = fgets($backend)) !== false && trim($line) !== '');
echo fread($backend, 64);
usleep(100000);
