package io.vmessproxy.it.support;

import java.io.IOException;
import java.util.List;

/** The ways an application can speak to the proxy, as curl names them where it does. */
public enum FrontEnd {
  SOCKS5H(true, "--socks5-hostname 127.0.0.1:%d"),
  SOCKS5(false, "--socks5 127.0.0.1:%d"),
  SOCKS4A(true, "--socks4a 127.0.0.1:%d"),
  SOCKS4(false, "--socks4 127.0.0.1:%d"),
  CONNECT(true, "--proxytunnel --proxy http://127.0.0.1:%d"),
  HTTP(true, "--proxy http://127.0.0.1:%d");

  private final boolean sendsNames;
  private final String curlOptions;

  FrontEnd(boolean sendsNames, String curlOptions) {
    this.sendsNames = sendsNames;
    this.curlOptions = curlOptions;
  }

  /** Whether the proxy gets the target's name, not an address looked up by the application. */
  public boolean sendsNames() {
    return sendsNames;
  }

  /** curl's options for a proxy on this port of this machine. */
  public List<String> curlOptions(int proxyPort) {
    return List.of(curlOptions.formatted(proxyPort).split(" ", -1));
  }

  /** Asks the proxy for a raw stream; not for {@link #HTTP}, which has none. */
  public Tunnel open(int proxyPort, String host, int port) throws IOException {
    return switch (this) {
      case SOCKS5H, SOCKS5 -> SocksClient.socks5(proxyPort, host, port);
      case SOCKS4A, SOCKS4 -> SocksClient.socks4(proxyPort, host, port);
      case CONNECT -> ConnectClient.connect(proxyPort, host, port);
      case HTTP -> throw new IllegalArgumentException("plain HTTP has no raw stream");
    };
  }
}
