<?php
// Opens connections and never closes them, from several places.   usage: leak.php PORT PER_SECOND
// A line that opens one ends in its mark and NAME, the function that it stands in.
[$port, $perSecond] = isset($argv[2]) ? [$argv[1], $argv[2]] : explode(' ', $_SERVER['QUERY_STRING']);
$address = "tcp://127.0.0.1:$port";
$kept = [];

function ask($stream)
{
	global $kept;

	fwrite($stream, "GET / HTTP/1.1\r\n\r\n");
	fgets($stream);
	$kept[] = $stream;
}

function fetchPlain(int $port): void
{
	$stream = fsockopen('127.0.0.1', $port); // here: fetchPlain
	ask($stream);
}

class Client
{
	public function __construct(private string $address)
	{
	}

	public function fetchMethod(): void
	{
		ask(stream_socket_client($this->address)); // here: Client::fetchMethod
	}

	public static function fetchStatic(string $address): void
	{
		$context = stream_context_create();
		$stream = stream_socket_client($address, // here: Client::fetchStatic
			$code, $message, 5,
			STREAM_CLIENT_CONNECT, $context);
		ask($stream);
	}

	public function __get(string $name)
	{
		return stream_socket_client($this->address); // here: Client::__get
	}
}

trait Fetches
{
	public function fetchOfTrait(string $address): void
	{
		ask(stream_socket_client($address)); // here: Shop::fetchOfTrait
	}
}

class Shop
{
	use Fetches;
}

function fetchDeep(string $address, int $depth): void
{
	if ($depth > 0) {
		fetchDeep($address, $depth - 1);
		return;
	}
	ask(stream_socket_client($address)); // here: fetchDeep
}

function fetchWrapped(int $port): void
{
	global $kept;

	$kept[] = fopen("http://127.0.0.1:$port/", 'r'); // here: fetchWrapped
}

function fetchInGenerator(string $address)
{
	yield 1;
	$stream = stream_socket_client($address); // here: fetchInGenerator
	yield $stream;
}

function fetchInFiber(string $address): void
{
	Fiber::suspend();
	ask(stream_socket_client($address)); // here: fetchInFiber
}

function fetchAndClose(string $address): void
{
	$stream = stream_socket_client($address);
	fwrite($stream, "GET / HTTP/1.1\r\n\r\n");
	fclose($stream);
}

$client = new Client($address);
$shop = new Shop();
while (true) {
	fetchPlain((int) $port);
	$client->fetchMethod();
	Client::fetchStatic($address);
	ask($client->missing);
	$shop->fetchOfTrait($address);
	fetchDeep($address, 30);
	fetchWrapped((int) $port);
	array_map(function ($to) {
		ask(stream_socket_client($to)); // here: {closure}
	}, [$address]);
	foreach (fetchInGenerator($address) as $stream)
		is_resource($stream) && ask($stream);
	$fiber = new Fiber('fetchInFiber');
	$fiber->start($address);
	$fiber->resume();
	fetchAndClose($address);
	ask(stream_socket_client($address)); // here: {main}
	usleep((int) (1000000 / $perSecond));
}
