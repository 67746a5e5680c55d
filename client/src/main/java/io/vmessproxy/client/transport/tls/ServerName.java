package io.vmessproxy.client.transport.tls;

import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TransportException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;

/**
 * What a server is asked for in SNI, and what its certificate must be for: a name in ASCII without
 * a dot at its end, or an address, which never stands in SNI.
 */
final class ServerName {
  private final String text;

  private ServerName(String text) {
    this.text = text;
  }

  /**
   * @throws TransportException if no server can have that name
   */
  static ServerName of(String given) throws TransportException {
    String bare = given.endsWith(".") ? given.substring(0, given.length() - 1) : given;
    if (bare.startsWith("[") && bare.endsWith("]")) {
      bare = bare.substring(1, bare.length() - 1);
    }
    String ascii = bare;
    if (!bare.chars().allMatch(c -> c < 0x80)) {
      try {
        ascii = IDN.toASCII(bare);
      } catch (IllegalArgumentException e) {
        throw unfit(given);
      }
    }
    if (ascii.isEmpty() || ascii.length() > 255 || !ascii.chars().allMatch(c -> c > ' ')) {
      throw unfit(given);
    }
    return new ServerName(ascii.toLowerCase(Locale.ROOT));
  }

  private static TransportException unfit(String given) {
    return new TransportException(
        Failure.TLS_PROTOCOL,
        "tls",
        "the server name %s is none".formatted(Text.quoted(given)),
        "give another one with --sni");
  }

  String text() {
    return text;
  }

  /** Whether it is an IPv4 or IPv6 address. */
  boolean isAddress() {
    return NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text);
  }

  /**
   * Who can send it. Netty gives BoringSSL only what {@link SNIHostName} takes, which knows no
   * underscore; the JDK's TLS sends any bytes.
   */
  SslProvider sentBy(SslProvider wanted) {
    if (isAddress()) {
      return wanted;
    }
    try {
      new SNIHostName(text);
      return wanted;
    } catch (IllegalArgumentException e) {
      return SslProvider.JDK;
    }
  }

  /** Makes an engine of that provider send it; by themselves they send no {@code localhost}. */
  void sendBy(SSLEngine engine, SslProvider provider) {
    if (isAddress()) {
      return;
    }
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(
        List.of(provider == SslProvider.JDK ? new Bytes(text) : new SNIHostName(text)));
    engine.setSSLParameters(parameters);
  }

  @Override
  public String toString() {
    return text;
  }

  /** A host name that is not looked at. */
  private static final class Bytes extends SNIServerName {
    Bytes(String name) {
      super(StandardConstants.SNI_HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
