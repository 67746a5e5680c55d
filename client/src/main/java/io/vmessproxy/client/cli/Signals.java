package io.vmessproxy.client.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes signals over from the JVM. */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /**
   * Lets a signal do something else from now on. By reflection: the compiler warns of every direct
   * use of {@code sun.misc}, and none helps.
   *
   * @param name without SIG
   * @param received gets its number, on a thread of the JVM
   */
  static void handle(String name, IntConsumer received) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Method number = signal.getMethod("getNumber");
      InvocationHandler invoked = (proxy, method, args) -> invoke(method, args, number, received);
      Object instance =
          Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, invoked);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), instance);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.warn("SIG{} cannot be handled here, so it does what the system says: {}", name, e);
    }
  }

  private static @Nullable Object invoke(
      Method method, Object[] args, Method number, IntConsumer received)
      throws ReflectiveOperationException {
    return switch (method.getName()) {
      case "handle" -> {
        received.accept((int) number.invoke(args[0]));
        yield null;
      }
      case "hashCode" -> System.identityHashCode(received);
      case "equals" -> false;
      default -> "Signals";
    };
  }
}
