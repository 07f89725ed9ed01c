import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Semaphore;

/** The acceptor takes a permit before each accept(), as servers with a bounded pool do; a handler reads until its client leaves. */
public class BusyServer {
    public static void main(String[] args) throws Exception {
        Semaphore permits = new Semaphore(Integer.parseInt(args[1]));
        try (ServerSocket listener = new ServerSocket(Integer.parseInt(args[0]), 128)) {
            for (;;) {
                permits.acquire();
                Socket socket = listener.accept();
                new Thread(() -> {
                    try (socket) {
                        while (socket.getInputStream().read() >= 0) { }
                    } catch (Exception e) {
                        System.out.println(e);
                    } finally {
                        permits.release();
                    }
                }).start();
            }
        }
    }
}
