package io.vmessproxy.client.transport.http1;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The names that browsers give themselves. */
public final class Browser {
  private static final String CHROME_ON =
      "Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

  /** The commonest one: every connection of a node says the same, as one browser would. */
  static final String USUAL = CHROME_ON.formatted("Windows NT 10.0; Win64; x64");

  private static final List<String> ALL =
      List.of(
          USUAL,
          CHROME_ON.formatted("Macintosh; Intel Mac OS X 10_15_7"),
          CHROME_ON.formatted("X11; Linux x86_64"),
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0");

  private Browser() {}

  /** One of several. */
  public static String any() {
    return ALL.get(ThreadLocalRandom.current().nextInt(ALL.size()));
  }
}
