import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A deadlock in a line that is marked. It has taken the place of a server, see hung.py. Of a lock, not of monitors: one of
 * those that wait for a monitor looks again from time to time (HotSpot before 24), and so seems to wait for a time.
 */
public class Hung {
	static void take(Lock first, Lock second, CountDownLatch meet) {
		first.lock();
		meet.countDown();
		try {
			meet.await();
		} catch (InterruptedException e) {
			return;
		}
		second.lock(); // here: Hung.java Hung.take
	}

	public static void main(String[] arguments) {
		Lock a = new ReentrantLock(), b = new ReentrantLock();
		CountDownLatch meet = new CountDownLatch(2);

		new Thread(() -> take(b, a, meet)).start();
		take(a, b, meet);
	}
}
