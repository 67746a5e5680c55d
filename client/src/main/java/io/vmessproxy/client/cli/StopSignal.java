package io.vmessproxy.client.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT: the first one asks the program to end, a second one ends it. While the
 * program starts there is nothing to end in order, and a subscription may take its seconds: then
 * the first one ends it.
 *
 * <p>Not a shutdown hook: behind one the JVM exits with 128 and the signal's number, and does not
 * hear a second signal.
 */
final class StopSignal {
  private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final int early;
  private volatile boolean started;

  private StopSignal(int early) {
    this.early = early;
  }

  /**
   * Takes the two signals over from the JVM.
   *
   * @param early the exit code of a program that is ended while it starts
   */
  static StopSignal install(int early) {
    StopSignal stop = new StopSignal(early);
    stop.handle("TERM");
    stop.handle("INT");
    return stop;
  }

  /** Says that there is something to end in order from now on. */
  void started() {
    started = true;
  }

  /** Waits for the first signal. */
  void await() throws InterruptedException {
    asked.await();
  }

  /** Whether there was one. */
  boolean asked() {
    return asked.getCount() == 0;
  }

  /** By reflection: the compiler warns of every direct use of {@code sun.misc}, and none helps. */
  private void handle(String name) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Method number = signal.getMethod("getNumber");
      InvocationHandler received = (proxy, method, args) -> received(method, args, number);
      Object instance =
          Proxy.newProxyInstance(
              StopSignal.class.getClassLoader(), new Class<?>[] {handler}, received);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), instance);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.warn("SIG{} cannot be handled, so it ends open connections at once: {}", name, e);
    }
  }

  private @Nullable Object received(Method method, Object[] args, Method number)
      throws ReflectiveOperationException {
    return switch (method.getName()) {
      case "handle" -> {
        received((int) number.invoke(args[0]));
        yield null;
      }
      case "hashCode" -> System.identityHashCode(this);
      case "equals" -> false;
      default -> "StopSignal";
    };
  }

  private void received(int number) {
    if (!started) {
      Runtime.getRuntime().halt(early);
    }
    if (stopping.compareAndSet(false, true)) {
      asked.countDown();
      return;
    }
    Runtime.getRuntime().halt(ExitCode.SIGNAL + number);
  }
}
