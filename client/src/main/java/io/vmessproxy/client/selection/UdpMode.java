package io.vmessproxy.client.selection;

import java.util.Locale;

/** How datagrams travel to a server. */
public enum UdpMode {
  /** A stream for each target: every server takes it, as V2Ray does by default. */
  PLAIN,
  /** One stream of XUDP frames for all targets of an association: Xray, sing-box, mihomo. */
  XUDP,
  /** One stream of datagrams that name their targets: V2Ray 5, sing-box, mihomo. */
  PACKETADDR;

  /** The word on the command line: {@code xudp}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
