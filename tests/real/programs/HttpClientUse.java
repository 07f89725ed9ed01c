import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** java.net.http: `leak` keeps every body stream unread, `use` reads and reuses its pool. */
public class HttpClientUse {
    public static void main(String[] args) throws Exception {
        boolean leak = args[0].equals("leak");
        HttpRequest request = HttpRequest.newBuilder(URI.create(args[1])).build();
        long pause = Long.parseLong(args[2]);
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        List<InputStream> kept = new ArrayList<>();
        for (;;) {
            InputStream body = client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
            if (leak) {
                kept.add(body);
            } else {
                body.readAllBytes();
                body.close();
            }
            Thread.sleep(pause);
        }
    }
}
