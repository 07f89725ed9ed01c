<?php
// A new curl handle for every call, all kept in a registry. usage: php leak.php URL PER_SECOND
$kept = [];
while (true) {
    $handle = curl_init($argv[1]);
    curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);
    curl_exec($handle);
    $kept[] = $handle;
    usleep((int)(1e6 / $argv[2]));
}
