import java.io.InputStream;
import java.net.URL;

/** HttpURLConnection as the manual says: the body read to its end, the stream closed. */
public class UrlConnectionUse {
    public static void main(String[] args) throws Exception {
        URL url = new URL(args[0]);
        for (;;) {
            try (InputStream in = url.openConnection().getInputStream()) {
                in.readAllBytes();
            }
            Thread.sleep(Long.parseLong(args[1]));
        }
    }
}
