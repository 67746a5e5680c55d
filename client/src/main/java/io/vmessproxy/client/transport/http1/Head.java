package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/**
 * The head of an HTTP/1.1 message: its first line, and its headers as they came.
 *
 * <p>Not read by Netty's codecs, which would go on with a body where there is none: behind each of
 * these heads comes a stream, and it must begin at the right byte.
 */
record Head(String line, HttpHeaders headers) {
  /** The most bytes of a head, its empty line included; peers' servers have the same limit. */
  static final int MAX_BYTES = 8192;

  private static final String LINE_END = "\r\n";

  /**
   * Reads all of {@code bytes}: a head to its empty line.
   *
   * @throws HeadException if a header has no name, or no colon
   */
  static Head parse(ByteBuf bytes) {
    String text = bytes.readCharSequence(bytes.readableBytes(), StandardCharsets.UTF_8).toString();
    int at = text.indexOf(LINE_END);
    String line = text.substring(0, at);
    HttpHeaders headers = newHeaders();
    while (true) {
      int from = at + LINE_END.length();
      at = text.indexOf(LINE_END, from);
      if (at == from) {
        return new Head(line, headers);
      }
      addHeader(text.substring(from, at), headers);
    }
  }

  /** Empty ones, which take what they are given. */
  static HttpHeaders newHeaders() {
    return DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
  }

  private static void addHeader(String line, HttpHeaders headers) {
    int colon = line.indexOf(':');
    String name = colon < 0 ? "" : line.substring(0, colon).trim();
    if (name.isEmpty() || line.charAt(0) <= ' ') {
      throw new HeadException("head: a line that is no header (expected: NAME: VALUE)");
    }
    headers.add(name, line.substring(colon + 1).trim());
  }
}
