import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** The JDK's own HTTP server with a pool of threads; each request takes so many milliseconds. */
public class SlowServer {
    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 128);
        long delay = Long.parseLong(args[1]);
        server.createContext("/", exchange -> {
            try (exchange) {
                Thread.sleep(delay);
                exchange.sendResponseHeaders(200, 3);
                exchange.getResponseBody().write("ok\n".getBytes());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.setExecutor(Executors.newFixedThreadPool(Integer.parseInt(args[2])));
        server.start();
    }
}
