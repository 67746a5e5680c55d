package io.vmessproxy.client;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ListenerSettings;
import java.net.InetSocketAddress;
import java.util.List;

/** The program, built from its settings: the only class that knows all folders. */
public final class ClientProxy implements AutoCloseable {
  private final ClientSettings settings;

  private ClientProxy(ClientSettings settings) {
    this.settings = settings;
  }

  /**
   * Starts everything; when it returns, the listeners accept.
   *
   * @throws BindException if a listener cannot be bound; everything is closed again
   */
  public static ClientProxy start(ClientSettings settings) throws BindException {
    return new ClientProxy(settings);
  }

  /** The listeners in the order of the settings, with the ports they got. */
  public List<Listener> listeners() {
    return List.of();
  }

  /** The servers in use: those of the settings, or the demo's own. */
  public List<Server> servers() {
    return settings.servers();
  }

  /**
   * Stops accepting, gives open connections the settings' {@code drain} to end, then closes them.
   * Blocks until all is closed; a second call does nothing.
   */
  @Override
  public void close() {}

  /** A listener that accepts. */
  public record Listener(ListenerSettings.Kind kind, InetSocketAddress address) {}

  /** A listener cannot be bound. The cause is the socket's own exception. */
  public static final class BindException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ListenerSettings listener;

    BindException(ListenerSettings listener, Throwable cause) {
      super(listener + ": " + cause.getMessage(), cause);
      this.listener = listener;
    }

    /** Which one. */
    public ListenerSettings listener() {
      return listener;
    }
  }
}
