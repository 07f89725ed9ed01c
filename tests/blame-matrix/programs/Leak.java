// Opens connections and never closes them, from several places.   usage: java Leak PORT PER_SECOND
// A line that opens one ends in its mark and NAME, the function that it stands in.
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.nio.channels.SocketChannel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

public class Leak {
	static final List<Object> kept = new ArrayList<>();
	static int port;

	static Socket ask(Socket s) throws Exception {
		s.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes());
		InputStream in = s.getInputStream();
		while (in.read() >= 0)
			;
		kept.add(s);
		return s;
	}

	static void fetchPlain() throws Exception {
		ask(new Socket("127.0.0.1", port)); // here: Leak.fetchPlain
	}

	static void fetchConnect() throws Exception {
		Socket s = new Socket();
		s.connect(new InetSocketAddress("127.0.0.1", port), 1000); // here: Leak.fetchConnect
		ask(s);
	}

	static void fetchChannel() throws Exception {
		SocketChannel c = SocketChannel.open(new InetSocketAddress("127.0.0.1", port)); // here: Leak.fetchChannel
		c.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes()));
		ByteBuffer b = ByteBuffer.allocate(256);
		while (c.read(b) >= 0)
			b.clear();
		kept.add(c);
	}

	static void fetchUrl() throws Exception {
		HttpURLConnection c = (HttpURLConnection) new URL("http://127.0.0.1:" + port + "/").openConnection();
		kept.add(c.getInputStream()); // here: Leak.fetchUrl
		kept.add(c);
	}

	static Socket openInlined() throws Exception {
		return new Socket("127.0.0.1", port); // here: Leak.openInlined
	}

	static void fetchDeep(int depth) throws Exception {
		if (depth > 0) {
			fetchDeep(depth - 1);
			return;
		}
		ask(new Socket("127.0.0.1", port)); // here: Leak.fetchDeep
	}

	static class Pool {
		void fetch() throws Exception {
			ask(new Socket("127.0.0.1", port)); // here: Leak$Pool.fetch
		}
	}

	static final IntFunction<Socket> maker = p -> {
		try {
			return new Socket("127.0.0.1", p); // here: Leak.lambda$static$0
		} catch (Exception e) {
			throw new RuntimeException(e);
		}
	};

	static void inThread() {
		try {
			ask(new Socket("127.0.0.1", port)); // here: Leak.inThread
		} catch (Exception e) {
			throw new RuntimeException(e);
		}
	}

	public static void reflected() throws Exception {
		ask(new Socket("127.0.0.1", port)); // here: Leak.reflected
	}

	public static void main(String[] arguments) throws Exception {
		port = Integer.parseInt(arguments[0]);
		long pauseMs = 1000 / Integer.parseInt(arguments[1]);
		for (;;) {
			fetchPlain();
			fetchConnect();
			fetchChannel();
			fetchUrl();
			ask(openInlined());
			fetchDeep(12);
			new Pool().fetch();
			ask(maker.apply(port));
			Thread t = new Thread(Leak::inThread);
			t.start();
			t.join();
			Leak.class.getMethod("reflected").invoke(null);
			Thread.sleep(pauseMs);
		}
	}
}
