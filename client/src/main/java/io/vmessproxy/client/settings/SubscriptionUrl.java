package io.vmessproxy.client.settings;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The URL of a subscription. Whoever knows it has the servers, so it is shown to nobody. */
public final class SubscriptionUrl implements SubscriptionSource {
  private static final int MAX_CHARS = 8 * 1024;
  private static final String EXPECTED = " (expected: https://HOST/..., as the provider shows it)";
  // Shorter ones are words such as "api", and no secret worth the name.
  private static final int MIN_SECRET_CHARS = 5;

  private final URI uri;
  private final String host;
  private final Pattern secrets;

  private SubscriptionUrl(URI uri, String host) {
    this.uri = uri;
    this.host = host;
    this.secrets = secrets(uri);
  }

  static SubscriptionUrl read(String where, String text) {
    int scheme = text.indexOf("://");
    String shown = where + ": \"" + text.substring(0, scheme).toLowerCase(Locale.ROOT) + "://…\"";
    if (text.length() > MAX_CHARS) {
      throw new SettingsException(shown + ": too long (expected: at most 8192 characters)");
    }
    int fragment = text.indexOf('#');
    String rest = text.substring(scheme + 3, fragment < 0 ? text.length() : fragment);
    int path = 0;
    while (path < rest.length() && "/?\\".indexOf(rest.charAt(path)) < 0) {
      path++;
    }
    String authority = rest.substring(0, path);
    int at = authority.lastIndexOf('@');
    String user = at < 0 ? "" : PercentText.encode(authority.substring(0, at)).replace("@", "%40");
    String address = authority(shown, authority.substring(at + 1));
    String tail = PercentText.encode(rest.substring(path));
    try {
      URI uri =
          new URI(
              text.substring(0, scheme).toLowerCase(Locale.ROOT)
                  + "://"
                  + (at < 0 ? "" : user + "@")
                  + address
                  + (tail.startsWith("/") ? tail : "/" + tail));
      String host = uri.getHost();
      if (host != null && uri.getPort() <= 0xffff) {
        return new SubscriptionUrl(uri, host);
      }
    } catch (URISyntaxException e) {
      // Its message repeats the URL.
    }
    throw new SettingsException(shown + ": its host or port is wrong" + EXPECTED);
  }

  /** The host in ASCII, and the port if there is one. */
  private static String authority(String shown, String text) {
    int colon = text.lastIndexOf(':');
    boolean port = colon > text.lastIndexOf(']');
    String host = port ? text.substring(0, colon) : text;
    if (host.isEmpty()) {
      throw new SettingsException(shown + ": no host" + EXPECTED);
    }
    if (host.startsWith("[")) {
      return text;
    }
    try {
      String ascii = IDN.toASCII(host).toLowerCase(Locale.ROOT);
      return port ? ascii + text.substring(colon) : ascii;
    } catch (IllegalArgumentException e) {
      throw new SettingsException(shown + ": its host is no name" + EXPECTED);
    }
  }

  /** What of the URL must not be seen in a text: its parts, as they are and decoded. */
  private static Pattern secrets(URI uri) {
    List<String> parts = new ArrayList<>();
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    parts.add(uri.getRawPath() + "?" + query);
    parts.add(uri.getRawPath());
    parts.add(query);
    parts.addAll(List.of(uri.getRawPath().split("/", -1)));
    for (String parameter : query.split("&", -1)) {
      parts.add(parameter.substring(parameter.indexOf('=') + 1));
    }
    if (uri.getRawUserInfo() != null) {
      parts.add(uri.getRawUserInfo());
      parts.addAll(List.of(uri.getRawUserInfo().split(":", -1)));
    }
    String any =
        parts.stream()
            .flatMap(part -> Stream.of(part, PercentText.decode(part)))
            .filter(part -> part.length() >= MIN_SECRET_CHARS)
            .distinct()
            .sorted(Comparator.comparing(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    return Pattern.compile(any.isEmpty() ? "(?!)" : any, Pattern.CASE_INSENSITIVE);
  }

  /** The whole, secret as it is. */
  public URI uri() {
    return uri;
  }

  /** Whether everybody on the way can read it. */
  public boolean readable() {
    return uri.getScheme().equals("http");
  }

  @Override
  public String shown() {
    return host;
  }

  @Override
  public String scrub(String text) {
    return secrets.matcher(text).replaceAll("…");
  }

  /** The host alone. */
  @Override
  public String toString() {
    return host;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SubscriptionUrl that && uri.equals(that.uri);
  }

  @Override
  public int hashCode() {
    return uri.hashCode();
  }
}
