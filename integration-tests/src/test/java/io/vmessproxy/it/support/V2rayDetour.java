package io.vmessproxy.it.support;

/**
 * An inbound that V2Ray suggests to the clients of its first one, open on random ports.
 *
 * @param firstPort of the range
 * @param lastPort of the range
 * @param alterId of the accounts that it makes for these clients
 */
public record V2rayDetour(int firstPort, int lastPort, int alterId) {
  /** The inbound's name. */
  static final String TAG = "dynamic";

  /** The way out of what came in there, which V2Ray's log shows; it does not name inbounds. */
  static final String WAY_OUT = "out-by-detour";

  private static final int LENGTH = 20;

  /** A range of ports of which nobody has one now. */
  public static V2rayDetour withAlterId(int alterId) {
    int first = Ports.freeRange(LENGTH);
    return new V2rayDetour(first, first + LENGTH - 1, alterId);
  }

  /** Whether a port is one of the range. */
  public boolean has(int port) {
    return port >= firstPort && port <= lastPort;
  }

  String inbound(String listen) {
    return """
        {
          "tag": "%s", "listen": "%s", "port": "%d-%d", "protocol": "vmess",
          "settings": {"default": {"alterId": %d, "level": 0}},
          "allocate": {"strategy": "random", "refresh": 5, "concurrency": 3}
        }
        """
        .formatted(TAG, listen, firstPort, lastPort, alterId);
  }
}
