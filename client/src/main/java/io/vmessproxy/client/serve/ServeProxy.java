package io.vmessproxy.client.serve;

import io.vmessproxy.client.settings.ServeSettings;
import java.net.InetSocketAddress;
import java.util.List;

/** A running {@code serve}: its inbounds, and what they share. */
public final class ServeProxy implements AutoCloseable {
  private ServeProxy() {}

  /**
   * Starts everything; when it returns, the inbounds accept.
   *
   * @throws CannotListen if an inbound cannot be bound; everything is closed again
   */
  public static ServeProxy start(ServeSettings settings) throws CannotListen {
    return new ServeProxy();
  }

  /** The inbounds with a fixed port in the order of the settings, with the ports they got. */
  public List<Listener> listeners() {
    return List.of();
  }

  /**
   * Stops accepting, gives open connections the settings' {@code drain} to end, then closes them.
   */
  @Override
  public void close() {}

  /** An inbound that accepts. */
  public record Listener(String tag, InetSocketAddress address) {}
}
