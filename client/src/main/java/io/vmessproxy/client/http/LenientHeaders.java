package io.vmessproxy.client.http;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeadersFactory;

/**
 * What may stand in a header that is passed on: more than the RFC allows, as programs out there
 * send it, but nothing that could end a line or a name early.
 */
final class LenientHeaders {
  static final HttpHeadersFactory HEADERS =
      DefaultHttpHeadersFactory.headersFactory()
          .withNameValidator(LenientHeaders::checkName)
          .withValueValidator(LenientHeaders::checkValue);
  static final HttpHeadersFactory TRAILERS =
      DefaultHttpHeadersFactory.trailersFactory()
          .withNameValidator(LenientHeaders::checkName)
          .withValueValidator(LenientHeaders::checkValue);

  private LenientHeaders() {}

  private static void checkName(CharSequence name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("header: empty name");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c == ':' || c == 0x7f) {
        throw new IllegalArgumentException("header: character 0x%02x in a name".formatted((int) c));
      }
    }
  }

  private static void checkValue(CharSequence value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\r' || c == '\n' || c == 0) {
        throw new IllegalArgumentException(
            "header: character 0x%02x in a value".formatted((int) c));
      }
    }
  }
}
