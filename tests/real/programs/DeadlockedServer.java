import java.net.ServerSocket;
import java.net.Socket;

/** A thread a connection; two locks taken in both orders. Most handlers never get to their close(). */
public class DeadlockedServer {
    private static final Object ACCOUNTS = new Object();
    private static final Object JOURNAL = new Object();

    public static void main(String[] args) throws Exception {
        try (ServerSocket listener = new ServerSocket(Integer.parseInt(args[0]), 128)) {
            for (int i = 0;; i++) {
                Socket socket = listener.accept();
                boolean even = i % 2 == 0;
                new Thread(() -> handle(socket, even ? ACCOUNTS : JOURNAL, even ? JOURNAL : ACCOUNTS)).start();
            }
        }
    }

    private static void handle(Socket socket, Object first, Object second) {
        try (socket) {
            socket.getInputStream().read();
            synchronized (first) {
                Thread.sleep(500);
                synchronized (second) {
                    socket.getOutputStream().write("ok\n".getBytes());
                }
            }
        } catch (Exception e) {
            System.out.println(e);
        }
    }
}
