<?php
// Reads a server's answer to its end, starts a job with exec(), then closes. usage: php exec_child.php HOST PORT N
for ($i = 0; $i < (int)$argv[3]; $i++) {
    $stream = fsockopen($argv[1], (int)$argv[2]);
    fwrite($stream, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream_get_contents($stream);
    usleep(200000);
    exec('sleep 3221 >/dev/null 2>&1 &');
    fclose($stream);
    usleep(300000);
}
echo "done\n";
sleep(3000);
