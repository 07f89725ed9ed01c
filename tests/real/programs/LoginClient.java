import org.apache.commons.httpclient.HttpClient;
import org.apache.commons.httpclient.methods.GetMethod;

/** Third-party login with commons-httpclient 3.1, whose default socket factory binds before it connects. */
public class LoginClient {
    public static void main(String[] args) throws Exception {
        String url = "http://" + args[0] + "/login";
        long pause = Long.parseLong(args[1]);
        for (;;) {
            GetMethod get = new GetMethod(url);
            try {
                int status = new HttpClient().executeMethod(get);
                get.getResponseBody();
                System.out.println(status);
            } catch (java.io.IOException e) {
                System.out.println(e);
            } finally {
                get.releaseConnection();
            }
            Thread.sleep(pause);
        }
    }
}
