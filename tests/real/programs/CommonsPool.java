import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.httpclient.HttpClient;
import org.apache.commons.httpclient.MultiThreadedHttpConnectionManager;
import org.apache.commons.httpclient.methods.GetMethod;

/** commons-httpclient 3.1 used well: one pooled manager, every method released. Bursts of requests with pauses between. */
public class CommonsPool {
    public static void main(String[] args) throws Exception {
        int size = Integer.parseInt(args[1]);
        MultiThreadedHttpConnectionManager manager = new MultiThreadedHttpConnectionManager();
        manager.getParams().setDefaultMaxConnectionsPerHost(size);
        HttpClient client = new HttpClient(manager);
        ExecutorService pool = Executors.newFixedThreadPool(size);
        for (;;) {
            for (int i = 0; i < size; i++) {
                pool.submit(() -> ask(client, args[0]));
            }
            Thread.sleep(Long.parseLong(args[2]));
        }
    }

    private static void ask(HttpClient client, String url) {
        GetMethod get = new GetMethod(url);
        try {
            client.executeMethod(get);
            get.getResponseBody();
            Thread.sleep(50);
        } catch (Exception e) {
            System.out.println(e);
        } finally {
            get.releaseConnection();
        }
    }
}
