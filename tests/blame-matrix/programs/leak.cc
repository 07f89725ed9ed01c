// Opens connections and never closes them, from several places.   usage: leak PORT PER_SECOND
// A line that opens one ends in its mark and NAME, the function that it stands in.
#include <arpa/inet.h>
#include <cstdlib>
#include <functional>
#include <memory>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace shop
{
static sockaddr_in to;

static int ask(int fd)
{
	char answer[256];

	if (write(fd, "GET / HTTP/1.1\r\n\r\n", 18) > 0)
		while (read(fd, answer, sizeof(answer)) > 0)
			;
	return fd;
}

struct Pool {
	std::vector<int> kept;
	__attribute__((noinline)) void fetch_method()
	{
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, reinterpret_cast<sockaddr *>(&to), sizeof(to))) // here: shop::Pool::fetch_method
			std::abort();
		kept.push_back(ask(fd));
	}
};

template <typename T> __attribute__((noinline)) T fetch_template(T fd)
{
	if (connect(fd, reinterpret_cast<sockaddr *>(&to), sizeof(to))) // here: shop::fetch_template<int>
		std::abort();
	return ask(fd);
}

// A constructor, a method that is virtual, one that belongs to no object, a call operator, and a handler of exceptions.
struct Session {
	int fd;
	__attribute__((noinline)) Session()
	{
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, reinterpret_cast<sockaddr *>(&to), sizeof(to))) // here: shop::Session::Session
			std::abort();
		ask(fd);
	}
	__attribute__((noinline)) static void fetch_static()
	{
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, reinterpret_cast<sockaddr *>(&to), sizeof(to))) // here: shop::Session::fetch_static
			std::abort();
		ask(fd);
	}
};

struct Store {
	virtual void fetch_virtual() = 0;
	virtual ~Store() = default;
};

struct Remote : Store {
	void fetch_virtual() override
	{
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, reinterpret_cast<sockaddr *>(&to), sizeof(to))) // here: shop::Remote::fetch_virtual
			std::abort();
		ask(fd);
	}
};

struct Fetch {
	__attribute__((noinline)) void operator()()
	{
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, reinterpret_cast<sockaddr *>(&to), sizeof(to))) // here: shop::Fetch::operator
			std::abort();
		ask(fd);
	}
};

__attribute__((noinline)) static void fetch_after_throw()
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	try {
		throw fd;
	} catch (int thrown) {
		if (connect(thrown, reinterpret_cast<sockaddr *>(&to), sizeof(to))) // here: shop::fetch_after_throw
			std::abort();
		ask(thrown);
	}
}

static void fetch_thread()
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, reinterpret_cast<sockaddr *>(&to), sizeof(to))) // here: shop::fetch_thread
		std::abort();
	ask(fd);
}
}

int main(int argc, char **argv)
{
	std::unique_ptr<shop::Store> store = std::make_unique<shop::Remote>();
	shop::Pool pool;

	shop::to.sin_family = AF_INET;
	shop::to.sin_port = htons(static_cast<unsigned short>(std::atoi(argv[1])));
	inet_pton(AF_INET, "127.0.0.1", &shop::to.sin_addr);
	for (;;) {
		pool.fetch_method();
		pool.kept.push_back(shop::fetch_template(socket(AF_INET, SOCK_STREAM, 0)));
		shop::Session session;
		shop::Session::fetch_static();
		store->fetch_virtual();
		std::function<void()>(shop::Fetch())();
		shop::fetch_after_throw();
		std::thread(shop::fetch_thread).join();
		usleep(1000000 / std::atoi(argv[2]));
	}
}
