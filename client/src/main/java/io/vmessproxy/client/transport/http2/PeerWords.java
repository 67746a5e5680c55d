package io.vmessproxy.client.transport.http2;

import io.netty.handler.codec.http2.Http2Error;

/** What a peer said, fit for a line of text. */
public final class PeerWords {
  private static final int MAX_LENGTH = 80;

  private PeerWords() {}

  /** At most 80 characters of it, all of printable ASCII; others become question marks. */
  public static String of(CharSequence said) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < said.length() && i < MAX_LENGTH; i++) {
      char c = said.charAt(i);
      line.append(c < ' ' || c > '~' ? '?' : c);
    }
    return line.toString();
  }

  /** An HTTP/2 error code in words, RFC 9113, 7. */
  static String error(long code) {
    Http2Error error = Http2Error.valueOf(code);
    if (error == null) {
      return "error " + code;
    }
    String meaning =
        switch (error) {
          case NO_ERROR -> "done";
          case PROTOCOL_ERROR -> "says that we broke HTTP/2";
          case INTERNAL_ERROR -> "has a fault of its own";
          case FLOW_CONTROL_ERROR -> "says that we sent too much";
          case SETTINGS_TIMEOUT -> "got no answer to its settings";
          case STREAM_CLOSED -> "says that the stream was closed";
          case FRAME_SIZE_ERROR -> "says that a frame has a wrong size";
          case REFUSED_STREAM -> "refused the stream";
          case CANCEL -> "gave the stream up";
          case COMPRESSION_ERROR -> "cannot read our headers";
          case CONNECT_ERROR -> "lost its own connection";
          case ENHANCE_YOUR_CALM -> "wants fewer requests or pings";
          case INADEQUATE_SECURITY -> "wants better TLS";
          case HTTP_1_1_REQUIRED -> "wants HTTP/1.1";
        };
    return meaning + " (" + error + ")";
  }
}
