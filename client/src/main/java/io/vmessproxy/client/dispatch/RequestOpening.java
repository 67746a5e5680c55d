package io.vmessproxy.client.dispatch;

import java.util.Locale;
import java.util.Optional;

/**
 * The head of a request of HTTP/1 with an idempotent method, without a body, and nothing behind it.
 * Bytes that are no such request show it with their first line at the latest.
 */
final class RequestOpening implements ReplayRule.Opening {
  private static final int MAX_METHOD = 8;
  private static final String VERSION = " HTTP/1.";

  private final StringBuilder line = new StringBuilder(128);
  private boolean methodRead;
  private boolean requestLineRead;
  private boolean complete;
  private Optional<String> host = Optional.empty();

  @Override
  public boolean add(int next) {
    if (complete) {
      return false;
    }
    if (next == '\n') {
      return endLine();
    }
    if (!methodRead) {
      return addToMethod(next);
    }
    line.append((char) next);
    return true;
  }

  private boolean addToMethod(int next) {
    if (next == ' ') {
      methodRead = true;
      String method = line.toString();
      line.append(' ');
      return ReplayRule.idempotent(method);
    }
    line.append((char) next);
    return next >= 'A' && next <= 'Z' && line.length() < MAX_METHOD;
  }

  private boolean endLine() {
    int end = line.length();
    if (end > 0 && line.charAt(end - 1) == '\r') {
      line.setLength(end - 1);
    }
    String text = line.toString();
    line.setLength(0);
    if (!requestLineRead) {
      requestLineRead = true;
      return methodRead && text.contains(VERSION);
    }
    if (text.isEmpty()) {
      complete = true;
      return true;
    }
    return header(text);
  }

  private boolean header(String text) {
    int colon = text.indexOf(':');
    if (colon <= 0) {
      return false;
    }
    String value = text.substring(colon + 1).trim();
    return switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
      case "transfer-encoding", "expect" -> false;
      case "content-length" -> value.equals("0");
      case "host" -> {
        host = Optional.of(withoutPort(value));
        yield true;
      }
      default -> true;
    };
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    int bracket = host.indexOf(']');
    boolean port = bracket >= 0 ? colon > bracket : colon > 0 && host.indexOf(':') == colon;
    return port ? host.substring(0, colon) : host;
  }

  @Override
  public boolean complete() {
    return complete;
  }

  @Override
  public Optional<String> name() {
    return complete ? host : Optional.empty();
  }
}
