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
  private static final String SIGNAL = "sun.misc.Signal";
  private static final String HANDLER = "sun.misc.SignalHandler";

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
      Class<?> handler = Class.forName(HANDLER);
      Method number = Class.forName(SIGNAL).getMethod("getNumber");
      InvocationHandler invoked = (proxy, method, args) -> invoke(method, args, number, received);
      Object instance =
          Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, invoked);
      handle(name, instance);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      log().warn("SIG{} cannot be handled here, so it does what the system says: {}", name, e);
    }
  }

  /** Lets a signal do what the system says. */
  static void reset(String name) {
    try {
      handle(name, Class.forName(HANDLER).getField("SIG_DFL").get(null));
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      log().warn("SIG{} cannot be given back, so it does nothing: {}", name, e);
    }
  }

  /** Sends one to this process. */
  static void raise(String name) {
    try {
      Class<?> signal = Class.forName(SIGNAL);
      signal
          .getMethod("raise", signal)
          .invoke(null, signal.getConstructor(String.class).newInstance(name));
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      log().warn("SIG{} cannot be sent", name, e);
    }
  }

  private static void handle(String name, Object handler) throws ReflectiveOperationException {
    Class<?> signal = Class.forName(SIGNAL);
    signal
        .getMethod("handle", signal, Class.forName(HANDLER))
        .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
  }

  /** Made only where it is needed: signals are handled before the level of the log is known. */
  private static Logger log() {
    return LoggerFactory.getLogger(Signals.class);
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
