package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLException;

/**
 * Makes of what came instead of the right answer a class of failure, its evidence, and advice.
 *
 * @param stage the transport's name
 * @param tls whether the connection is in TLS
 * @param expected the status of the right answer
 */
public record Refusals(String stage, boolean tls, int expected) {
  private static final byte[] HTTP = "HTTP/".getBytes(StandardCharsets.US_ASCII);
  private static final byte TLS_ALERT = 0x15;
  private static final byte TLS_HANDSHAKE = 0x16;
  private static final byte TLS_MAJOR = 3;
  private static final int EXCERPT_BYTES = 24;

  private static final String USE_TLS = "use --tls";

  /** Throws if what has come so far cannot be the beginning of an answer; does not read it. */
  public void checkFirstBytes(ByteBuf seen) throws TransportException {
    int at = seen.readerIndex();
    int length = Math.min(seen.readableBytes(), HTTP.length);
    for (int i = 0; i < length; i++) {
      if (seen.getByte(at + i) == HTTP[i]) {
        continue;
      }
      byte first = seen.getByte(at);
      boolean record = first == TLS_ALERT || first == TLS_HANDSHAKE;
      if (record && seen.readableBytes() == 1) {
        return;
      }
      if (record && seen.getByte(at + 1) == TLS_MAJOR) {
        throw toTls("answered with a TLS %s".formatted(first == TLS_ALERT ? "alert" : "record"));
      }
      throw failure(
          Failure.TRANSPORT,
          "answered \"%s\" (expected: HTTP)".formatted(excerpt(seen)),
          "is it the right port, and the transport's right kind?");
    }
  }

  private static String excerpt(ByteBuf seen) {
    int length = Math.min(seen.readableBytes(), EXCERPT_BYTES);
    String text = seen.toString(seen.readerIndex(), length, StandardCharsets.ISO_8859_1);
    return printable(text, EXCERPT_BYTES);
  }

  /** Visible ASCII of it, and points for the rest; not too much. */
  static String printable(String text, int most) {
    String cut = text.length() > most ? text.substring(0, most) + "..." : text;
    return cut.replaceAll("[^ -~]", ".");
  }

  /** The head has no end, or is none. */
  public TransportException notHttp(HeadException cause) {
    return failure(
        Failure.TRANSPORT, String.valueOf(cause.getMessage()), "is it the transport's right kind?");
  }

  /** The answer is not as it should be. */
  public TransportException wrongAnswer(String evidence) {
    return failure(Failure.TRANSPORT, evidence, "is it the transport's right kind?");
  }

  /** The connection was closed before the answer was whole. */
  public TransportException closed(ByteBuf seen) {
    return failure(
        Failure.RESET,
        seen.isReadable()
            ? "closed within its answer, after %d bytes".formatted(seen.readableBytes())
            : "closed without an answer",
        tls ? "" : "does it want --tls?");
  }

  /** The connection broke before the answer was whole. */
  public TransportException broken(Throwable cause) {
    Throwable first = cause.getCause() instanceof SSLException ssl ? ssl : cause;
    if (first instanceof SSLException) {
      String evidence = printable(String.valueOf(first.getMessage()), 200);
      return new TransportException(Failure.TLS_PROTOCOL, "tls", evidence, "");
    }
    String evidence = "broke without an answer: " + printable(String.valueOf(first), 200);
    return failure(Failure.RESET, evidence, tls ? "" : "does it want --tls?");
  }

  /** The answer is not whole in time. */
  public TransportException silent(Duration timeout, ByteBuf seen) {
    return failure(
        Failure.TIMED_OUT,
        "no %s within %d ms"
            .formatted(seen.isReadable() ? "whole answer" : "answer", timeout.toMillis()),
        tls ? "" : "does it want --tls?");
  }

  /**
   * The answer is whole, but a refusal.
   *
   * @param behind what was read behind its head; remains the caller's
   */
  public TransportException status(ResponseHead answer, ByteBuf behind) {
    String evidence = StatusAdvice.evidence(answer, expected);
    if (!tls && StatusAdvice.wantsTls(answer, behind)) {
      return toTls(evidence);
    }
    Failure failure = StatusAdvice.failure(answer.status(), expected);
    return failure(failure, evidence, StatusAdvice.action(answer, tls));
  }

  private TransportException toTls(String evidence) {
    return tls
        ? failure(Failure.TRANSPORT, evidence + " inside TLS", "")
        : failure(Failure.PLAIN_TO_TLS, evidence, USE_TLS);
  }

  private TransportException failure(Failure failure, String evidence, String action) {
    return new TransportException(failure, stage, evidence, action);
  }
}
