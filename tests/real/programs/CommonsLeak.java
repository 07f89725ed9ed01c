import java.util.ArrayList;
import java.util.List;
import org.apache.commons.httpclient.HttpClient;
import org.apache.commons.httpclient.HttpMethod;
import org.apache.commons.httpclient.methods.GetMethod;

/** commons-httpclient 3.1 as in many an old service: a client for every call, releaseConnection() forgotten. */
public class CommonsLeak {
    public static void main(String[] args) throws Exception {
        long pause = Long.parseLong(args[1]);
        List<HttpMethod> kept = new ArrayList<>();
        for (;;) {
            GetMethod get = new GetMethod(args[0]);
            new HttpClient().executeMethod(get);
            kept.add(get);
            Thread.sleep(pause);
        }
    }
}
