package io.vmessproxy.client.transport.tls;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Tells what a handshake's exception means, whichever provider threw it. */
final class HandshakeFault {
  /** The JDK: {@code (protocol_version) Received fatal alert: protocol_version}. */
  private static final Pattern JDK_ALERT = Pattern.compile("fatal alert: (\\w+)");

  /** BoringSSL: {@code ...:OPENSSL_internal:TLSV1_ALERT_PROTOCOL_VERSION}. */
  private static final Pattern BORING_ALERT =
      Pattern.compile("(?:SSLV3|TLSV1)_(?:ALERT_)?(?!ALERT)([A-Z_]+)");

  private static final Pattern BORING = Pattern.compile("OPENSSL_internal:([A-Z0-9_]+)");

  private static final String NO_VERSION = "the server speaks neither TLS 1.2 nor 1.3";

  private static final String OTHER_NAME = "give another server name with --sni";

  private final Throwable cause;
  private final FirstBytes first;
  private final Duration timeout;
  private final List<String> alpn;

  /**
   * @param first what came
   * @param alpn the application protocols that were offered
   */
  HandshakeFault(Throwable cause, FirstBytes first, Duration timeout, List<String> alpn) {
    this.cause = cause;
    this.first = first;
    this.timeout = timeout;
    this.alpn = alpn;
  }

  TransportException explained() {
    CertificateRefused refused = find(CertificateRefused.class);
    if (refused != null) {
      return refused.fault();
    }
    if (find(NotSslRecordException.class) != null || first.isPlain()) {
      return fault(
          Failure.TLS_TO_PLAIN,
          "answered %s, which is no TLS".formatted(first),
          "if the server has none at this port, go without --tls");
    }
    if (find(SslHandshakeTimeoutException.class) != null) {
      return timedOut();
    }
    String text = text();
    String alert = alert(text);
    if (alert != null) {
      return alerted(alert);
    }
    if (isClosed(text)) {
      return fault(
          Failure.RESET,
          "%s the connection in the handshake".formatted(first.failed() ? "reset" : "closed"),
          "does the server speak TLS at this port, and for the name in --sni?");
    }
    return protocol(text);
  }

  private <T> @Nullable T find(Class<T> type) {
    for (Throwable link = cause; link != null; link = link.getCause()) {
      if (type.isInstance(link)) {
        return type.cast(link);
      }
    }
    return null;
  }

  /** What the provider says: the deepest exception of TLS. */
  private String text() {
    Throwable deepest = cause;
    while (deepest.getCause() != null
        && (deepest instanceof DecoderException || deepest.getCause() instanceof SSLException)) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }

  private TransportException timedOut() {
    return fault(
        Failure.TIMED_OUT,
        "%s within %d ms"
            .formatted(
                first.isEmpty() ? "no answer to TLS" : "the handshake did not end",
                timeout.toMillis()),
        "does the server speak TLS at this port?");
  }

  private boolean isClosed(String text) {
    return first.failed()
        || !(cause instanceof SSLException)
        || text.startsWith("Connection closed");
  }

  private static @Nullable String alert(String text) {
    Matcher jdk = JDK_ALERT.matcher(text);
    if (jdk.find()) {
      return jdk.group(1).toLowerCase(Locale.ROOT);
    }
    Matcher boring = BORING_ALERT.matcher(text);
    return boring.find() ? boring.group(1).toLowerCase(Locale.ROOT) : null;
  }

  /** RFC 8446 §6.2, and RFC 7301 §3.2. */
  private TransportException alerted(String alert) {
    return switch (alert) {
      case "protocol_version" -> alerted(alert, NO_VERSION, "");
      case "handshake_failure", "insufficient_security" ->
          alerted(alert, "no common cipher, or it wants a certificate of the client", "");
      case "no_application_protocol" ->
          alerted(alert, "it takes none of " + String.join(", ", alpn), "offer others with --alpn");
      case "unrecognized_name" ->
          fault(
              Failure.TLS_WRONG_HOST, "answered with the alert \"unrecognized name\"", OTHER_NAME);
      case "certificate_required", "bad_certificate" ->
          alerted(alert, "it wants a certificate of the client", "");
      case "internal_error" ->
          alerted(alert, "the server is broken, or knows no such name", OTHER_NAME);
      default -> alerted(alert, "", "");
    };
  }

  private static TransportException alerted(String alert, String meaning, String action) {
    String words = alert.replace('_', ' ');
    return fault(
        Failure.TLS_PROTOCOL,
        "answered with the alert \"%s\"%s"
            .formatted(words, meaning.isEmpty() ? "" : ": " + meaning),
        action);
  }

  private static TransportException protocol(String text) {
    if (text.contains("UNSUPPORTED_PROTOCOL") || text.contains("selected protocol version")) {
      return fault(Failure.TLS_PROTOCOL, NO_VERSION, "");
    }
    Matcher boring = BORING.matcher(text);
    String plain =
        boring.find() ? boring.group(1).toLowerCase(Locale.ROOT).replace('_', ' ') : text;
    return fault(Failure.TLS_PROTOCOL, "the handshake failed: " + Text.of(plain), "");
  }

  /** Null: the server's choice will do. */
  static @Nullable TransportException choice(List<String> alpn, @Nullable String chosen) {
    if (alpn.equals(List.of("h2")) && !"h2".equals(chosen)) {
      return fault(
          Failure.TLS_PROTOCOL,
          "chose %s (expected: h2)"
              .formatted(chosen == null ? "no application protocol" : Text.of(chosen)),
          "does the server speak HTTP/2 at this port?");
    }
    if (alpn.equals(List.of("http/1.1")) && chosen != null && !chosen.equals("http/1.1")) {
      return fault(
          Failure.TLS_PROTOCOL, "chose %s (expected: http/1.1)".formatted(Text.of(chosen)), "");
    }
    return null;
  }

  private static TransportException fault(Failure failure, String evidence, String action) {
    return new TransportException(failure, "tls", evidence, action);
  }
}
