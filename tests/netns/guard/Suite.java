// A small test suite: each test fetches, and one of them may forget to close.   usage: Suite PORT leak|clean
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

public class Suite {
	static final List<Socket> kept = new ArrayList<>();

	static Socket fetch(int port) throws Exception {
		Socket s = new Socket("127.0.0.1", port); // here: fetch
		s.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes());
		s.getInputStream().readAllBytes();
		return s;
	}

	public static void main(String[] args) throws Exception {
		int port = Integer.parseInt(args[0]);
		fetch(port).close();
		Socket s = fetch(port);
		if (args[1].equals("leak"))
			kept.add(s);
		else
			s.close();
		Thread.sleep(700);
	}
}
