<?php
// A small test suite: each test fetches, and one of them may forget to close.   usage: suite.php PORT leak|clean
$kept = [];

function fetch(string $port)
{
	$s = stream_socket_client("tcp://127.0.0.1:$port"); // here: fetch
	fwrite($s, "GET / HTTP/1.1\r\n\r\n");
	stream_get_contents($s);
	return $s;
}

fclose(fetch($argv[1]));
$s = fetch($argv[1]);
if ($argv[2] === 'leak')
	$kept[] = $s;
else
	fclose($s);
usleep(500000);
