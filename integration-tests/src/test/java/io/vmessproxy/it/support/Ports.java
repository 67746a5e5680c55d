package io.vmessproxy.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

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
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Taken: try another.
      }
    }
    throw new IllegalStateException("no free port between 20000 and 30000");
  }

  /** A port on which nobody listens. */
  public static int closed() {
    return free();
  }
}
