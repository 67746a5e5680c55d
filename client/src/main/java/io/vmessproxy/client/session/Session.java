package io.vmessproxy.client.session;

import io.vmessproxy.common.net.Destination;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One connection of an application: all that a front end knows of it when its handshake is read.
 *
 * @param id counts up from 1, for the log
 * @param inbound the front end it came through: {@code socks5}, {@code http}...
 * @param destination where the application wants to go, unresolved
 */
public record Session(long id, String inbound, Destination destination) {
  private static final AtomicLong IDS = new AtomicLong();

  /** A session with the next id. */
  public static Session of(String inbound, Destination destination) {
    return new Session(IDS.incrementAndGet(), inbound, destination);
  }

  /** For log lines: {@code #12 socks5 example.com:443}. */
  @Override
  public String toString() {
    return "#" + id + " " + inbound + " " + destination;
  }
}
