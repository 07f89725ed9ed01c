import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;

/** Takes the stream of every HttpURLConnection, reads a little and keeps it. */
public class UrlConnectionLeak {
    public static void main(String[] args) throws Exception {
        URL url = new URL(args[0]);
        long pause = Long.parseLong(args[1]);
        List<InputStream> kept = new ArrayList<>();
        for (;;) {
            HttpURLConnection connection = (HttpURLConnection) url.openConnection();
            InputStream in = connection.getInputStream();
            in.read();
            kept.add(in);
            Thread.sleep(pause);
        }
    }
}
