package io.vmessproxy.client.session;

import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Network;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One connection of an application: all that a front end knows of it when its handshake is read.
 *
 * @param id counts up from 1, for the log
 * @param inbound the front end it came through: {@code socks5}, {@code http}...
 * @param network whether it is a byte stream or datagrams
 * @param destination where the application wants to go, unresolved; of datagrams, where the first
 *     one goes
 */
public record Session(long id, String inbound, Network network, Destination destination) {
  private static final AtomicLong IDS = new AtomicLong();

  /** A stream's session with the next id. */
  public static Session of(String inbound, Destination destination) {
    return new Session(IDS.incrementAndGet(), inbound, Network.TCP, destination);
  }

  /** A session of datagrams with the next id. */
  public static Session ofDatagrams(String inbound, Destination destination) {
    return new Session(IDS.incrementAndGet(), inbound, Network.UDP, destination);
  }

  /** For log lines: {@code #12 socks5 example.com:443}, {@code #13 socks5 udp 192.0.2.1:53}. */
  @Override
  public String toString() {
    String udp = network == Network.UDP ? "udp " : "";
    return "#" + id + " " + inbound + " " + udp + destination;
  }
}
