package io.vmessproxy.client.selection;

import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.Account;
import java.util.List;

/**
 * One vnext entry: a server and its users.
 *
 * @param tag its name in logs, {@code HOST:PORT} unless the user gave one
 * @param users at least one
 * @param mux how many streams share a Mux.Cool connection at most; 0: each has its own connection
 * @param udpMode how datagrams travel
 * @param stream the layers between VMess and the network
 */
public record Server(
    String tag,
    Destination address,
    List<Account> users,
    int mux,
    UdpMode udpMode,
    StreamSettings stream) {
  /** The most streams that may share a connection. */
  public static final int MAX_MUX = 1024;

  public Server {
    if (users.isEmpty()) {
      throw new IllegalArgumentException("server " + tag + ": no user (expected: at least one)");
    }
    if (mux < 0 || mux > MAX_MUX) {
      throw new IllegalArgumentException("mux: " + mux + " (expected: 0..1024)");
    }
    users = List.copyOf(users);
  }

  /** A server without mux over plain TCP, with a stream for each target of datagrams. */
  public Server(String tag, Destination address, List<Account> users) {
    this(tag, address, users, 0, UdpMode.PLAIN, StreamSettings.PLAIN);
  }

  /** The same server in other layers. */
  public Server withStream(StreamSettings other) {
    return new Server(tag, address, users, mux, udpMode, other);
  }
}
