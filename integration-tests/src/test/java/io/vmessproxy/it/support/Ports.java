package io.vmessproxy.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Ports for programs that cannot pick one themselves. */
public final class Ports {
  private Ports() {}

  /**
   * A port that is free now, and stays so unless asked for: below those the system gives to
   * outgoing connections.
   */
  public static int free() {
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port between 20000 and 30000");
  }

  /** The first of so many ports in a row of which each is free now, as of {@link #free}. */
  public static int freeRange(int length) {
    for (int attempt = 0; attempt < 100; attempt++) {
      int first = ThreadLocalRandom.current().nextInt(20_000, 30_000 - length);
      if (IntStream.range(first, first + length).allMatch(Ports::isFree)) {
        return first;
      }
    }
    throw new IllegalStateException("no free range between 20000 and 30000");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** A port on which nobody listens. */
  public static int closed() {
    return free();
  }
}
