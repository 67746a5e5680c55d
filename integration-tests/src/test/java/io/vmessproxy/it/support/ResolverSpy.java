package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/**
 * Writes down each name which a JVM looks up, whoever asks: it stands between {@link InetAddress}
 * and the system. Needs no other class.
 */
final class ResolverSpy {
  private static final String LOOK_UP = "lookup";

  private ResolverSpy() {}

  /**
   * Begins.
   *
   * @param names the file where they go, a line each
   */
  static void begin(Path names, Instrumentation instrumentation)
      throws ReflectiveOperationException, IOException {
    instrumentation.redefineModule(
        InetAddress.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of("java.net", Set.of(ResolverSpy.class.getModule())),
        Set.of(),
        Map.of());
    // Since Java 18 there is a resolver, which may not have been chosen yet; before, a name
    // service.
    Field field = field("resolver", "nameService");
    Object system = field.getName().equals("resolver") ? builtIn() : field.get(null);
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getName().startsWith(LOOK_UP) && arguments[0] instanceof String name) {
            note(names, name);
          }
          method.setAccessible(true);
          try {
            return method.invoke(system, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    Class<?> type = field.getType();
    field.set(null, Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    Files.createFile(names);
  }

  private static Object builtIn() throws ReflectiveOperationException {
    return field("BUILTIN_RESOLVER").get(null);
  }

  private static Field field(String... names) throws NoSuchFieldException {
    for (String name : names) {
      try {
        Field field = InetAddress.class.getDeclaredField(name);
        field.setAccessible(true);
        return field;
      } catch (NoSuchFieldException e) {
        // Another Java.
      }
    }
    throw new NoSuchFieldException(String.join(" or ", names));
  }

  private static synchronized void note(Path file, String name) {
    try {
      Files.writeString(file, name + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
