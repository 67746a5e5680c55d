package io.vmessproxy.client.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Tells by its first bytes what a server speaks that does not answer in VMess. */
final class StrangeAnswer {
  private static final int MAX_SHOWN = 60;
  private static final int MAX_LOOKED_AT = 2048;
  private static final int MIN_TEXT = 3;
  private static final String VMESS = "vmess";
  private static final String HTTP = "HTTP/";

  private StrangeAnswer() {}

  /**
   * What it means.
   *
   * @param bytes at least one; not released
   */
  static OutboundException of(ByteBuf bytes, Server server) {
    if (isTls(bytes)) {
      return tls(server);
    }
    if (isHttp2(bytes)) {
      return failure(
          Failure.TRANSPORT,
          server,
          "an HTTP/2 server answers",
          "is it behind --transport grpc or h2?");
    }
    String text = text(bytes);
    if (text.startsWith(HTTP)) {
      return http(text, server);
    }
    if (text.length() >= MIN_TEXT) {
      return failure(
          Failure.TRANSPORT,
          server,
          "answered \"%s\"".formatted(shown(text)),
          "another service is at this port: is the port right?");
    }
    int shown = Math.min(8, bytes.readableBytes());
    return failure(
        Failure.TRANSPORT,
        server,
        "answered %s, which is no VMess response"
            .formatted(ByteBufUtil.hexDump(bytes, bytes.readerIndex(), shown)),
        "is this a VMess server, and are --transport and --tls as it has them?");
  }

  /** An alert or a handshake record, of SSL 3 to TLS 1.3. */
  private static boolean isTls(ByteBuf bytes) {
    int start = bytes.readerIndex();
    return bytes.readableBytes() >= 3
        && (bytes.getByte(start) == 0x15 || bytes.getByte(start) == 0x16)
        && bytes.getByte(start + 1) == 3
        && bytes.getByte(start + 2) <= 4;
  }

  /** A server's preface: a SETTINGS frame of stream 0. */
  private static boolean isHttp2(ByteBuf bytes) {
    int start = bytes.readerIndex();
    return bytes.readableBytes() >= 9
        && bytes.getUnsignedMedium(start) <= 0xff
        && bytes.getByte(start + 3) == 4
        && bytes.getByte(start + 4) == 0
        && bytes.getInt(start + 5) == 0;
  }

  private static OutboundException tls(Server server) {
    if (server.stream().tls() != null) {
      return failure(
          Failure.TRANSPORT,
          server,
          "answered in TLS inside of TLS",
          "does the server's own TLS stand behind another one? Is the port right?");
    }
    return failure(
        Failure.PLAIN_TO_TLS, server, "answered with a TLS alert", "it expects TLS: try --tls");
  }

  private static OutboundException http(String text, Server server) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("https port") || lower.contains("http request to an https server")) {
      return failure(
          Failure.PLAIN_TO_TLS,
          server,
          "a web server answers \"%s\" and wants HTTPS".formatted(shown(text)),
          "it expects TLS: try --tls, and --transport ws if the server has it");
    }
    return failure(
        Failure.HTTP_STATUS,
        server,
        "a web server answers \"%s\"".formatted(shown(text)),
        "is the server behind --transport ws, grpc or h2, with --tls?");
  }

  /** The text at the head, if it is ASCII: up to the first byte that is not. */
  private static String text(ByteBuf bytes) {
    int length = Math.min(MAX_LOOKED_AT, bytes.readableBytes());
    String all = bytes.toString(bytes.readerIndex(), length, StandardCharsets.ISO_8859_1);
    int end = 0;
    while (end < all.length()
        && (isPrintable(all.charAt(end)) || "\r\n\t".indexOf(all.charAt(end)) >= 0)) {
      end++;
    }
    // Some text among noise is chance.
    return end == all.length() || end >= 16 ? all.substring(0, end).strip() : "";
  }

  private static boolean isPrintable(char c) {
    return c >= ' ' && c < 0x7f;
  }

  /** The first line, shortened: a stranger's words in our log. */
  private static String shown(String text) {
    String line = text.lines().findFirst().orElse("").replace('\t', ' ').replace('"', '\'');
    return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "...";
  }

  private static OutboundException failure(
      Failure failure, Server server, String evidence, String action) {
    return new OutboundException(failure, VMESS, server.tag(), evidence, action);
  }
}
