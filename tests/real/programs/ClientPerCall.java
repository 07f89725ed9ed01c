import java.util.ArrayDeque;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;

/** A new HttpClient 4 for each call, used once and never closed: only its finalizer closes its pool. Usage: URL PER_SECOND */
public class ClientPerCall {
	public static void main(String[] args) throws Exception {
		ArrayDeque<byte[]> work = new ArrayDeque<>();
		while (true) {
			CloseableHttpClient client = HttpClients.createDefault();
			try (CloseableHttpResponse answer = client.execute(new HttpGet(args[0]))) {
				EntityUtils.consume(answer.getEntity());
			}
			work.add(new byte[300_000]); // what the collector is called for
			if (work.size() > 10)
				work.remove();
			Thread.sleep((long) (1000 / Double.parseDouble(args[1])));
		}
	}
}
