# Opens connections and never closes them, from several places.   usage: leak.pl PORT PER_SECOND
# A line that opens one ends in its mark and NAME, the function that it stands in.
use strict;
use warnings;
use threads;
use IO::Socket::INET;
use Socket;
use Time::HiRes qw(sleep);

my ($port, $per_second) = @ARGV;
our @kept;

sub ask {
	my ($socket) = @_;
	syswrite $socket, "GET / HTTP/1.1\r\n\r\n";
	sysread $socket, my $answer, 100;
	push @kept, $socket;
}

sub fetch_plain {
	socket my $socket, PF_INET, SOCK_STREAM, 0;
	connect $socket, pack_sockaddr_in($port, inet_aton('127.0.0.1')); # here: main::fetch_plain
	ask($socket);
}

sub fetch_library {
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Proto => 'tcp'); # here: main::fetch_library
	ask($socket);
}

sub fetch_deep {
	my ($depth) = @_;
	return fetch_deep($depth - 1) if $depth;
	ask(IO::Socket::INET->new("127.0.0.1:$port")); # here: main::fetch_deep
}

sub fetch_in_eval {
	eval {
		for my $try (1 .. 2) {
			ask(IO::Socket::INET->new("127.0.0.1:$port")) if $try == 2; # here: main::fetch_in_eval
		}
		1;
	} or die;
}

sub fetch_in_map {
	ask($_) for map { IO::Socket::INET->new("127.0.0.1:$_") } ($port); # here: main::fetch_in_map
}

sub by_number {
	ask(IO::Socket::INET->new("127.0.0.1:$port")); # here: main::by_number
	return $a <=> $b;
}

sub on_alarm {
	ask(IO::Socket::INET->new("127.0.0.1:$port")); # here: main::on_alarm
}

# Its sockets are closed with it, so it never ends.
sub fetch_in_thread {
	while (1) {
		ask(IO::Socket::INET->new("127.0.0.1:$port")); # here: main::fetch_in_thread
		sleep 1 / $per_second;
	}
}

package Shop::Client;

sub new { my ($class, $port) = @_; return bless { port => $port }, $class }

sub fetch_method {
	my ($self) = @_;
	main::ask(IO::Socket::INET->new(
		PeerAddr => '127.0.0.1',
		PeerPort => $self->{port})); # here: Shop::Client::fetch_method
}

use overload '""' => \&fetch_overloaded;

sub fetch_overloaded {
	main::ask(IO::Socket::INET->new("127.0.0.1:$port")); # here: Shop::Client::fetch_overloaded
	return 'client';
}

package main;

my $anonymous = sub {
	ask(IO::Socket::INET->new("127.0.0.1:$port")); # here: main::__ANON__
};

sub fetch_and_close {
	IO::Socket::INET->new("127.0.0.1:$port")->close;
}

threads->create(\&fetch_in_thread)->detach;
$SIG{ALRM} = \&on_alarm;
my $client = Shop::Client->new($port);
while (1) {
	fetch_plain();
	fetch_library();
	fetch_deep(30);
	fetch_in_eval();
	fetch_in_map();
	my @sorted = sort by_number (1, 2);
	$client->fetch_method;
	my $text = "$client";
	$anonymous->();
	kill ALRM => $$;
	fetch_and_close();
	ask(IO::Socket::INET->new("127.0.0.1:$port")); # here: <main>
	sleep 1 / $per_second;
}
